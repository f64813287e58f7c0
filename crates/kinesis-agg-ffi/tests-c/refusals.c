/*
 * What is refused says why, where and by how much, changes nothing, and leaves
 * outputs as they were. Blobs that are damaged are no refusal: their rows say it.
 */

#include "check.h"

static const struct kagg_error CLEAN = {0, 0, 0, 0, 0};

/* Pushes onto a new aggregator, which must refuse; returns why. */
static struct kagg_error refused(const char *key, size_t key_len, const char *hash_key,
                                 size_t hash_key_len, const uint8_t *data, size_t data_len) {
  struct kagg_error error = CLEAN;
  struct kagg_aggregator *aggregator = new_aggregator();
  const kagg_status answer =
      kagg_aggregator_push(aggregator, key, key_len, hash_key, hash_key_len, data, data_len, &error);
  size_t count = 99;
  CHECK(answer < 0 && error.status == answer);
  ANSWERS(KAGG_OK, kagg_aggregator_user_record_count(aggregator, &count));
  CHECK(count == 0);
  kagg_aggregator_free(aggregator);
  return error;
}

/* Texts that are no UTF-8 are refused, with the place of the first wrong byte. */
static void wrong_utf8_is_refused(void) {
  const struct {
    const char *text;
    size_t offset;
  } wrong[] = {{"\xff", 0}, {"abc\xff", 3}, {"ab\xc3", 2}, {"a\xc0\x80", 1}, {"\xed\xa0\x80", 0}};
  for (size_t index = 0; index < 5; index++) {
    const char *text = wrong[index].text;
    struct kagg_error error = refused(text, strlen(text), NULL, 0, NULL, 0);
    CHECK(error.status == KAGG_ERR_NOT_UTF8 && error.byte_offset == wrong[index].offset);
    error = refused("k", 1, text, strlen(text), NULL, 0);
    CHECK(error.status == KAGG_ERR_NOT_UTF8 && error.byte_offset == wrong[index].offset);
  }
  char digits[KAGG_HASH_KEY_SIZE] = "untouched";
  struct kagg_error error = CLEAN;
  ANSWERS(KAGG_ERR_NOT_UTF8, kagg_hash_key_of_partition_key("k\xff", 2, &error, digits));
  CHECK(error.byte_offset == 1 && strcmp(digits, "untouched") == 0);
}

/* Partition keys have 1 to 256 characters, however many bytes that is. */
static void partition_keys_are_bounded(void) {
  struct kagg_error error = refused(NULL, 0, NULL, 0, NULL, 0);
  CHECK(error.status == KAGG_ERR_PARTITION_KEY_LENGTH && error.value == 0 && error.limit == 256);
  char key[2 * 257];
  for (size_t index = 0; index < 257; index++) {
    memcpy(key + 2 * index, "\xc3\xa4", 2);
  }
  error = refused(key, sizeof key, NULL, 0, NULL, 0);
  CHECK(error.status == KAGG_ERR_PARTITION_KEY_LENGTH && error.value == 257 && error.limit == 256);
  struct kagg_aggregator *aggregator = new_aggregator();
  ANSWERS(KAGG_OK, kagg_aggregator_push(aggregator, key, 2 * 256, NULL, 0, NULL, 0, NULL));
  kagg_aggregator_free(aggregator);
}

/* Explicit hash keys are decimal, below 2^128, without leading zeros. */
static void explicit_hash_keys_are_numbers(void) {
  const char *wrong[] = {"", "x", "-1", "+1", " 1", "01", "1.0",
                         "340282366920938463463374607431768211456"};
  for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
    const struct kagg_error error = refused("k", 1, wrong[index], strlen(wrong[index]), NULL, 0);
    CHECK(error.status == KAGG_ERR_EXPLICIT_HASH_KEY);
  }
}

