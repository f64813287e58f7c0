/*
 * What the soak programs in C and C++ share: user records, what is known of those
 * written and read, and the memory of the process.
 *
 *   soak_c 10000000
 *   10000000 user records, resident 3.1 MiB after the first 1000000, 3.2 MiB at the end
 *
 * Rounds have up to ROUND user records; every other one has handles of its own, the
 * others share handles that live to the end. Compared are
 *
 *   resident memory    after the first million user records, or the first half, and at
 *                      the end, both times with the shared handles: it may grow by
 *                      MAX_GROWN
 *   the heap           after the first rounds and at the end, both times with all
 *                      handles freed: as many bytes are in use
 *
 * `cargo xtask soak` runs the programs. Linux alone has the memory in /proc, and
 * glibc alone tells the bytes in use.
 */

#ifndef SOAK_H
#define SOAK_H

#include "check.h"

#include <inttypes.h>
#include <malloc.h>
#include <unistd.h>

/* The most user records of a round. */
#define ROUND 250

/* The most bytes of a Kinesis record, and the most user records: a round makes many. */
#define MAX_SIZE 65536
#define MAX_COUNT 20

/* What resident memory may grow by, in bytes. */
#define MAX_GROWN ((size_t)2 << 20)

/* How many user records, and the sum of their checksums in any order. */
struct tally {
  uint64_t count;
  uint64_t checksum;
};

/* What happened so far; memory is in bytes. */
struct soak {
  uint64_t user_records;
  struct tally written;
  struct tally read;
  size_t heap_at_first;
  size_t resident_when_warm;
  size_t resident_at_last;
};

/* The user records of a round. They stay until the next are made. */
struct batch {
  size_t count;
  struct kagg_new_user_record rows[ROUND];
  char partition_keys[ROUND][128];
  char explicit_hash_keys[ROUND][KAGG_HASH_KEY_SIZE];
};

/* --- user records ------------------------------------------------------------ */

