/*
 * What the tests in C and C++ are made of: a check that names itself when it
 * does not hold, and the shortest way to a handle.
 *
 * A test is a program. It frees all it made, so that the tools which look for
 * leaks have nothing to say.
 */

#ifndef CHECK_H
#define CHECK_H

#include "kinesis_agg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program unless `condition` holds; on in every build. */
#define CHECK(condition)                                                      \
  do {                                                                        \
    if (!(condition)) {                                                       \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                \
    }                                                                         \
  } while (0)

/* Ends the program unless a call answers `expected`. */
#define ANSWERS(expected, call)                                                     \
  do {                                                                              \
    const kagg_status answer_ = (call);                                             \
    if (answer_ != (expected)) {                                                    \
      fprintf(stderr, "%s:%d: %s answers %d: %s\n", __FILE__, __LINE__, #call,      \
              answer_, kagg_status_message(answer_));                               \
      exit(1);                                                                      \
    }                                                                               \
  } while (0)

/* A text and its length, as the functions take it. */
#define TEXT(text) text, strlen(text)

/* The highest hash key, and the ends of the halves. */
#define HIGHEST "340282366920938463463374607431768211455"
#define LOWER_END "170141183460469231731687303715884105727"
#define UPPER_START "170141183460469231731687303715884105728"

/* An aggregate of one key, a user record that is sound, and one whose key index is 1. */
static const uint8_t WRONG_INDEX[] = {
    0xf3, 0x89, 0x9a, 0xc2, 0x0a, 0x0a, 0x63, 0x75, 0x73, 0x74, 0x6f, 0x6d, 0x65,
    0x72, 0x2d, 0x37, 0x1a, 0x09, 0x08, 0x00, 0x1a, 0x05, 0x63, 0x6c, 0x69, 0x63,
    0x6b, 0x1a, 0x07, 0x08, 0x01, 0x1a, 0x03, 0x62, 0x75, 0x79, 0x55, 0x36, 0xb6,
    0xe6, 0xe7, 0x41, 0xe0, 0x01, 0x15, 0x78, 0x69, 0x91, 0xb5, 0x62, 0x20, 0xdd};

static inline struct kagg_aggregator *new_aggregator(void) {
  struct kagg_aggregator *made = NULL;
  ANSWERS(KAGG_OK, kagg_aggregator_new(&made));
  CHECK(made != NULL);
  return made;
}

static inline struct kagg_deaggregator *new_deaggregator(void) {
  struct kagg_deaggregator *made = NULL;
  ANSWERS(KAGG_OK, kagg_deaggregator_new(&made));
  CHECK(made != NULL);
  return made;
}

static inline struct kagg_sharded_aggregator *new_sharded(int grouping,
                                                          const struct kagg_shard_map *map) {
  struct kagg_sharded_aggregator *made = NULL;
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_new(grouping, map, &made));
  CHECK(made != NULL);
  return made;
}

static inline struct kagg_shard shard(const char *id, const char *start, const char *end) {
  const struct kagg_shard made = {id, strlen(id), start, strlen(start), end, strlen(end), false};
  return made;
}

/* A stream of one shard, or of two halves. */
static inline struct kagg_shard_map *new_map(size_t shards) {
  const struct kagg_shard one[] = {shard("shard-0", "0", HIGHEST)};
  const struct kagg_shard two[] = {shard("shard-1", "0", LOWER_END),
                                   shard("shard-2", UPPER_START, HIGHEST)};
  struct kagg_shard_map *made = NULL;
  ANSWERS(KAGG_OK, kagg_shard_map_new(shards == 1 ? one : two, shards, NULL, &made));
  CHECK(made != NULL);
  return made;
}

static inline struct kagg_new_user_record user_record(const char *partition_key,
                                                      const char *explicit_hash_key,
                                                      const char *data) {
  const struct kagg_new_user_record made = {
      partition_key,
      strlen(partition_key),
      explicit_hash_key,
      explicit_hash_key == NULL ? 0 : strlen(explicit_hash_key),
      (const uint8_t *)data,
      strlen(data),
  };
  return made;
}

/* Adds a user record and expects no refusal. */
static inline void push(struct kagg_aggregator *to, const char *partition_key,
                        const char *explicit_hash_key, const char *data) {
  const struct kagg_new_user_record it = user_record(partition_key, explicit_hash_key, data);
  const kagg_status answer = kagg_aggregator_push(
      to, it.partition_key, it.partition_key_len, it.explicit_hash_key,
      it.explicit_hash_key_len, it.data, it.data_len, NULL);
  CHECK(answer == KAGG_OK || answer == KAGG_FULL);
}

static inline void push_sharded(struct kagg_sharded_aggregator *to, const char *partition_key,
                                const char *explicit_hash_key, const char *data) {
  const struct kagg_new_user_record it = user_record(partition_key, explicit_hash_key, data);
  const kagg_status answer = kagg_sharded_aggregator_push(
      to, it.partition_key, it.partition_key_len, it.explicit_hash_key,
      it.explicit_hash_key_len, it.data, it.data_len, NULL);
  CHECK(answer == KAGG_OK || answer == KAGG_FULL);
}

/* All that waits in an aggregator, sealed. */
static inline struct kagg_records *sealed(struct kagg_aggregator *from) {
  struct kagg_records *made = NULL;
  CHECK(kagg_aggregator_finish(from) >= 0);
  ANSWERS(KAGG_OK, kagg_aggregator_seal(from, &made));
  return made;
}

static inline struct kagg_records *sealed_sharded(struct kagg_sharded_aggregator *from) {
  struct kagg_records *made = NULL;
  CHECK(kagg_sharded_aggregator_finish(from) >= 0);
  ANSWERS(KAGG_OK, kagg_sharded_aggregator_seal(from, &made));
  return made;
}

/* One aggregate of three user records. */
static inline struct kagg_records *three_sealed(void) {
  struct kagg_aggregator *aggregator = new_aggregator();
  push(aggregator, "mia", NULL, "click");
  push(aggregator, "noah", "7", "buy");
  push(aggregator, "mia", NULL, "");
  struct kagg_records *made = sealed(aggregator);
  kagg_aggregator_free(aggregator);
  return made;
}

static inline size_t count_of(const struct kagg_records *records) {
  size_t count = 0;
  ANSWERS(KAGG_OK, kagg_records_count(records, &count));
  return count;
}

static inline struct kagg_record record_at(const struct kagg_records *records, size_t index) {
  struct kagg_record found;
  ANSWERS(KAGG_OK, kagg_records_get(records, index, &found));
  return found;
}

static inline bool is_text(const void *bytes, size_t len, const char *text) {
  return len == strlen(text) && memcmp(bytes, text, len) == 0;
}

#endif /* CHECK_H */
