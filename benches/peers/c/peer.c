/*
 * This project through its C ABI, from C: deaggregate and aggregate.
 *
 * README.md one folder up has the protocol.
 */

#define _POSIX_C_SOURCE 200809L

#include <kinesis_agg.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The limit of an aggregate, as all peers have it. */
#define MAX_SIZE 51200
/* So many bytes of data are pushed, and what is full is sealed. */
#define TOGETHER (16 * MAX_SIZE)
/* Rows of user records at a time. */
#define PAGE 256

/* A Kinesis record or a user record of the corpus. */
struct pair {
  const char *key;
  size_t key_len;
  const uint8_t *data;
  size_t data_len;
};

struct corpus {
  struct pair *pairs;
  size_t count;
};

/* What is handed out: the keys and data of user records, or of Kinesis records. */
typedef void visit(void *context, const struct pair *pair);

/* The work is made once for each visit, as a program of its own would be written:
   with no call for each user record. */
#define FOR_EACH_VISIT static inline __attribute__((always_inline))

static void must(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "%s\n", what);
    exit(1);
  }
}

static void fine(kagg_status status) { must(status >= 0, kagg_status_message(status)); }

static uint32_t length_at(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint8_t *read_file(const char *path, size_t *len) {
  FILE *file = fopen(path, "rb");
  must(file != NULL && fseek(file, 0, SEEK_END) == 0, path);
  *len = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(*len + 1);
  must(bytes != NULL && fread(bytes, 1, *len, file) == *len, path);
  fclose(file);
  return bytes;
}

static struct corpus read_corpus(const char *path) {
  size_t len;
  const uint8_t *at = read_file(path, &len);
  const uint8_t *end = at + len;
  struct corpus corpus = {NULL, 0};
  for (size_t room = 0; at < end; corpus.count++) {
    if (corpus.count == room) {
      room = room * 2 + 256;
      corpus.pairs = realloc(corpus.pairs, room * sizeof *corpus.pairs);
      must(corpus.pairs != NULL, "no memory");
    }
    struct pair *pair = &corpus.pairs[corpus.count];
    pair->key_len = length_at(at);
    pair->key = (const char *)at + 4;
    at += 4 + pair->key_len;
    pair->data_len = length_at(at);
    pair->data = at + 4;
    at += 4 + pair->data_len;
  }
  return corpus;
}

/* All blobs in one call, and their user records in place, a page of rows at a time. */
FOR_EACH_VISIT size_t deaggregate(const struct corpus *corpus, visit *visit, void *context) {
  static struct kagg_deaggregator *deaggregator = NULL;
  static struct kagg_blob *blobs = NULL;
  if (deaggregator == NULL) {
    fine(kagg_deaggregator_new(&deaggregator));
    blobs = calloc(corpus->count, sizeof *blobs);
    must(blobs != NULL, "no memory");
    for (size_t at = 0; at < corpus->count; at++) {
      blobs[at].data = corpus->pairs[at].data;
      blobs[at].data_len = corpus->pairs[at].data_len;
    }
  }
  fine(kagg_deaggregator_read(deaggregator, blobs, corpus->count, NULL));
  struct kagg_user_record rows[PAGE];
  size_t filled, count = 0;
  while (kagg_deaggregator_user_records(deaggregator, rows, PAGE, &filled) == KAGG_OK) {
    for (size_t at = 0; at < filled; at++) {
      const uint8_t *blob = blobs[rows[at].blob].data;
      const struct pair pair = {(const char *)blob + rows[at].partition_key_offset,
                                rows[at].partition_key_len, blob + rows[at].data_offset,
                                rows[at].data_len};
      visit(context, &pair);
    }
    count += filled;
  }
  return count;
}

/* Seals all full aggregates together. */
FOR_EACH_VISIT void send(struct kagg_aggregator *aggregator, visit *visit, void *context) {
  struct kagg_records *records = NULL;
  fine(kagg_aggregator_seal(aggregator, &records));
  struct kagg_record record;
  for (size_t at = 0; kagg_records_get(records, at, &record) == KAGG_OK; at++) {
    const struct pair pair = {record.partition_key, record.partition_key_len, record.data,
                              record.data_len};
    visit(context, &pair);
  }
  kagg_records_free(records);
}

FOR_EACH_VISIT size_t aggregate(const struct corpus *corpus, visit *visit, void *context) {
  struct kagg_aggregator *aggregator = NULL;
  fine(kagg_aggregator_new(&aggregator));
  fine(kagg_aggregator_set_max_size(aggregator, MAX_SIZE));
  size_t pushed = 0;
  for (size_t at = 0; at < corpus->count; at++) {
    const struct pair *pair = &corpus->pairs[at];
    fine(kagg_aggregator_push(aggregator, pair->key, pair->key_len, NULL, 0, pair->data,
                              pair->data_len, NULL));
    pushed += pair->data_len;
    if (pushed >= TOGETHER) {
      send(aggregator, visit, context);
      pushed = 0;
    }
  }
  fine(kagg_aggregator_finish(aggregator));
  send(aggregator, visit, context);
  kagg_aggregator_free(aggregator);
  return corpus->count;
}

/* Both lengths and the first byte of the data. */
static void touch(void *touched, const struct pair *pair) {
  *(uint64_t *)touched +=
      pair->key_len + pair->data_len + (pair->data_len > 0 ? pair->data[0] : 0);
}

static void write_bytes(FILE *file, const void *bytes, size_t len) {
  const uint8_t length[4] = {(uint8_t)len, (uint8_t)(len >> 8), (uint8_t)(len >> 16),
                             (uint8_t)(len >> 24)};
  must(fwrite(length, 1, 4, file) == 4 && fwrite(bytes, 1, len, file) == len, "cannot write");
}

static void write_pair(void *file, const struct pair *pair) {
  write_bytes(file, pair->key, pair->key_len);
  write_bytes(file, pair->data, pair->data_len);
}

/* The whole corpus once; returns how many user records there were. */
FOR_EACH_VISIT size_t run(int reads, const struct corpus *corpus, visit *visit, void *context) {
  return reads ? deaggregate(corpus, visit, context) : aggregate(corpus, visit, context);
}

static void check(int reads, const struct corpus *corpus, const char *path) {
  FILE *file = fopen(path, "wb");
  must(file != NULL, path);
  const size_t count = run(reads, corpus, write_pair, file);
  must(fclose(file) == 0, path);
  printf("{\"user_records\": %zu}\n", count);
}

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec now;
  must(clock_gettime(clock, &now) == 0, "no such clock");
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void run_round(int reads, const struct corpus *corpus, double seconds) {
  const uint64_t wall = nanoseconds(CLOCK_MONOTONIC);
  const uint64_t start = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  uint64_t used = 0, touched = 0;
  size_t count = 0;
  while ((double)used < seconds * 1e9) {
    count += run(reads, corpus, touch, &touched);
    used = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - start;
  }
  printf("{\"user_records\": %zu, \"cpu_ns\": %llu, \"wall_ns\": %llu, \"touched\": %llu}\n", count,
         (unsigned long long)used, (unsigned long long)(nanoseconds(CLOCK_MONOTONIC) - wall),
         (unsigned long long)touched);
}

int main(int argc, char **argv) {
  must(argc == 3, "usage: peer deaggregate|aggregate FILE");
  const int reads = strcmp(argv[1], "deaggregate") == 0;
  const struct corpus corpus = read_corpus(argv[2]);
  printf("{\"version\": \"%s\", \"runtime\": \"C%ld, gcc %s\", \"with\": \"static library\"}\n",
         kagg_version(), __STDC_VERSION__ / 100 % 100, __VERSION__);
  fflush(stdout);
  static char line[4096];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "check ", 6) == 0) {
      check(reads, &corpus, line + 6);
    } else {
      run_round(reads, &corpus, strtod(line + strlen("round "), NULL));
    }
    fflush(stdout);
  }
  return 0;
}