/* A number that looks like chance (splitmix64). */
static inline uint64_t mixed(uint64_t number) {
  number = (number + 1) * 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

/* Two Kinesis records of bytes, which data are cut from. */
static inline const uint8_t *soak_bytes(void) {
  static uint8_t bytes[2 * MAX_SIZE];
  if (bytes[0] == 0) {
    for (size_t index = 0; index < sizeof bytes; index++) {
      bytes[index] = (uint8_t)(mixed(index) | 1);
    }
  }
  return bytes;
}

/* Writes the user record of this number. No two have the same partition key. */
static inline void write_row(struct batch *batch, size_t index, uint64_t number) {
  static const char *const prefixes[] = {
      "user-", "a-long-name-in-front-of-the-number-of-a-user-that-takes-varints-of-two-bytes-",
      "gerät-", ""};
  const uint64_t chance = mixed(number);
  struct kagg_new_user_record *const row = &batch->rows[index];
  char *const key = batch->partition_keys[index];
  char *const hash_key = batch->explicit_hash_keys[index];
  row->partition_key = key;
  row->partition_key_len = (size_t)snprintf(key, sizeof batch->partition_keys[0], "%s%" PRIu64,
                                            prefixes[number % 4], number);
  /* One in three has an explicit hash key. */
  row->explicit_hash_key = number % 3 == 0 ? hash_key : NULL;
  row->explicit_hash_key_len =
      number % 3 != 0 ? 0
                      : (size_t)snprintf(hash_key, KAGG_HASH_KEY_SIZE, "%" PRIu64 "%019" PRIu64,
                                         chance | 1, mixed(chance) % 10000000000000000000u);
  /* One in a hundred takes up to half of a Kinesis record. */
  row->data = soak_bytes() + chance % MAX_SIZE;
  row->data_len = (size_t)(chance >> 32) % (number % 100 == 0 ? MAX_SIZE / 2 : 200);
}

/* FNV-1a, going on from `sum`, of the length and the bytes. */
static inline uint64_t checksum(uint64_t sum, const void *bytes, size_t len) {
  const uint64_t prime = 0x100000001b3;
  const uint8_t *const at = (const uint8_t *)bytes;
  sum = (sum ^ len) * prime;
  for (size_t index = 0; index < len; index++) {
    sum = (sum ^ at[index]) * prime;
  }
  return sum;
}

static inline void add(struct tally *to, const struct kagg_new_user_record *row) {
  uint64_t sum = checksum(0xcbf29ce484222325, row->partition_key, row->partition_key_len);
  sum = checksum(sum, row->explicit_hash_key, row->explicit_hash_key_len);
  to->checksum += checksum(sum, row->data, row->data_len);
  to->count++;
}

/* The next user records up to `end`, or those of a round. */
static inline const struct batch *next_batch(struct soak *soak, uint64_t end) {
  static struct batch batch;
  const uint64_t count = end - soak->written.count;
  batch.count = count < ROUND ? (size_t)count : ROUND;
  for (size_t index = 0; index < batch.count; index++) {
    write_row(&batch, index, soak->written.count);
    add(&soak->written, &batch.rows[index]);
  }
  return &batch;
}

/* --- memory ------------------------------------------------------------------ */

/* Resident memory, VmRSS. */
static inline size_t resident(void) {
  char line[256];
  size_t kibibytes = 0;
  FILE *const status = fopen("/proc/self/status", "r");
  CHECK(status != NULL);
  while (kibibytes == 0 && fgets(line, sizeof line, status) != NULL) {
    sscanf(line, "VmRSS: %zu kB", &kibibytes);
  }
  fclose(status);
  CHECK(kibibytes != 0);
  return kibibytes * 1024;
}

/* The bytes that are in use: those of malloc, and those it mapped. */
static inline size_t heap(void) {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/* --- begin and end ----------------------------------------------------------- */

/* Starts the program once more with a malloc that keeps no freed memory at hand:
   that counts as in use. */
static inline void count_exactly(char **argv) {
  const char *const name = "GLIBC_TUNABLES";
  const char *const exact = "glibc.malloc.tcache_count=0";
  const char *const found = getenv(name);
  if (found != NULL && strcmp(found, exact) == 0) {
    return;
  }
  CHECK(setenv(name, exact, 1) == 0);
  execv("/proc/self/exe", argv);
  CHECK(!"the program could not be started once more");
}

static inline struct soak soak_begin(int argc, char **argv) {
  count_exactly(argv);
  struct soak soak;
  memset(&soak, 0, sizeof soak);
  soak.user_records = argc == 2 ? strtoull(argv[1], NULL, 10) : 0;
  if (soak.user_records < 100 * ROUND) {
    fprintf(stderr, "usage: %s USER_RECORDS, at least %d\n", argv[0], 100 * ROUND);
    exit(2);
  }
  return soak;
}

/* How many user records make the first rounds. */
static inline uint64_t first_rounds(void) { return 4 * ROUND; }

/* How many user records are to warm up. */
static inline uint64_t warm_up(const struct soak *soak) {
  return soak->user_records < 2000000 ? soak->user_records / 2 : 1000000;
}

/* Ends the program, well if all was read that was written, and no memory lost. */
static inline int soak_end(const struct soak *soak) {
  const size_t heap_at_last = heap();
  const double mebibyte = 1 << 20;
  printf("%" PRIu64 " user records, resident %.1f MiB after the first %" PRIu64
         ", %.1f MiB at the end\n",
         soak->read.count, (double)soak->resident_when_warm / mebibyte, warm_up(soak),
         (double)soak->resident_at_last / mebibyte);
  printf("heap in use, all handles freed: %zu bytes, %zu at the end\n", soak->heap_at_first,
         heap_at_last);
  CHECK(soak->written.count == soak->user_records && soak->read.count == soak->user_records);
  CHECK(soak->read.checksum == soak->written.checksum);
  CHECK(heap_at_last == soak->heap_at_first);
  CHECK(soak->resident_at_last < soak->resident_when_warm + MAX_GROWN);
  return 0;
}

#endif /* SOAK_H */