/* A user record that no Kinesis record can hold says its size and the limit. */
static void what_is_too_large_is_refused(void) {
  const size_t len = (1 << 20) + 1;
  uint8_t *data = calloc(len, 1);
  CHECK(data != NULL);
  const struct kagg_error error = refused("k", 1, NULL, 0, data, len);
  CHECK(error.status == KAGG_ERR_TOO_LARGE);
  CHECK(error.value > error.limit && error.limit == 1 << 20);
  struct kagg_aggregator *aggregator = new_aggregator();
  ANSWERS(KAGG_OK, kagg_aggregator_set_max_size(aggregator, 2 << 20));
  ANSWERS(KAGG_OK, kagg_aggregator_push(aggregator, "k", 1, NULL, 0, data, len, NULL));
  kagg_aggregator_free(aggregator);
  free(data);
}

/* Lengths that no memory has are refused before anything is read. */
static void impossible_lengths_are_refused(void) {
  const uint8_t byte = 0;
  struct kagg_error error = refused("k", 1, NULL, 0, &byte, SIZE_MAX);
  CHECK(error.status == KAGG_ERR_LENGTH);
  CHECK(refused("k", SIZE_MAX, NULL, 0, NULL, 0).status == KAGG_ERR_LENGTH);
  const struct kagg_blob blobs[] = {{&byte, 1}, {&byte, SIZE_MAX}};
  struct kagg_deaggregator *deaggregator = new_deaggregator();
  ANSWERS(KAGG_ERR_LENGTH, kagg_deaggregator_read(deaggregator, blobs, 2, &error));
  CHECK(error.record_index == 1);
  ANSWERS(KAGG_ERR_LENGTH, kagg_deaggregator_read(deaggregator, blobs, SIZE_MAX / 2, NULL));
  kagg_deaggregator_free(deaggregator);
}

/* Of many, what is refused keeps none of the others out. */
static void refused_ones_do_not_keep_others_out(void) {
  const struct kagg_new_user_record given[] = {
      user_record("k", NULL, "first"), user_record("", NULL, "no key"),
      user_record("k", "x", "no number"), user_record("k\xff", NULL, "no text"),
      user_record("k", NULL, "last")};
  const kagg_status expected[] = {KAGG_OK, KAGG_ERR_PARTITION_KEY_LENGTH,
                                  KAGG_ERR_EXPLICIT_HASH_KEY, KAGG_ERR_NOT_UTF8, KAGG_OK};
  struct kagg_aggregator *aggregator = new_aggregator();
  struct kagg_sharded_aggregator *sharded = new_sharded(KAGG_GROUPING_HASH_KEY, NULL);
  kagg_status statuses[5];
  size_t count = 99;
  ANSWERS(KAGG_OK, kagg_aggregator_push_many(aggregator, given, 5, NULL, statuses, &count));
  CHECK(count == 3 && memcmp(statuses, expected, sizeof expected) == 0);
  ANSWERS(KAGG_OK, kagg_aggregator_user_record_count(aggregator, &count));
  CHECK(count == 2);
  memset(statuses, 0, sizeof statuses);
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_push_many(sharded, given, 5, NULL, statuses, &count));
  CHECK(count == 3 && memcmp(statuses, expected, sizeof expected) == 0);
  kagg_sharded_aggregator_free(sharded);
  kagg_aggregator_free(aggregator);
}

