/*
 * What is packed is read again: the same user records, in their order, with the
 * places of their bytes, by every function that adds or reads many.
 */

#include "check.h"

/* A user record as it went in. */
struct given {
  const char *partition_key;
  const char *explicit_hash_key;
  const char *data;
};

static const struct given GIVEN[] = {
    {"mia", NULL, "click"}, {"noah", "7", "buy"},       {"mia", NULL, ""},
    {"ger\xc3\xa4t", "0", "x"}, {"mia", HIGHEST, "bye"},
};
#define COUNT (sizeof GIVEN / sizeof *GIVEN)

/* The rows of one blob are what was given. */
static void is_given(const struct kagg_blob *blob, const struct kagg_user_record *rows) {
  for (uint32_t index = 0; index < COUNT; index++) {
    const struct kagg_user_record *row = &rows[index];
    const struct given *given = &GIVEN[index];
    CHECK(row->blob == 0 && row->sub_sequence_number == index);
    CHECK(is_text(blob->data + row->partition_key_offset, row->partition_key_len,
                  given->partition_key));
    CHECK(is_text(blob->data + row->data_offset, row->data_len, given->data));
    if (given->explicit_hash_key == NULL) {
      CHECK(row->flags == 0 && row->explicit_hash_key_len == 0);
    } else {
      CHECK(row->flags == KAGG_HAS_EXPLICIT_HASH_KEY);
      CHECK(is_text(blob->data + row->explicit_hash_key_offset, row->explicit_hash_key_len,
                    given->explicit_hash_key));
    }
  }
  CHECK(rows[0].partition_key_number == rows[2].partition_key_number);
  CHECK(rows[0].partition_key_number != rows[1].partition_key_number);
}

static void fill(struct kagg_new_user_record *records) {
  for (size_t index = 0; index < COUNT; index++) {
    records[index] = user_record(GIVEN[index].partition_key, GIVEN[index].explicit_hash_key,
                                 GIVEN[index].data);
  }
}

static struct kagg_records *by_push(void) {
  struct kagg_aggregator *aggregator = new_aggregator();
  for (size_t index = 0; index < COUNT; index++) {
    push(aggregator, GIVEN[index].partition_key, GIVEN[index].explicit_hash_key,
         GIVEN[index].data);
  }
  struct kagg_records *records = sealed(aggregator);
  kagg_aggregator_free(aggregator);
  return records;
}

static struct kagg_records *by_push_many(void) {
  struct kagg_aggregator *aggregator = new_aggregator();
  struct kagg_new_user_record given[COUNT];
  kagg_status statuses[COUNT];
  size_t refused = 99;
  fill(given);
  ANSWERS(KAGG_OK,
          kagg_aggregator_push_many(aggregator, given, COUNT, NULL, statuses, &refused));
  CHECK(refused == 0 && statuses[0] == KAGG_OK && statuses[COUNT - 1] == KAGG_OK);
  struct kagg_records *records = sealed(aggregator);
  kagg_aggregator_free(aggregator);
  return records;
}

static struct kagg_records *by_push_many_sharded(void) {
  struct kagg_sharded_aggregator *aggregator = new_sharded(KAGG_GROUPING_NONE, NULL);
  struct kagg_new_user_record given[COUNT];
  kagg_status statuses[COUNT];
  size_t refused = 99;
  fill(given);
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_push_many(aggregator, given, COUNT, NULL, statuses,
                                                     &refused));
  CHECK(refused == 0 && statuses[0] == KAGG_OK);
  struct kagg_records *records = sealed_sharded(aggregator);
  kagg_sharded_aggregator_free(aggregator);
  return records;
}

