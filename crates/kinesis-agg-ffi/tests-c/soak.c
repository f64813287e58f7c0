/*
 * Packs and reads user records by the million, and looks whether memory is lost:
 * see soak.h. Run by `cargo xtask soak leaks-c`.
 */

#define _POSIX_C_SOURCE 200809L

#include "soak.h"

/* Kinesis records of a round at most, and what is put among them. */
#define MAX_BLOBS (ROUND + 3)

/* What user records go through. */
struct handles {
  struct kagg_aggregator *aggregator;
  struct kagg_sharded_aggregator *sharded;
  struct kagg_deaggregator *deaggregator;
  struct kagg_shard_map *whole;
  struct kagg_shard_map *halves;
};

static struct handles open_handles(void) {
  struct handles made;
  made.whole = new_map(1);
  made.halves = new_map(2);
  made.aggregator = new_aggregator();
  made.sharded = new_sharded(KAGG_GROUPING_SHARD, made.whole);
  made.deaggregator = new_deaggregator();
  ANSWERS(KAGG_OK, kagg_aggregator_set_max_size(made.aggregator, MAX_SIZE));
  ANSWERS(KAGG_OK, kagg_aggregator_set_max_count(made.aggregator, MAX_COUNT));
  ANSWERS(KAGG_OK, kagg_aggregator_frame_singles(made.aggregator));
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_set_max_size(made.sharded, MAX_SIZE));
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_set_max_count(made.sharded, MAX_COUNT));
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_frame_singles(made.sharded));
  ANSWERS(KAGG_OK, kagg_deaggregator_set_range(made.deaggregator, TEXT("0"), TEXT(HIGHEST),
                                               KAGG_POLICY_KEEP_IN_RANGE, NULL));
  return made;
}

static void free_handles(const struct handles *handles) {
  kagg_deaggregator_free(handles->deaggregator);
  kagg_sharded_aggregator_free(handles->sharded);
  kagg_aggregator_free(handles->aggregator);
  kagg_shard_map_free(handles->halves);
  kagg_shard_map_free(handles->whole);
}

/* Adds many user records, with one at each end that is refused. */
static void push_many(struct kagg_aggregator *to, const struct kagg_new_user_record *rows,
                      size_t count) {
  struct kagg_new_user_record given[ROUND + 2];
  kagg_status statuses[ROUND + 2];
  size_t refused = 0;
  memcpy(given + 1, rows, count * sizeof *rows);
  given[0] = given[count + 1] = user_record("k", "no number", "refused");
  CHECK(kagg_aggregator_push_many(to, given, count + 2, NULL, statuses, &refused) >= 0);
  CHECK(refused == 2 && statuses[0] < 0 && statuses[count + 1] < 0);
}

static void push_each(struct kagg_sharded_aggregator *to, const struct kagg_new_user_record *rows,
                      size_t count) {
  for (size_t index = 0; index < count; index++) {
    const struct kagg_new_user_record *it = &rows[index];
    CHECK(kagg_sharded_aggregator_push(to, it->partition_key, it->partition_key_len,
                                       it->explicit_hash_key, it->explicit_hash_key_len, it->data,
                                       it->data_len, NULL) >= 0);
  }
}

/* Adds the user records that were read to what is known of them. */
static void add_user_records(struct soak *soak, struct kagg_deaggregator *deaggregator,
                             const struct kagg_blob *blobs) {
  struct kagg_user_record page[64];
  size_t count = 0;
  while (kagg_deaggregator_user_records(deaggregator, page, 64, &count) == KAGG_OK) {
    for (size_t index = 0; index < count; index++) {
      const struct kagg_user_record *at = &page[index];
      const uint8_t *bytes = blobs[at->blob].data;
      const struct kagg_new_user_record row = {
          (const char *)bytes + at->partition_key_offset,     at->partition_key_len,
          (const char *)bytes + at->explicit_hash_key_offset, at->explicit_hash_key_len,
          bytes + at->data_offset,                            at->data_len};
      add(&soak->read, &row);
    }
  }
}

/* Reads Kinesis records, the first `count`, and three blobs that are no aggregates. */
static void read_some(struct soak *soak, struct kagg_deaggregator *deaggregator,
                      const struct kagg_records *records, size_t count) {
  const kagg_status wrong[] = {KAGG_CHECKSUM, KAGG_INDEX_OUTSIDE_TABLE, KAGG_PLAIN};
  struct kagg_blob blobs[MAX_BLOBS];
  struct kagg_blob_row rows[MAX_BLOBS];
  size_t row_count = 0;
  CHECK(count + 3 <= MAX_BLOBS);
  for (size_t index = 0; index < count; index++) {
    const struct kagg_record record = record_at(records, index);
    blobs[index] = (struct kagg_blob){record.data, record.data_len};
  }
  blobs[count + 1] = (struct kagg_blob){WRONG_INDEX, sizeof WRONG_INDEX};
  blobs[count + 2] = (struct kagg_blob){(const uint8_t *)"plain", 5};
  /* One that is cut by a byte. */
  blobs[count] = count > 0 ? blobs[0] : blobs[1];
  blobs[count].data_len--;
  ANSWERS(KAGG_OK, kagg_deaggregator_read(deaggregator, blobs, count + 3, NULL));
  ANSWERS(KAGG_OK, kagg_deaggregator_blobs(deaggregator, rows, MAX_BLOBS, &row_count));
  for (size_t index = 0; index < row_count; index++) {
    CHECK(rows[index].status == (index < count ? KAGG_OK : wrong[index - count]));
  }
  add_user_records(soak, deaggregator, blobs);
}