/* Places outside the buffer are refused, one by one. */
static void places_outside_are_refused(void) {
  const uint8_t buffer[] = "kdata";
  const size_t len = 5;
  const struct kagg_user_record_span spans[] = {
      {0, 1, 0, 0, 1, 4},          {0, 6, 0, 0, 1, 4},          {6, 1, 0, 0, 1, 4},
      {0, 1, 0, 0, 1, 5},          {0, 1, 5, 1, 1, 4},          {UINT32_MAX, 1, 0, 0, 1, 4},
      {0, 1, 0, 0, 1, UINT32_MAX}, {0, 1, UINT32_MAX, 0, 5, 0},
  };
  struct kagg_aggregator *aggregator = new_aggregator();
  struct kagg_sharded_aggregator *sharded = new_sharded(KAGG_GROUPING_NONE, NULL);
  kagg_status statuses[8];
  for (int way = 0; way < 2; way++) {
    size_t count = 99;
    if (way == 0) {
      ANSWERS(KAGG_OK, kagg_aggregator_push_spans(aggregator, buffer, len, spans, 8, NULL,
                                                  statuses, &count));
    } else {
      ANSWERS(KAGG_OK, kagg_sharded_aggregator_push_spans(sharded, buffer, len, spans, 8, NULL,
                                                          statuses, &count));
    }
    CHECK(count == 6 && statuses[0] == KAGG_OK && statuses[7] == KAGG_OK);
    for (size_t index = 1; index < 7; index++) {
      CHECK(statuses[index] == KAGG_ERR_LENGTH);
    }
  }
  kagg_sharded_aggregator_free(sharded);
  kagg_aggregator_free(aggregator);

  const size_t lengths[] = {3, 3};
  struct kagg_error error = CLEAN;
  struct kagg_deaggregator *deaggregator = new_deaggregator();
  ANSWERS(KAGG_ERR_LENGTH,
          kagg_deaggregator_read_joined(deaggregator, buffer, len, lengths, 2, &error));
  CHECK(error.record_index == 1);
  kagg_deaggregator_free(deaggregator);
}

/* Ranges and options that cannot be are refused. */
static void wrong_ranges_and_options_are_refused(void) {
  const struct {
    const char *start, *end;
    int policy;
    kagg_status expected;
  } wrong[] = {{"2", "1", KAGG_POLICY_KEEP_ALL, KAGG_ERR_HASH_KEY},
               {"", "1", KAGG_POLICY_KEEP_ALL, KAGG_ERR_HASH_KEY},
               {"0", "340282366920938463463374607431768211456", 0, KAGG_ERR_HASH_KEY},
               {"0", "1", 7, KAGG_ERR_OPTION},
               {"0", "1\xff", 0, KAGG_ERR_NOT_UTF8}};
  struct kagg_deaggregator *deaggregator = new_deaggregator();
  for (size_t index = 0; index < 5; index++) {
    struct kagg_error error = CLEAN;
    ANSWERS(wrong[index].expected,
            kagg_deaggregator_set_range(deaggregator, TEXT(wrong[index].start),
                                        TEXT(wrong[index].end), wrong[index].policy, &error));
    CHECK(error.status == wrong[index].expected);
  }
  kagg_deaggregator_free(deaggregator);

  struct kagg_aggregator *aggregator = new_aggregator();
  ANSWERS(KAGG_ERR_OPTION, kagg_aggregator_set_max_size(aggregator, (10 << 20) + 1));
  ANSWERS(KAGG_ERR_OPTION, kagg_aggregator_set_max_count(aggregator, 0));
  ANSWERS(KAGG_ERR_OPTION, kagg_aggregator_set_outer_partition_key(aggregator, 7));
  push(aggregator, "k", NULL, "data");
  ANSWERS(KAGG_ERR_IN_USE, kagg_aggregator_set_max_size(aggregator, 51200));
  kagg_aggregator_free(aggregator);

  struct kagg_sharded_aggregator *sharded = NULL;
  ANSWERS(KAGG_ERR_GROUPING, kagg_sharded_aggregator_new(99, NULL, &sharded));
  ANSWERS(KAGG_ERR_HASH_KEY, kagg_sharded_aggregator_new_pinned_to(TEXT("x"), NULL, &sharded));
  CHECK(sharded == NULL);
  sharded = new_sharded(KAGG_GROUPING_HASH_KEY, NULL);
  ANSWERS(KAGG_ERR_OUTER_HASH_KEY, kagg_sharded_aggregator_omit_outer_hash_key(sharded));
  kagg_sharded_aggregator_free(sharded);
}