static struct kagg_records *by_push_spans(void) {
  uint8_t buffer[256];
  uint32_t at = 0;
  struct kagg_user_record_span spans[COUNT];
  for (size_t index = 0; index < COUNT; index++) {
    const struct given *it = &GIVEN[index];
    const char *parts[] = {it->partition_key,
                           it->explicit_hash_key == NULL ? "" : it->explicit_hash_key, it->data};
    uint32_t places[6];
    for (size_t part = 0; part < 3; part++) {
      const uint32_t len = (uint32_t)strlen(parts[part]);
      memcpy(buffer + at, parts[part], len);
      places[2 * part] = at;
      places[2 * part + 1] = len;
      at += len;
    }
    memcpy(&spans[index], places, sizeof places);
  }
  struct kagg_aggregator *aggregator = new_aggregator();
  kagg_status statuses[COUNT];
  size_t refused = 99;
  ANSWERS(KAGG_OK, kagg_aggregator_push_spans(aggregator, buffer, at, spans, COUNT, NULL,
                                              statuses, &refused));
  CHECK(refused == 0);
  struct kagg_records *records = sealed(aggregator);
  kagg_aggregator_free(aggregator);
  return records;
}

/* However they are added, the aggregate is the same, and read as given. */
static void all_ways_to_add_give_the_same_aggregate(void) {
  struct kagg_records *packed[] = {by_push(), by_push_many(), by_push_many_sharded(),
                                   by_push_spans()};
  struct kagg_deaggregator *deaggregator = new_deaggregator();
  const struct kagg_record first = record_at(packed[0], 0);
  for (size_t way = 0; way < 4; way++) {
    CHECK(count_of(packed[way]) == 1);
    const struct kagg_record record = record_at(packed[way], 0);
    CHECK(record.is_framed && record.user_record_count == COUNT);
    CHECK(record.data_len == first.data_len);
    CHECK(memcmp(record.data, first.data, first.data_len) == 0);
    const struct kagg_blob blob = {record.data, record.data_len};
    struct kagg_user_record rows[COUNT];
    size_t count = 0;
    ANSWERS(KAGG_OK, kagg_deaggregator_read(deaggregator, &blob, 1, NULL));
    ANSWERS(KAGG_OK, kagg_deaggregator_user_records(deaggregator, rows, COUNT, &count));
    CHECK(count == COUNT);
    is_given(&blob, rows);
  }
  for (size_t way = 0; way < 4; way++) {
    kagg_records_free(packed[way]);
  }
  kagg_deaggregator_free(deaggregator);
}

/* Rows come in pieces of any size; each is handed out once, and again after a
   rewind. */
static void rows_come_in_pieces(void) {
  struct kagg_records *records = by_push();
  struct kagg_deaggregator *deaggregator = new_deaggregator();
  const struct kagg_record record = record_at(records, 0);
  const struct kagg_blob blobs[] = {{record.data, record.data_len},
                                    {(const uint8_t *)"plain", 5},
                                    {record.data, record.data_len}};
  ANSWERS(KAGG_OK, kagg_deaggregator_read(deaggregator, blobs, 3, NULL));
  for (size_t piece = 1; piece <= 2 * COUNT + 1; piece++) {
    struct kagg_user_record rows[2 * COUNT + 1];
    size_t sum = 0;
    size_t count = 99;
    ANSWERS(KAGG_OK, kagg_deaggregator_rewind(deaggregator));
    while (kagg_deaggregator_user_records(deaggregator, rows, piece, &count) == KAGG_OK) {
      for (size_t index = 0; index < count; index++) {
        CHECK(rows[index].blob == (sum + index < COUNT ? 0 : 2));
      }
      sum += count;
    }
    CHECK(count == 0 && sum == 2 * COUNT);
  }
  struct kagg_blob_row rows[4];
  size_t count = 0;
  ANSWERS(KAGG_OK, kagg_deaggregator_blobs(deaggregator, rows, 2, &count));
  CHECK(count == 2 && rows[0].status == KAGG_OK && rows[1].status == KAGG_PLAIN);
  CHECK(rows[0].user_record_count == COUNT && rows[1].user_record_count == 0);
  ANSWERS(KAGG_OK, kagg_deaggregator_blobs(deaggregator, rows, 4, &count));
  CHECK(count == 1 && rows[0].status == KAGG_OK);
  ANSWERS(KAGG_END, kagg_deaggregator_blobs(deaggregator, rows, 4, &count));
  CHECK(count == 0);
  kagg_deaggregator_free(deaggregator);
  kagg_records_free(records);
}

