/*
 * Each function of symbols.txt answers NULL where it takes a pointer: with
 * KAGG_ERR_NULL, or as none where NULL is none; never by following it.
 *
 * symbols.h is made of symbols.txt: SYMBOL(name) for each. A function without a
 * test here, or a test without a function, does not compile.
 */

#include "check.h"

#define SYMBOL(name) static void null_##name(void);
#include "symbols.h"
#undef SYMBOL

#define REFUSED(call) ANSWERS(KAGG_ERR_NULL, call)

static const uint8_t DATA[] = {1, 2, 3};

/* --- kagg_aggregator ------------------------------------------------------- */

/* Runs the statement with `it`, a new aggregator. */
#define WITH_AGGREGATOR(statement)                 \
  do {                                             \
    struct kagg_aggregator *it = new_aggregator(); \
    statement;                                     \
    kagg_aggregator_free(it);                      \
  } while (0)

static void null_kagg_aggregator_new(void) { REFUSED(kagg_aggregator_new(NULL)); }
static void null_kagg_aggregator_free(void) { kagg_aggregator_free(NULL); }
static void null_kagg_aggregator_finish(void) { REFUSED(kagg_aggregator_finish(NULL)); }
static void null_kagg_aggregator_frame_singles(void) {
  REFUSED(kagg_aggregator_frame_singles(NULL));
}
static void null_kagg_aggregator_omit_outer_hash_key(void) {
  REFUSED(kagg_aggregator_omit_outer_hash_key(NULL));
}
static void null_kagg_aggregator_set_max_count(void) {
  REFUSED(kagg_aggregator_set_max_count(NULL, 1));
}
static void null_kagg_aggregator_set_max_size(void) {
  REFUSED(kagg_aggregator_set_max_size(NULL, 51200));
}
static void null_kagg_aggregator_set_outer_partition_key(void) {
  REFUSED(kagg_aggregator_set_outer_partition_key(NULL, KAGG_OUTER_PARTITION_KEY_KPL));
}

static void null_kagg_aggregator_push(void) {
  struct kagg_error error;
  memset(&error, 0, sizeof error);
  REFUSED(kagg_aggregator_push(NULL, TEXT("k"), NULL, 0, DATA, 3, &error));
  CHECK(error.status == KAGG_ERR_NULL);
  WITH_AGGREGATOR(REFUSED(kagg_aggregator_push(it, NULL, 1, NULL, 0, DATA, 3, NULL)));
  WITH_AGGREGATOR(REFUSED(kagg_aggregator_push(it, TEXT("k"), NULL, 0, NULL, 3, NULL)));
  /* A pointer whose length is 0 may be NULL; no explicit hash key is NULL. */
  WITH_AGGREGATOR(
      ANSWERS(KAGG_OK, kagg_aggregator_push(it, TEXT("k"), NULL, 0, NULL, 0, NULL)));
  WITH_AGGREGATOR(
      ANSWERS(KAGG_OK, kagg_aggregator_push(it, TEXT("k"), NULL, 9, NULL, 0, NULL)));
}

static void null_kagg_aggregator_push_many(void) {
  const struct kagg_new_user_record record = user_record("k", NULL, "data");
  kagg_status status = 99;
  size_t refused = 99;
  REFUSED(kagg_aggregator_push_many(NULL, &record, 1, NULL, &status, &refused));
  WITH_AGGREGATOR(REFUSED(kagg_aggregator_push_many(it, NULL, 1, NULL, &status, &refused)));
  WITH_AGGREGATOR(REFUSED(kagg_aggregator_push_many(it, &record, 1, NULL, NULL, &refused)));
  WITH_AGGREGATOR(REFUSED(kagg_aggregator_push_many(it, &record, 1, NULL, &status, NULL)));
  CHECK(status == 99 && refused == 99);
  struct kagg_new_user_record inside = record;
  inside.partition_key = NULL;
  WITH_AGGREGATOR(
      ANSWERS(KAGG_OK, kagg_aggregator_push_many(it, &inside, 1, NULL, &status, &refused)));
  CHECK(status == KAGG_ERR_NULL && refused == 1);
  WITH_AGGREGATOR(
      ANSWERS(KAGG_OK, kagg_aggregator_push_many(it, NULL, 0, NULL, NULL, &refused)));
  CHECK(refused == 0);
}