/* Reads all Kinesis records, and ends them. */
static void read_all(struct soak *soak, struct kagg_deaggregator *deaggregator,
                     struct kagg_records *records) {
  read_some(soak, deaggregator, records, count_of(records));
  kagg_records_free(records);
}

/* The first Kinesis record arrives; then the shard splits, and the others are cut. */
static void split(struct soak *soak, const struct handles *with) {
  struct kagg_records *records = sealed_sharded(with->sharded);
  if (count_of(records) > 0) {
    read_some(soak, with->deaggregator, records, 1);
    ANSWERS(KAGG_OK, kagg_records_remove(records, 0));
  }
  ANSWERS(KAGG_ERR_NULL,
          kagg_sharded_aggregator_update_shard_map(with->sharded, NULL, records, &records));
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_update_shard_map(with->sharded, with->halves, records,
                                                            &records));
  read_all(soak, with->deaggregator, records);
}

/* The shards merge again. What waits is full then, and comes back. */
static void merge(struct soak *soak, const struct handles *with) {
  struct kagg_records *records = NULL;
  CHECK(kagg_sharded_aggregator_finish(with->sharded) >= 0);
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_update_shard_map(with->sharded, with->whole, NULL,
                                                            &records));
  read_all(soak, with->deaggregator, records);
}

/* What fails, or is given up, leaves nothing behind. */
static void fail(const struct handles *with) {
  struct kagg_aggregator *const given_up = new_aggregator();
  push(given_up, "k", NULL, "lost with it");
  kagg_aggregator_free(given_up);
  struct kagg_error error;
  struct kagg_sharded_aggregator *no_sharded = NULL;
  struct kagg_shard_map *no_map = NULL;
  const struct kagg_blob impossible = {soak_bytes(), SIZE_MAX};
  ANSWERS(KAGG_ERR_TOO_LARGE,
          kagg_aggregator_push(with->aggregator, TEXT("k"), NULL, 0, soak_bytes(), 2 * MAX_SIZE,
                               &error));
  ANSWERS(KAGG_ERR_PARTITION_KEY_LENGTH,
          kagg_sharded_aggregator_push(with->sharded, NULL, 0, NULL, 0, NULL, 0, &error));
  ANSWERS(KAGG_ERR_LENGTH, kagg_deaggregator_read(with->deaggregator, &impossible, 1, &error));
  ANSWERS(KAGG_ERR_HASH_KEY, kagg_deaggregator_set_range(with->deaggregator, TEXT("2"), TEXT("1"),
                                                         KAGG_POLICY_KEEP_ALL, &error));
  ANSWERS(KAGG_ERR_SHARD_GAP, kagg_shard_map_new(NULL, 0, &error, &no_map));
  ANSWERS(KAGG_ERR_GROUPING,
          kagg_sharded_aggregator_new(KAGG_GROUPING_SHARD, NULL, &no_sharded));
}

/* Half of the user records go through one aggregator, half through the other. */
static void round_trip(struct soak *soak, const struct batch *batch, const struct handles *with) {
  const size_t half = batch->count / 2;
  const size_t rest = batch->count - half;
  push_many(with->aggregator, batch->rows, half);
  read_all(soak, with->deaggregator, sealed(with->aggregator));
  push_each(with->sharded, batch->rows + half, rest / 2);
  split(soak, with);
  push_each(with->sharded, batch->rows + half + rest / 2, rest - rest / 2);
  merge(soak, with);
  fail(with);
}

/* Rounds until `end` user records are written, with handles that are kept and with
   handles that are not. */
static void rounds(struct soak *soak, const struct handles *kept, uint64_t end) {
  while (soak->written.count < end) {
    round_trip(soak, next_batch(soak, end), kept);
    const struct handles fresh = open_handles();
    round_trip(soak, next_batch(soak, end), &fresh);
    free_handles(&fresh);
  }
}

int main(int argc, char **argv) {
  struct soak soak = soak_begin(argc, argv);
  const struct handles first = open_handles();
  rounds(&soak, &first, first_rounds());
  free_handles(&first);
  soak.heap_at_first = heap();
  const struct handles kept = open_handles();
  rounds(&soak, &kept, warm_up(&soak));
  soak.resident_when_warm = resident();
  rounds(&soak, &kept, soak.user_records);
  soak.resident_at_last = resident();
  free_handles(&kept);
  return soak_end(&soak);
}