/* Shards that are wrong are named; gaps and overlaps are told. */
static void wrong_shards_are_refused(void) {
  struct kagg_shard_map *map = NULL;
  struct kagg_error error = CLEAN;
  const struct kagg_shard wrong_key[] = {shard("a", "0", LOWER_END), shard("b", "9", "1")};
  ANSWERS(KAGG_ERR_HASH_KEY, kagg_shard_map_new(wrong_key, 2, &error, &map));
  CHECK(error.record_index == 1);
  const struct kagg_shard gap[] = {shard("a", "0", "5"), shard("b", "7", HIGHEST)};
  ANSWERS(KAGG_ERR_SHARD_GAP, kagg_shard_map_new(gap, 2, &error, &map));
  const struct kagg_shard overlap[] = {shard("a", "0", "7"), shard("b", "7", HIGHEST)};
  ANSWERS(KAGG_ERR_SHARD_OVERLAP, kagg_shard_map_new(overlap, 2, &error, &map));
  ANSWERS(KAGG_ERR_SHARD_GAP, kagg_shard_map_new(NULL, 0, &error, &map));
  CHECK(map == NULL);

  map = new_map(2);
  struct kagg_records *records = three_sealed();
  int found = 99;
  ANSWERS(KAGG_ERR_INDEX, kagg_shard_map_judge(map, records, 1, TEXT("shard-1"), &error, &found));
  CHECK(error.record_index == 1 && found == 99);
  struct kagg_record record;
  ANSWERS(KAGG_ERR_INDEX, kagg_records_get(records, SIZE_MAX, &record));
  kagg_records_free(records);
  kagg_shard_map_free(map);
}

/* A damaged or cut aggregate has a row that says so, and no user records. */
static void damaged_blobs_are_rows(void) {
  struct kagg_records *records = three_sealed();
  const struct kagg_record record = record_at(records, 0);
  struct kagg_deaggregator *deaggregator = new_deaggregator();
  uint8_t *bytes = malloc(record.data_len);
  CHECK(bytes != NULL);
  for (size_t at = 0; at < record.data_len; at++) {
    memcpy(bytes, record.data, record.data_len);
    bytes[at] ^= 1;
    const struct kagg_blob blobs[] = {{bytes, record.data_len}, {record.data, at}};
    struct kagg_blob_row rows[2];
    struct kagg_user_record row;
    size_t count = 0;
    ANSWERS(KAGG_OK, kagg_deaggregator_read(deaggregator, blobs, 2, NULL));
    ANSWERS(KAGG_OK, kagg_deaggregator_blobs(deaggregator, rows, 2, &count));
    CHECK(rows[0].status == (at < 4 ? KAGG_PLAIN : KAGG_CHECKSUM));
    CHECK(rows[1].status == (at < 4 ? KAGG_PLAIN : at <= 20 ? KAGG_TOO_SHORT : KAGG_CHECKSUM));
    CHECK(rows[0].record_index == KAGG_NO_RECORD && rows[0].user_record_count == 0);
    ANSWERS(KAGG_END, kagg_deaggregator_user_records(deaggregator, &row, 1, &count));
    CHECK(count == 0);
  }
  free(bytes);
  kagg_deaggregator_free(deaggregator);
  kagg_records_free(records);
}

/* A message with a fault tells the offset in the blob, and the record. */
static void faults_have_a_place(void) {
  const struct kagg_blob blob = {WRONG_INDEX, sizeof WRONG_INDEX};
  struct kagg_deaggregator *deaggregator = new_deaggregator();
  struct kagg_blob_row row;
  size_t count = 0;
  ANSWERS(KAGG_OK, kagg_deaggregator_read(deaggregator, &blob, 1, NULL));
  ANSWERS(KAGG_OK, kagg_deaggregator_blobs(deaggregator, &row, 1, &count));
  CHECK(row.status == KAGG_INDEX_OUTSIDE_TABLE && row.record_index == 1);
  CHECK(row.byte_offset >= 27 && row.byte_offset < 36);
  kagg_deaggregator_free(deaggregator);
}

int main(void) {
  wrong_utf8_is_refused();
  partition_keys_are_bounded();
  explicit_hash_keys_are_numbers();
  what_is_too_large_is_refused();
  impossible_lengths_are_refused();
  refused_ones_do_not_keep_others_out();
  places_outside_are_refused();
  wrong_ranges_and_options_are_refused();
  wrong_shards_are_refused();
  damaged_blobs_are_rows();
  faults_have_a_place();
  return 0;
}