static void null_kagg_aggregator_push_spans(void) {
  const struct kagg_user_record_span span = {0, 1, 0, 0, 1, 2};
  kagg_status status = 99;
  size_t refused = 99;
  REFUSED(kagg_aggregator_push_spans(NULL, DATA, 3, &span, 1, NULL, &status, &refused));
  WITH_AGGREGATOR(
      REFUSED(kagg_aggregator_push_spans(it, NULL, 3, &span, 1, NULL, &status, &refused)));
  WITH_AGGREGATOR(
      REFUSED(kagg_aggregator_push_spans(it, DATA, 3, NULL, 1, NULL, &status, &refused)));
  WITH_AGGREGATOR(
      REFUSED(kagg_aggregator_push_spans(it, DATA, 3, &span, 1, NULL, NULL, &refused)));
  WITH_AGGREGATOR(
      REFUSED(kagg_aggregator_push_spans(it, DATA, 3, &span, 1, NULL, &status, NULL)));
  CHECK(status == 99 && refused == 99);
}

static void null_kagg_aggregator_seal(void) {
  struct kagg_records *records = NULL;
  REFUSED(kagg_aggregator_seal(NULL, &records));
  CHECK(records == NULL);
  WITH_AGGREGATOR({
    push(it, "k", NULL, "data");
    REFUSED(kagg_aggregator_seal(it, NULL));
    size_t waiting = 0;
    ANSWERS(KAGG_OK, kagg_aggregator_user_record_count(it, &waiting));
    CHECK(waiting == 1);
  });
}

static void null_kagg_aggregator_user_record_count(void) {
  size_t count = 99;
  REFUSED(kagg_aggregator_user_record_count(NULL, &count));
  CHECK(count == 99);
  WITH_AGGREGATOR(REFUSED(kagg_aggregator_user_record_count(it, NULL)));
}

/* --- kagg_deaggregator ----------------------------------------------------- */

#define WITH_DEAGGREGATOR(statement)                   \
  do {                                                 \
    struct kagg_deaggregator *it = new_deaggregator(); \
    statement;                                         \
    kagg_deaggregator_free(it);                        \
  } while (0)

static void null_kagg_deaggregator_new(void) { REFUSED(kagg_deaggregator_new(NULL)); }
static void null_kagg_deaggregator_free(void) { kagg_deaggregator_free(NULL); }
static void null_kagg_deaggregator_rewind(void) { REFUSED(kagg_deaggregator_rewind(NULL)); }

static void null_kagg_deaggregator_set_range(void) {
  const int policy = KAGG_POLICY_KEEP_ALL;
  REFUSED(kagg_deaggregator_set_range(NULL, TEXT("0"), TEXT("9"), policy, NULL));
  WITH_DEAGGREGATOR(
      REFUSED(kagg_deaggregator_set_range(it, NULL, 1, TEXT("9"), policy, NULL)));
  WITH_DEAGGREGATOR(
      REFUSED(kagg_deaggregator_set_range(it, TEXT("0"), NULL, 1, policy, NULL)));
}

static void null_kagg_deaggregator_read(void) {
  const struct kagg_blob good = {DATA, 3};
  const struct kagg_blob empty = {NULL, 0};
  const struct kagg_blob bad[] = {good, {NULL, 3}};
  struct kagg_error error;
  REFUSED(kagg_deaggregator_read(NULL, &good, 1, NULL));
  WITH_DEAGGREGATOR(REFUSED(kagg_deaggregator_read(it, NULL, 1, NULL)));
  WITH_DEAGGREGATOR(REFUSED(kagg_deaggregator_read(it, bad, 2, &error)));
  CHECK(error.status == KAGG_ERR_NULL && error.record_index == 1);
  WITH_DEAGGREGATOR(ANSWERS(KAGG_OK, kagg_deaggregator_read(it, &empty, 1, NULL)));
  WITH_DEAGGREGATOR(ANSWERS(KAGG_OK, kagg_deaggregator_read(it, NULL, 0, NULL)));
}

static void null_kagg_deaggregator_read_joined(void) {
  const size_t length = 3;
  REFUSED(kagg_deaggregator_read_joined(NULL, DATA, 3, &length, 1, NULL));
  WITH_DEAGGREGATOR(REFUSED(kagg_deaggregator_read_joined(it, NULL, 3, &length, 1, NULL)));
  WITH_DEAGGREGATOR(REFUSED(kagg_deaggregator_read_joined(it, DATA, 3, NULL, 1, NULL)));
  WITH_DEAGGREGATOR(ANSWERS(KAGG_OK, kagg_deaggregator_read_joined(it, NULL, 0, NULL, 0, NULL)));
}