/* Blobs one after the other are read as blobs apart. */
static void joined_blobs_are_read(void) {
  struct kagg_records *records = by_push();
  struct kagg_deaggregator *deaggregator = new_deaggregator();
  const struct kagg_record record = record_at(records, 0);
  const size_t lengths[] = {5, record.data_len, 0};
  uint8_t *joined = malloc(5 + record.data_len);
  CHECK(joined != NULL);
  memcpy(joined, "plain", 5);
  memcpy(joined + 5, record.data, record.data_len);
  ANSWERS(KAGG_OK, kagg_deaggregator_read_joined(deaggregator, joined, 5 + record.data_len,
                                                 lengths, 3, NULL));
  struct kagg_user_record rows[COUNT + 1];
  size_t count = 0;
  ANSWERS(KAGG_OK, kagg_deaggregator_user_records(deaggregator, rows, COUNT + 1, &count));
  CHECK(count == COUNT && rows[0].blob == 1);
  CHECK(is_text(joined + 5 + rows[1].data_offset, rows[1].data_len, "buy"));
  free(joined);
  kagg_deaggregator_free(deaggregator);
  kagg_records_free(records);
}

/* A range marks, leaves out, or drops with the whole aggregate. */
static void ranges_are_looked_at(void) {
  struct kagg_aggregator *aggregator = new_aggregator();
  push(aggregator, "k", "0", "inside");
  push(aggregator, "k", HIGHEST, "outside");
  struct kagg_records *records = sealed(aggregator);
  const struct kagg_record record = record_at(records, 0);
  const struct kagg_blob blob = {record.data, record.data_len};
  struct kagg_deaggregator *deaggregator = new_deaggregator();
  const struct {
    int policy;
    kagg_status status;
    size_t handed_out;
    uint32_t dropped;
  } expected[] = {{KAGG_POLICY_KEEP_ALL, KAGG_OK, 2, 0},
                  {KAGG_POLICY_KEEP_IN_RANGE, KAGG_OK, 1, 1},
                  {KAGG_POLICY_DROP_AGGREGATE, KAGG_DROPPED, 0, 2}};
  for (size_t index = 0; index < 3; index++) {
    struct kagg_user_record rows[3];
    struct kagg_blob_row row;
    size_t count = 99;
    ANSWERS(KAGG_OK, kagg_deaggregator_set_range(deaggregator, TEXT("0"), TEXT(LOWER_END),
                                                 expected[index].policy, NULL));
    ANSWERS(KAGG_OK, kagg_deaggregator_read(deaggregator, &blob, 1, NULL));
    CHECK(kagg_deaggregator_user_records(deaggregator, rows, 3, &count) >= 0);
    CHECK(count == expected[index].handed_out);
    CHECK(count < 2 || (rows[1].flags & KAGG_OUT_OF_RANGE) != 0);
    ANSWERS(KAGG_OK, kagg_deaggregator_blobs(deaggregator, &row, 1, &count));
    CHECK(row.status == expected[index].status);
    CHECK(row.dropped_count == expected[index].dropped);
  }
  kagg_deaggregator_free(deaggregator);
  kagg_records_free(records);
  kagg_aggregator_free(aggregator);
}

