/*
 * Who owns what: every handle is freed once, whatever it went through, and what
 * came out of a handle lives as long as its documentation says.
 *
 * The checks are those of the tools that this program runs under, AddressSanitizer
 * and valgrind: a leak, a double free or a use after a free ends it.
 */

#include "check.h"

/* New and never used, or used, a handle is freed. */
static void handles_are_freed_at_any_time(void) {
  kagg_aggregator_free(new_aggregator());
  kagg_deaggregator_free(new_deaggregator());
  kagg_shard_map_free(new_map(2));
  kagg_sharded_aggregator_free(new_sharded(KAGG_GROUPING_NONE, NULL));
  kagg_records_free(three_sealed());

  struct kagg_aggregator *open = new_aggregator();
  push(open, "k", NULL, "lost with it");
  kagg_aggregator_free(open);
  struct kagg_aggregator *full = new_aggregator();
  push(full, "k", NULL, "lost with it");
  ANSWERS(KAGG_FULL, kagg_aggregator_finish(full));
  kagg_aggregator_free(full);
}

/* What was given may be freed or changed as soon as the call is over. */
static void what_is_given_is_copied(void) {
  struct kagg_aggregator *aggregator = new_aggregator();
  for (int round = 0; round < 3; round++) {
    char *key = malloc(3);
    char *hash_key = malloc(1);
    uint8_t *data = malloc(4);
    CHECK(key != NULL && hash_key != NULL && data != NULL);
    memcpy(key, "mia", 3);
    memcpy(hash_key, "7", 1);
    memcpy(data, "data", 4);
    ANSWERS(KAGG_OK, kagg_aggregator_push(aggregator, key, 3, hash_key, 1, data, 4, NULL));
    free(key);
    free(hash_key);
    free(data);
  }
  struct kagg_records *records = sealed(aggregator);
  CHECK(record_at(records, 0).user_record_count == 3);
  kagg_records_free(records);
  kagg_aggregator_free(aggregator);
}

/* An aggregator goes on after a push, a refusal and a seal. */
static void aggregators_are_used_again(void) {
  struct kagg_aggregator *aggregator = new_aggregator();
  for (int round = 0; round < 3; round++) {
    ANSWERS(KAGG_ERR_PARTITION_KEY_LENGTH,
            kagg_aggregator_push(aggregator, NULL, 0, NULL, 0, NULL, 0, NULL));
    push(aggregator, "mia", NULL, "click");
    push(aggregator, "mia", NULL, "buy");
    struct kagg_records *records = sealed(aggregator);
    CHECK(count_of(records) == 1 && record_at(records, 0).user_record_count == 2);
    kagg_records_free(records);
  }
  kagg_aggregator_free(aggregator);
}

/* Records, and the pointers into them, outlive their aggregator. */
static void records_outlive_the_aggregator(void) {
  struct kagg_records *records = three_sealed();
  const struct kagg_record record = record_at(records, 0);
  CHECK(is_text(record.partition_key, record.partition_key_len, "mia"));
  CHECK(record.data_len > 20 && record.data[0] == 0xf3);
  CHECK(record.explicit_hash_key != NULL && record.explicit_hash_key_len > 0);
  kagg_records_free(records);

  struct kagg_sharded_aggregator *sharded = new_sharded(KAGG_GROUPING_HASH_KEY, NULL);
  push_sharded(sharded, "mia", NULL, "click");
  records = sealed_sharded(sharded);
  kagg_sharded_aggregator_free(sharded);
  CHECK(is_text(record_at(records, 0).data, record_at(records, 0).data_len, "click"));
  kagg_records_free(records);
}