static void null_kagg_deaggregator_blobs(void) {
  struct kagg_blob_row row;
  size_t count = 99;
  REFUSED(kagg_deaggregator_blobs(NULL, &row, 1, &count));
  WITH_DEAGGREGATOR(REFUSED(kagg_deaggregator_blobs(it, NULL, 1, &count)));
  WITH_DEAGGREGATOR(REFUSED(kagg_deaggregator_blobs(it, &row, 1, NULL)));
  CHECK(count == 99);
}

static void null_kagg_deaggregator_user_records(void) {
  struct kagg_user_record row;
  size_t count = 99;
  REFUSED(kagg_deaggregator_user_records(NULL, &row, 1, &count));
  WITH_DEAGGREGATOR(REFUSED(kagg_deaggregator_user_records(it, NULL, 1, &count)));
  WITH_DEAGGREGATOR(REFUSED(kagg_deaggregator_user_records(it, &row, 1, NULL)));
  CHECK(count == 99);
}

/* --- kagg_records, kagg_shard_map ------------------------------------------ */

#define WITH_RECORDS(statement)               \
  do {                                        \
    struct kagg_records *it = three_sealed(); \
    statement;                                \
    kagg_records_free(it);                    \
  } while (0)

#define WITH_MAP(statement)                  \
  do {                                       \
    struct kagg_shard_map *map = new_map(1); \
    statement;                               \
    kagg_shard_map_free(map);                \
  } while (0)

static void null_kagg_hash_key_of_partition_key(void) {
  char digits[KAGG_HASH_KEY_SIZE];
  REFUSED(kagg_hash_key_of_partition_key(NULL, 1, NULL, digits));
  REFUSED(kagg_hash_key_of_partition_key(TEXT("k"), NULL, NULL));
}

static void null_kagg_records_count(void) {
  size_t count = 99;
  REFUSED(kagg_records_count(NULL, &count));
  CHECK(count == 99);
  WITH_RECORDS(REFUSED(kagg_records_count(it, NULL)));
}

static void null_kagg_records_get(void) {
  struct kagg_record record;
  REFUSED(kagg_records_get(NULL, 0, &record));
  WITH_RECORDS(REFUSED(kagg_records_get(it, 0, NULL)));
}

static void null_kagg_records_remove(void) { REFUSED(kagg_records_remove(NULL, 0)); }
static void null_kagg_records_free(void) { kagg_records_free(NULL); }

static void null_kagg_shard_map_new(void) {
  struct kagg_shard given[] = {shard("s", "0", LOWER_END), shard("t", UPPER_START, HIGHEST)};
  struct kagg_shard_map *map = NULL;
  struct kagg_error error;
  REFUSED(kagg_shard_map_new(NULL, 1, NULL, &map));
  REFUSED(kagg_shard_map_new(given, 2, NULL, NULL));
  given[1].ending_hash_key = NULL;
  REFUSED(kagg_shard_map_new(given, 2, &error, &map));
  CHECK(error.record_index == 1 && map == NULL);
}

static void null_kagg_shard_map_free(void) { kagg_shard_map_free(NULL); }

static void null_kagg_shard_map_predict(void) {
  const char *id = NULL;
  size_t len = 0;
  REFUSED(kagg_shard_map_predict(NULL, TEXT("k"), NULL, 0, NULL, &id, &len));
  WITH_MAP(REFUSED(kagg_shard_map_predict(map, NULL, 1, NULL, 0, NULL, &id, &len)));
  WITH_MAP(REFUSED(kagg_shard_map_predict(map, TEXT("k"), NULL, 0, NULL, NULL, &len)));
  WITH_MAP(REFUSED(kagg_shard_map_predict(map, TEXT("k"), NULL, 0, NULL, &id, NULL)));
  CHECK(id == NULL && len == 0);
}

static void null_kagg_shard_map_judge(void) {
  int found = 99;
  WITH_RECORDS({
    REFUSED(kagg_shard_map_judge(NULL, it, 0, TEXT("shard-0"), NULL, &found));
    WITH_MAP(REFUSED(kagg_shard_map_judge(map, NULL, 0, TEXT("shard-0"), NULL, &found)));
    WITH_MAP(REFUSED(kagg_shard_map_judge(map, it, 0, NULL, 7, NULL, &found)));
    WITH_MAP(REFUSED(kagg_shard_map_judge(map, it, 0, TEXT("shard-0"), NULL, NULL)));
  });
  CHECK(found == 99);
}