/* Full aggregates wait until they are sealed together. */
static void full_aggregates_are_sealed_together(void) {
  struct kagg_aggregator *aggregator = new_aggregator();
  size_t count = 0;
  ANSWERS(KAGG_OK, kagg_aggregator_set_max_count(aggregator, 2));
  ANSWERS(KAGG_OK, kagg_aggregator_frame_singles(aggregator));
  ANSWERS(KAGG_OK, kagg_aggregator_omit_outer_hash_key(aggregator));
  ANSWERS(KAGG_OK, kagg_aggregator_set_outer_partition_key(aggregator,
                                                           KAGG_OUTER_PARTITION_KEY_KPL));
  ANSWERS(KAGG_OK, kagg_aggregator_set_max_size(aggregator, 51200));
  for (int index = 0; index < 5; index++) {
    push(aggregator, "k", NULL, "data");
  }
  ANSWERS(KAGG_OK, kagg_aggregator_user_record_count(aggregator, &count));
  CHECK(count == 5);
  struct kagg_records *records = sealed(aggregator);
  CHECK(count_of(records) == 3);
  const struct kagg_record last = record_at(records, 2);
  CHECK(last.is_framed && last.user_record_count == 1 && last.explicit_hash_key == NULL);
  CHECK(is_text(last.partition_key, last.partition_key_len, "a"));
  kagg_records_free(records);
  kagg_aggregator_free(aggregator);
}

/* User records wait no longer than told, by the caller's clock. */
static void what_came_first_ends_first(void) {
  struct kagg_sharded_aggregator *sharded = new_sharded(KAGG_GROUPING_HASH_KEY, NULL);
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_set_max_open(sharded, 16, 1 << 20));
  ANSWERS(KAGG_OK,
          kagg_sharded_aggregator_push_at(sharded, TEXT("a"), NULL, 0, NULL, 0, 10, NULL));
  ANSWERS(KAGG_OK,
          kagg_sharded_aggregator_push_at(sharded, TEXT("b"), NULL, 0, NULL, 0, 20, NULL));
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_finish_arrived_before(sharded, 10));
  ANSWERS(KAGG_FULL, kagg_sharded_aggregator_finish_arrived_before(sharded, 11));
  struct kagg_records *records = NULL;
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_seal(sharded, &records));
  CHECK(count_of(records) == 1);
  kagg_records_free(records);
  size_t count = 0;
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_user_record_count(sharded, &count));
  CHECK(count == 1);
  kagg_sharded_aggregator_free(sharded);
}

/* A record that reaches beyond its shard is to be sent again. */
static void records_are_judged(void) {
  struct kagg_shard_map *map = new_map(2);
  struct kagg_sharded_aggregator *sharded = new_sharded(KAGG_GROUPING_NONE, NULL);
  push_sharded(sharded, "k", "0", "lower");
  push_sharded(sharded, "k", HIGHEST, "upper");
  struct kagg_records *records = sealed_sharded(sharded);
  int found = 99;
  ANSWERS(KAGG_OK, kagg_shard_map_judge(map, records, 0, TEXT("shard-1"), NULL, &found));
  CHECK(found == KAGG_JUDGEMENT_SEND_AGAIN);
  ANSWERS(KAGG_OK, kagg_shard_map_judge(map, records, 0, TEXT("other"), NULL, &found));
  CHECK(found == KAGG_JUDGEMENT_UNKNOWN_SHARD);
  kagg_records_free(records);
  push_sharded(sharded, "k", "0", "lower");
  push_sharded(sharded, "k", "1", "lower");
  records = sealed_sharded(sharded);
  ANSWERS(KAGG_OK, kagg_shard_map_judge(map, records, 0, TEXT("shard-1"), NULL, &found));
  CHECK(found == KAGG_JUDGEMENT_DELIVERED);
  kagg_records_free(records);
  kagg_sharded_aggregator_free(sharded);
  kagg_shard_map_free(map);
}

/* The hash key is the MD5 of the text, as a number. */
static void hash_keys_are_told(void) {
  char digits[KAGG_HASH_KEY_SIZE];
  ANSWERS(KAGG_OK, kagg_hash_key_of_partition_key(TEXT("a"), NULL, digits));
  CHECK(strcmp(digits, "16955237001963240173058271559858726497") == 0);
}

int main(void) {
  all_ways_to_add_give_the_same_aggregate();
  rows_come_in_pieces();
  joined_blobs_are_read();
  ranges_are_looked_at();
  full_aggregates_are_sealed_together();
  what_came_first_ends_first();
  records_are_judged();
  hash_keys_are_told();
  return 0;
}