/* Removing records moves those behind up, and none is left at the end. */
static void records_are_removed_one_by_one(void) {
  struct kagg_sharded_aggregator *sharded = new_sharded(KAGG_GROUPING_HASH_KEY, NULL);
  push_sharded(sharded, "a", NULL, "first");
  push_sharded(sharded, "b", NULL, "second");
  push_sharded(sharded, "c", NULL, "third");
  struct kagg_records *records = sealed_sharded(sharded);
  CHECK(count_of(records) == 3);
  ANSWERS(KAGG_OK, kagg_records_remove(records, 1));
  CHECK(is_text(record_at(records, 1).data, record_at(records, 1).data_len, "third"));
  ANSWERS(KAGG_ERR_INDEX, kagg_records_remove(records, 2));
  ANSWERS(KAGG_OK, kagg_records_remove(records, 1));
  ANSWERS(KAGG_OK, kagg_records_remove(records, 0));
  CHECK(count_of(records) == 0);
  ANSWERS(KAGG_ERR_INDEX, kagg_records_remove(records, 0));
  kagg_records_free(records);
  kagg_sharded_aggregator_free(sharded);
}

/* A sharded aggregator has a map of its own, and predictions lie in the map. */
static void maps_are_copied(void) {
  struct kagg_shard_map *map = new_map(2);
  struct kagg_sharded_aggregator *sharded = new_sharded(KAGG_GROUPING_SHARD, map);
  const char *id = NULL;
  size_t len = 0;
  ANSWERS(KAGG_OK, kagg_shard_map_predict(map, TEXT("k"), TEXT("0"), NULL, &id, &len));
  CHECK(is_text(id, len, "shard-1"));
  kagg_shard_map_free(map);
  push_sharded(sharded, "k", "0", "lower");
  push_sharded(sharded, "k", HIGHEST, "upper");
  struct kagg_records *records = sealed_sharded(sharded);
  CHECK(count_of(records) == 2);
  kagg_records_free(records);
  kagg_sharded_aggregator_free(sharded);
}

/* A new map takes what was unsent over, and gives other records for it. */
static void a_new_map_takes_the_unsent_over(void) {
  struct kagg_shard_map *one = new_map(1);
  struct kagg_shard_map *two = new_map(2);
  struct kagg_sharded_aggregator *sharded = new_sharded(KAGG_GROUPING_SHARD, one);
  push_sharded(sharded, "k", "0", "lower");
  push_sharded(sharded, "k", HIGHEST, "upper");
  struct kagg_records *records = sealed_sharded(sharded);
  CHECK(count_of(records) == 1);
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_update_shard_map(sharded, two, records, &records));
  kagg_shard_map_free(one);
  kagg_shard_map_free(two);
  CHECK(count_of(records) == 2);
  kagg_sharded_aggregator_free(sharded);
  CHECK(is_text(record_at(records, 0).data, record_at(records, 0).data_len, "lower"));
  kagg_records_free(records);
}

/* Nothing of a blob is kept: rows are numbers, and stay. */
static void blobs_may_go_after_reading(void) {
  struct kagg_deaggregator *deaggregator = new_deaggregator();
  for (int round = 0; round < 3; round++) {
    struct kagg_records *records = three_sealed();
    const struct kagg_record record = record_at(records, 0);
    const struct kagg_blob blob = {record.data, record.data_len};
    ANSWERS(KAGG_OK, kagg_deaggregator_read(deaggregator, &blob, 1, NULL));
    kagg_records_free(records);
    struct kagg_user_record rows[8];
    size_t count = 0;
    ANSWERS(KAGG_OK, kagg_deaggregator_user_records(deaggregator, rows, 8, &count));
    CHECK(count == 3 && rows[1].data_len == 3);
  }
  kagg_deaggregator_free(deaggregator);
}

int main(void) {
  handles_are_freed_at_any_time();
  what_is_given_is_copied();
  aggregators_are_used_again();
  records_outlive_the_aggregator();
  records_are_removed_one_by_one();
  maps_are_copied();
  a_new_map_takes_the_unsent_over();
  blobs_may_go_after_reading();
  return 0;
}