/* --- kagg_sharded_aggregator ------------------------------------------------ */

#define WITH_SHARDED(statement)                                                     \
  do {                                                                              \
    struct kagg_sharded_aggregator *it = new_sharded(KAGG_GROUPING_HASH_KEY, NULL); \
    statement;                                                                      \
    kagg_sharded_aggregator_free(it);                                               \
  } while (0)

static void null_kagg_sharded_aggregator_new(void) {
  struct kagg_sharded_aggregator *made = NULL;
  REFUSED(kagg_sharded_aggregator_new(KAGG_GROUPING_NONE, NULL, NULL));
  ANSWERS(KAGG_ERR_GROUPING, kagg_sharded_aggregator_new(KAGG_GROUPING_SHARD, NULL, &made));
  CHECK(made == NULL);
}

static void null_kagg_sharded_aggregator_new_pinned_to(void) {
  struct kagg_sharded_aggregator *made = NULL;
  REFUSED(kagg_sharded_aggregator_new_pinned_to(NULL, 1, NULL, &made));
  REFUSED(kagg_sharded_aggregator_new_pinned_to(TEXT("7"), NULL, NULL));
  CHECK(made == NULL);
}

static void null_kagg_sharded_aggregator_free(void) { kagg_sharded_aggregator_free(NULL); }
static void null_kagg_sharded_aggregator_finish(void) {
  REFUSED(kagg_sharded_aggregator_finish(NULL));
}
static void null_kagg_sharded_aggregator_finish_arrived_before(void) {
  REFUSED(kagg_sharded_aggregator_finish_arrived_before(NULL, 1));
}
static void null_kagg_sharded_aggregator_frame_singles(void) {
  REFUSED(kagg_sharded_aggregator_frame_singles(NULL));
}
static void null_kagg_sharded_aggregator_omit_outer_hash_key(void) {
  REFUSED(kagg_sharded_aggregator_omit_outer_hash_key(NULL));
}
static void null_kagg_sharded_aggregator_set_max_count(void) {
  REFUSED(kagg_sharded_aggregator_set_max_count(NULL, 1));
}
static void null_kagg_sharded_aggregator_set_max_open(void) {
  REFUSED(kagg_sharded_aggregator_set_max_open(NULL, 1, 1));
}
static void null_kagg_sharded_aggregator_set_max_size(void) {
  REFUSED(kagg_sharded_aggregator_set_max_size(NULL, 51200));
}
static void null_kagg_sharded_aggregator_set_outer_partition_key(void) {
  REFUSED(kagg_sharded_aggregator_set_outer_partition_key(NULL, KAGG_OUTER_PARTITION_KEY_KPL));
}

static void null_kagg_sharded_aggregator_push(void) {
  REFUSED(kagg_sharded_aggregator_push(NULL, TEXT("k"), NULL, 0, DATA, 3, NULL));
  WITH_SHARDED(REFUSED(kagg_sharded_aggregator_push(it, NULL, 1, NULL, 0, DATA, 3, NULL)));
  WITH_SHARDED(REFUSED(kagg_sharded_aggregator_push(it, TEXT("k"), NULL, 0, NULL, 3, NULL)));
  WITH_SHARDED(
      ANSWERS(KAGG_OK, kagg_sharded_aggregator_push(it, TEXT("k"), NULL, 0, NULL, 0, NULL)));
}

static void null_kagg_sharded_aggregator_push_at(void) {
  REFUSED(kagg_sharded_aggregator_push_at(NULL, TEXT("k"), NULL, 0, DATA, 3, 5, NULL));
  WITH_SHARDED(REFUSED(kagg_sharded_aggregator_push_at(it, NULL, 1, NULL, 0, DATA, 3, 5, NULL)));
  WITH_SHARDED(
      REFUSED(kagg_sharded_aggregator_push_at(it, TEXT("k"), NULL, 0, NULL, 3, 5, NULL)));
}

static void null_kagg_sharded_aggregator_push_many(void) {
  const struct kagg_new_user_record record = user_record("k", NULL, "data");
  kagg_status status = 99;
  size_t refused = 99;
  REFUSED(kagg_sharded_aggregator_push_many(NULL, &record, 1, NULL, &status, &refused));
  WITH_SHARDED(REFUSED(kagg_sharded_aggregator_push_many(it, NULL, 1, NULL, &status, &refused)));
  WITH_SHARDED(REFUSED(kagg_sharded_aggregator_push_many(it, &record, 1, NULL, NULL, &refused)));
  WITH_SHARDED(REFUSED(kagg_sharded_aggregator_push_many(it, &record, 1, NULL, &status, NULL)));
  CHECK(status == 99 && refused == 99);
}

static void null_kagg_sharded_aggregator_push_spans(void) {
  const struct kagg_user_record_span span = {0, 1, 0, 0, 1, 2};
  kagg_status status = 99;
  size_t refused = 99;
  REFUSED(kagg_sharded_aggregator_push_spans(NULL, DATA, 3, &span, 1, NULL, &status, &refused));
  WITH_SHARDED(
      REFUSED(kagg_sharded_aggregator_push_spans(it, NULL, 3, &span, 1, NULL, &status, &refused)));
  WITH_SHARDED(
      REFUSED(kagg_sharded_aggregator_push_spans(it, DATA, 3, NULL, 1, NULL, &status, &refused)));
  WITH_SHARDED(
      REFUSED(kagg_sharded_aggregator_push_spans(it, DATA, 3, &span, 1, NULL, NULL, &refused)));
  WITH_SHARDED(
      REFUSED(kagg_sharded_aggregator_push_spans(it, DATA, 3, &span, 1, NULL, &status, NULL)));
  CHECK(status == 99 && refused == 99);
}

static void null_kagg_sharded_aggregator_seal(void) {
  struct kagg_records *records = NULL;
  REFUSED(kagg_sharded_aggregator_seal(NULL, &records));
  CHECK(records == NULL);
  WITH_SHARDED(REFUSED(kagg_sharded_aggregator_seal(it, NULL)));
}

static void null_kagg_sharded_aggregator_user_record_count(void) {
  size_t count = 99;
  REFUSED(kagg_sharded_aggregator_user_record_count(NULL, &count));
  CHECK(count == 99);
  WITH_SHARDED(REFUSED(kagg_sharded_aggregator_user_record_count(it, NULL)));
}

static void null_kagg_sharded_aggregator_judge(void) {
  int found = 99;
  struct kagg_records *records = three_sealed();
  REFUSED(kagg_sharded_aggregator_judge(NULL, records, 0, TEXT("shard-0"), NULL, &found));
  WITH_SHARDED(
      REFUSED(kagg_sharded_aggregator_judge(it, NULL, 0, TEXT("shard-0"), NULL, &found)));
  WITH_SHARDED(REFUSED(kagg_sharded_aggregator_judge(it, records, 0, NULL, 7, NULL, &found)));
  WITH_SHARDED(
      REFUSED(kagg_sharded_aggregator_judge(it, records, 0, TEXT("shard-0"), NULL, NULL)));
  CHECK(found == 99);
  kagg_records_free(records);
}

/* What was unsent is still the caller's when the call is refused. */
static void null_kagg_sharded_aggregator_update_shard_map(void) {
  struct kagg_records *unsent = three_sealed();
  struct kagg_records *records = NULL;
  WITH_MAP({
    REFUSED(kagg_sharded_aggregator_update_shard_map(NULL, map, unsent, &records));
    WITH_SHARDED(REFUSED(kagg_sharded_aggregator_update_shard_map(it, map, unsent, NULL)));
    WITH_SHARDED(REFUSED(kagg_sharded_aggregator_update_shard_map(it, NULL, unsent, &records)));
    CHECK(records == NULL && count_of(unsent) == 1);
    /* NULL is no unsent records. */
    WITH_SHARDED(ANSWERS(KAGG_OK,
                         kagg_sharded_aggregator_update_shard_map(it, map, NULL, &records)));
  });
  CHECK(count_of(records) == 0);
  kagg_records_free(records);
  kagg_records_free(unsent);
}

/* --- functions without a pointer answer none -------------------------------- */

static void null_kagg_abi_version(void) { CHECK(kagg_abi_version() == KAGG_ABI_VERSION); }
static void null_kagg_version(void) { CHECK(kagg_version() != NULL); }
static void null_kagg_status_message(void) {
  for (kagg_status status = -100; status <= 100; status++) {
    CHECK(kagg_status_message(status) != NULL);
    CHECK(kagg_status_message(status)[0] != '\0');
  }
}

int main(void) {
  size_t functions = 0;
#define SYMBOL(name) null_##name(), functions++;
#include "symbols.h"
#undef SYMBOL
  printf("%zu functions answer NULL\n", functions);
  return 0;
}
