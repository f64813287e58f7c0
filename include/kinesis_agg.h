/*
 * kinesis-agg: the KPL aggregation format of Amazon Kinesis.
 *
 * Producers pack many small user records into one Kinesis record; this library
 * packs them and takes them apart again.
 *
 * The grammar of all functions:
 *
 *   - A function kagg_<type>_<verb> returns a status: 0 is fine, above 0 is no
 *     failure, below 0 is one. kagg_status_message has a text for each. The
 *     numbers never change their meaning.
 *   - The handle comes first, then what goes in, then what comes out. Outputs are
 *     written on success alone.
 *   - A kagg_error may be given, to learn where and by how much; NULL is taken.
 *     It is written on failure alone, and there is nothing to free in it.
 *   - NULL is answered with KAGG_ERR_NULL, never followed. A pointer whose length
 *     is 0 may be NULL.
 *   - Bytes and texts are pointer and length; texts are UTF-8 and need no NUL.
 *   - What goes in is copied or only read: nothing that was given is kept. What
 *     comes out as a pointer is borrowed, and says until when.
 *   - Every handle is ended once by its kagg_<type>_free, which takes NULL, too.
 *   - One thread at a time may use a handle; different handles are independent.
 *   - A fault inside becomes KAGG_ERR_PANIC: that handle may only be freed.
 *
 * Made from the Rust sources by `cargo xtask header`; do not edit.
 *
 * License: Apache-2.0 OR MIT.
 */

#ifndef KINESIS_AGG_H
#define KINESIS_AGG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* The version of this header. */
#define KAGG_VERSION "0.1.0"
#define KAGG_VERSION_MAJOR 0
#define KAGG_VERSION_MINOR 1
#define KAGG_VERSION_PATCH 0

/* The place of no record, in kagg_blob_row. */
#define KAGG_NO_RECORD SIZE_MAX

/**
 * All user records are handed out, and those out of range marked.
 */
#define KAGG_POLICY_KEEP_ALL 0

/**
 * User records out of range are left out, and counted.
 */
#define KAGG_POLICY_KEEP_IN_RANGE 1

/**
 * An aggregate with a user record out of range is dropped whole, as the KCL does.
 */
#define KAGG_POLICY_DROP_AGGREGATE 2

/**
 * The user record has an explicit hash key.
 */
#define KAGG_HAS_EXPLICIT_HASH_KEY 1

/**
 * Its hash key lies outside the range that was set.
 */
#define KAGG_OUT_OF_RANGE 2

/**
 * Its explicit hash key is no hash key, so it lies nowhere.
 */
#define KAGG_UNPLACEABLE 4

/**
 * It has tags.
 */
#define KAGG_HAS_TAGS 8



/**
 * Room for any hash key in decimal digits, and a NUL.
 */
#define KAGG_HASH_KEY_SIZE 40

/**
 * Aggregates that carry the partition key of their first user record.
 */
#define KAGG_OUTER_PARTITION_KEY_FIRST 0

/**
 * Aggregates that carry the partition key "a", as those of the KPL.
 */
#define KAGG_OUTER_PARTITION_KEY_KPL 1

/**
 * All user records of the Kinesis record are where readers look for them.
 */
#define KAGG_JUDGEMENT_DELIVERED 0

/**
 * The Kinesis record reaches beyond its shard: readers drop it. Send all of it
 * again, cut by a new shard map.
 */
#define KAGG_JUDGEMENT_SEND_AGAIN 1

/**
 * The map does not know the shard: get a new one, and ask again.
 */
#define KAGG_JUDGEMENT_UNKNOWN_SHARD 2

/**
 * The record landed where its hash key does not belong: the stream ignores keys,
 * and no grouping is safe for readers that look at ranges.
 */
#define KAGG_JUDGEMENT_KEYS_IGNORED 3

/**
 * Any user records share an aggregate. Only for readers that ignore hash key
 * ranges, as Lambda does.
 */
#define KAGG_GROUPING_NONE 0

/**
 * Those with the same hash key share an aggregate. Needs no shard map, and no
 * split can divide one; packs poorly when keys are many.
 */
#define KAGG_GROUPING_HASH_KEY 1

/**
 * Those that the shard map predicts to land in the same shard, as the KPL does.
 * Packs best. Needs new maps when shards change, and a judgement over each
 * answer of the service.
 */
#define KAGG_GROUPING_SHARD 2

/**
 * The same, and each user record without explicit hash key is given the one of
 * the first: always inside any shard it lands in, whatever splits.
 */
#define KAGG_GROUPING_PINNED 3

/**
 * The number of the binary interface: programs built against a header with
 * another number do not fit.
 */
#define KAGG_ABI_VERSION 0

/**
 * Packs user records into aggregates, one after the other.
 *
 * It does not look where they belong: for readers that ignore shards, as Lambda
 * does, or for user records of one shard. Else use `kagg_sharded_aggregator`.
 * One thread at a time may use one; different ones are independent.
 */
typedef struct kagg_aggregator kagg_aggregator;

/**
 * Takes aggregated records apart, with memory that it uses again.
 *
 * One thread at a time may use one; different ones are independent.
 */
typedef struct kagg_deaggregator kagg_deaggregator;

/**
 * Kinesis records that are ready to be sent: aggregates, and user records that
 * go as they are.
 *
 * Made by `kagg_aggregator_seal`, `kagg_sharded_aggregator_seal` and
 * `kagg_sharded_aggregator_update_shard_map`; ended by `kagg_records_free`.
 * Several threads may read one at a time when none changes it.
 */
typedef struct kagg_records kagg_records;

/**
 * The shards of a stream at one time. Several threads may read one at a time.
 */
typedef struct kagg_shard_map kagg_shard_map;

/**
 * Packs user records of one stream into aggregates, grouped so that a KCL
 * reader, which drops an aggregate whole when one user record in it belongs to
 * another shard, gets all of them.
 *
 * One thread at a time may use one; different ones are independent.
 */
typedef struct kagg_sharded_aggregator kagg_sharded_aggregator;

/**
 * What a function answers, and what became of a blob: 0 is fine, above 0 is not
 * a failure, below 0 is one.
 */
typedef int kagg_status;

/**
 * Why a call failed. Plain values: nothing to free.
 *
 * Functions that take one write it on failure alone. NULL is taken, too.
 */
typedef struct kagg_error {
  /**
   * The status that was returned.
   */
  kagg_status status;
  /**
   * Where in the bytes that were given; 0 where there is no place to name.
   */
  size_t byte_offset;
  /**
   * Which of the user records, blobs or shards that were given, from 0.
   */
  size_t record_index;
  /**
   * The number that is out of bounds; 0 where there is none.
   */
  size_t value;
  /**
   * The bound.
   */
  size_t limit;
} kagg_error;

/**
 * A user record to be aggregated.
 */
typedef struct kagg_new_user_record {
  /**
   * The partition key: UTF-8, 1 to 256 Unicode characters.
   */
  const char *partition_key;
  /**
   * Bytes of the partition key.
   */
  size_t partition_key_len;
  /**
   * The explicit hash key in decimal digits, or NULL for none.
   */
  const char *explicit_hash_key;
  /**
   * Bytes of the explicit hash key.
   */
  size_t explicit_hash_key_len;
  /**
   * The data; may be NULL when there is none.
   */
  const uint8_t *data;
  /**
   * Bytes of the data.
   */
  size_t data_len;
} kagg_new_user_record;

/**
 * A user record to be aggregated, by places in one buffer. For languages whose
 * pointers must not be kept in C's memory.
 */
typedef struct kagg_user_record_span {
  /**
   * Where the partition key begins.
   */
  uint32_t partition_key_offset;
  /**
   * Bytes of the partition key.
   */
  uint32_t partition_key_len;
  /**
   * Where the explicit hash key begins.
   */
  uint32_t explicit_hash_key_offset;
  /**
   * Bytes of the explicit hash key; 0 for none.
   */
  uint32_t explicit_hash_key_len;
  /**
   * Where the data begins.
   */
  uint32_t data_offset;
  /**
   * Bytes of the data.
   */
  uint32_t data_len;
} kagg_user_record_span;

/**
 * The data of a Kinesis record, already base64-decoded.
 */
typedef struct kagg_blob {
  /**
   * The bytes; may be NULL when there are none.
   */
  const uint8_t *data;
  /**
   * How many bytes there are.
   */
  size_t data_len;
} kagg_blob;

/**
 * What became of a blob.
 */
typedef struct kagg_blob_row {
  /**
   * `KAGG_OK` for an aggregate whose user records are handed out,
   * `KAGG_DROPPED` for one that the policy dropped. All others say why it is no
   * aggregate: hand the Kinesis record on unchanged.
   */
  kagg_status status;
  /**
   * User records inside that are handed out.
   */
  uint32_t user_record_count;
  /**
   * User records inside that the policy leaves out.
   */
  uint32_t dropped_count;
  /**
   * Where in the blob the fault lies, for faults that lie somewhere; else 0.
   */
  size_t byte_offset;
  /**
   * Which record of the message has the fault, from 0, or `KAGG_NO_RECORD`.
   */
  size_t record_index;
} kagg_blob_row;

/**
 * A user record. Offsets are those of its blob, in bytes.
 */
typedef struct kagg_user_record {
  /**
   * Which blob holds it, from 0.
   */
  uint32_t blob;
  /**
   * Its sub-sequence number: its place in the blob, from 0.
   */
  uint32_t sub_sequence_number;
  /**
   * Where the data begins.
   */
  uint32_t data_offset;
  /**
   * Bytes of the data.
   */
  uint32_t data_len;
  /**
   * Where the partition key begins. Its bytes may be no UTF-8.
   */
  uint32_t partition_key_offset;
  /**
   * Bytes of the partition key.
   */
  uint32_t partition_key_len;
  /**
   * Where the explicit hash key begins.
   */
  uint32_t explicit_hash_key_offset;
  /**
   * Bytes of the explicit hash key; 0 without `KAGG_HAS_EXPLICIT_HASH_KEY`.
   */
  uint32_t explicit_hash_key_len;
  /**
   * The number of the partition key: user records with the same number share
   * one, and its bytes. Counted from 0 in each call of
   * `kagg_deaggregator_read`.
   */
  uint32_t partition_key_number;
  /**
   * Of `KAGG_HAS_EXPLICIT_HASH_KEY`, `KAGG_OUT_OF_RANGE`, `KAGG_UNPLACEABLE` and
   * `KAGG_HAS_TAGS`.
   */
  uint32_t flags;
} kagg_user_record;

/**
 * One Kinesis record of a `kagg_records`.
 *
 * The pointers lie in that handle: they are valid until it is changed or freed.
 * All three, partition key, explicit hash key and data, are to be sent.
 */
typedef struct kagg_record {
  /**
   * The partition key, UTF-8; not ended by NUL.
   */
  const char *partition_key;
  /**
   * Bytes of the partition key.
   */
  size_t partition_key_len;
  /**
   * The explicit hash key in decimal digits, or NULL for none; not ended by
   * NUL.
   */
  const char *explicit_hash_key;
  /**
   * Bytes of the explicit hash key.
   */
  size_t explicit_hash_key_len;
  /**
   * The data.
   */
  const uint8_t *data;
  /**
   * Bytes of the data.
   */
  size_t data_len;
  /**
   * How many user records are inside; at least 1.
   */
  size_t user_record_count;
  /**
   * False for a single user record that goes as it is.
   */
  bool is_framed;
} kagg_record;

/**
 * A shard, as `ListShards` tells of it.
 */
typedef struct kagg_shard {
  /**
   * Its identifier, UTF-8.
   */
  const char *id;
  /**
   * Bytes of the identifier.
   */
  size_t id_len;
  /**
   * Its lowest hash key in decimal digits.
   */
  const char *starting_hash_key;
  /**
   * Bytes of the lowest hash key.
   */
  size_t starting_hash_key_len;
  /**
   * Its highest hash key in decimal digits.
   */
  const char *ending_hash_key;
  /**
   * Bytes of the highest hash key.
   */
  size_t ending_hash_key_len;
  /**
   * True for a shard that has an ending sequence number: it is known by name,
   * and owns no hash keys any more.
   */
  bool is_closed;
} kagg_shard;

/**
 * Done.
 */
#define KAGG_OK 0

/**
 * There is nothing more.
 */
#define KAGG_END 1

/**
 * Done, and aggregates are full: seal them now or later.
 */
#define KAGG_FULL 2

/**
 * The blob is a plain record: it does not start with the magic.
 */
#define KAGG_PLAIN 16

/**
 * The blob starts with the magic and has no room for a message and its
 * checksum.
 */
#define KAGG_TOO_SHORT 17

/**
 * The blob has 4 GiB or more.
 */
#define KAGG_TOO_LONG 18

/**
 * The checksum is not that of the message.
 */
#define KAGG_CHECKSUM 19

/**
 * An index of a record lies outside its table.
 */
#define KAGG_INDEX_OUTSIDE_TABLE 20

/**
 * The blob is an aggregate, and the policy dropped it whole.
 */
#define KAGG_DROPPED 21

/**
 * A field runs past the end of what holds it.
 */
#define KAGG_TRUNCATED 32

/**
 * A varint has more than ten bytes.
 */
#define KAGG_VARINT_TOO_LONG 33

/**
 * A length is 2^31 or more.
 */
#define KAGG_NEGATIVE_LENGTH 34

/**
 * A field has the number 0.
 */
#define KAGG_FIELD_NUMBER_ZERO 35

/**
 * A field has wire type 6 or 7.
 */
#define KAGG_WIRE_TYPE 36

/**
 * A group ends that was not open.
 */
#define KAGG_GROUP_END 37

/**
 * A group is not closed.
 */
#define KAGG_GROUP_UNCLOSED 38

/**
 * Groups are nested more than a hundred deep.
 */
#define KAGG_TOO_DEEP 39

/**
 * A record has no partition key index.
 */
#define KAGG_NO_PARTITION_KEY_INDEX 40

/**
 * A record has no data.
 */
#define KAGG_NO_DATA 41

/**
 * A tag has no key.
 */
#define KAGG_NO_TAG_KEY 42

/**
 * The message is malformed in a way that this header does not know.
 */
#define KAGG_MALFORMED 63

/**
 * A pointer is NULL that must not be.
 */
#define KAGG_ERR_NULL (-1)

/**
 * A panic: a fault of the library. The handle may only be freed.
 */
#define KAGG_ERR_PANIC (-2)

/**
 * A panic went before: the handle may only be freed.
 */
#define KAGG_ERR_POISONED (-3)

/**
 * A length is beyond what memory can hold, or a count beyond 2^32-1.
 */
#define KAGG_ERR_LENGTH (-4)

/**
 * A text is not UTF-8; `byte_offset` says from where on.
 */
#define KAGG_ERR_NOT_UTF8 (-5)

/**
 * The partition key does not have 1 to 256 Unicode characters: it has
 * `value` and may have `limit`.
 */
#define KAGG_ERR_PARTITION_KEY_LENGTH (-6)

/**
 * The explicit hash key is no decimal number from 0 to 2^128-1 without
 * leading zeros.
 */
#define KAGG_ERR_EXPLICIT_HASH_KEY (-7)

/**
 * The user record takes `value` bytes alone, and may take `limit`.
 */
#define KAGG_ERR_TOO_LARGE (-8)

/**
 * An option has a value that it cannot have.
 */
#define KAGG_ERR_OPTION (-9)

/**
 * Options are set before the first user record and the first new shard map.
 */
#define KAGG_ERR_IN_USE (-10)

/**
 * No open shard owns some hash keys.
 */
#define KAGG_ERR_SHARD_GAP (-11)

/**
 * Open shards overlap.
 */
#define KAGG_ERR_SHARD_OVERLAP (-12)

/**
 * The hash keys are no decimal numbers from 0 to 2^128-1, or end before they
 * start.
 */
#define KAGG_ERR_HASH_KEY (-13)

/**
 * There is no such grouping, or it needs a shard map and has none.
 */
#define KAGG_ERR_GROUPING (-14)

/**
 * Grouped aggregates need an outer hash key, to land together.
 */
#define KAGG_ERR_OUTER_HASH_KEY (-15)

/**
 * The index is beyond the last.
 */
#define KAGG_ERR_INDEX (-16)

/**
 * The library refused for a reason that this header does not know.
 */
#define KAGG_ERR_OTHER (-63)

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Makes an aggregator. `aggregator` becomes a new handle, ended by
 * `kagg_aggregator_free`.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or valid for writing.
 */
kagg_status kagg_aggregator_new(struct kagg_aggregator **aggregator);

/**
 * Sets the largest size of a Kinesis record, data and partition key, in bytes.
 * Default 1 MiB; at most 10 MiB, the largest limit of a stream.
 *
 * Options are set before the first user record.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_aggregator_set_max_size(struct kagg_aggregator *aggregator, size_t bytes);

/**
 * Sets how many user records an aggregate takes at most. Default: as many as
 * its size allows.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_aggregator_set_max_count(struct kagg_aggregator *aggregator, size_t user_records);

/**
 * Sets the partition key that aggregates are sent with, one of
 * `KAGG_OUTER_PARTITION_KEY_…`. Default: that of the first user record.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_aggregator_set_outer_partition_key(struct kagg_aggregator *aggregator,
                                                    int outer_partition_key);

/**
 * Sends aggregates without explicit hash key; by default they go with the hash
 * key of their first user record.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_aggregator_omit_outer_hash_key(struct kagg_aggregator *aggregator);

/**
 * Puts a single user record into a frame, too; by default it leaves as it is.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_aggregator_frame_singles(struct kagg_aggregator *aggregator);

/**
 * Adds a user record, in the order of the calls.
 *
 * Returns `KAGG_OK`, or `KAGG_FULL` when full aggregates wait to be sealed: at
 * once, or later and together, which is cheaper. Nothing is lost meanwhile. A
 * user record that is refused changes nothing. Everything is copied.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `partition_key`: NULL, or valid for reading `partition_key_len` bytes.
 * - `explicit_hash_key`: NULL for none, or valid for reading
 *   `explicit_hash_key_len` bytes.
 * - `data`: NULL, or valid for reading `data_len` bytes.
 * - `error`: NULL, or valid for writing.
 */
kagg_status kagg_aggregator_push(struct kagg_aggregator *aggregator,
                                 const char *partition_key,
                                 size_t partition_key_len,
                                 const char *explicit_hash_key,
                                 size_t explicit_hash_key_len,
                                 const uint8_t *data,
                                 size_t data_len,
                                 struct kagg_error *error);

/**
 * Adds many user records, in their order, as `kagg_aggregator_push` one after the
 * other. What is refused keeps none of the others out.
 *
 * Writes the status of each into `statuses`, and how many were refused into
 * `refused`. Returns `KAGG_OK` or `KAGG_FULL`.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `records`: NULL, or valid for reading `count` user records, whose pointers
 *   are as for `kagg_aggregator_push`.
 * - `error`: NULL, or valid for writing.
 * - `statuses`: NULL, or valid for writing `count` statuses.
 * - `refused`: NULL, or valid for writing.
 */
kagg_status kagg_aggregator_push_many(struct kagg_aggregator *aggregator,
                                      const struct kagg_new_user_record *records,
                                      size_t count,
                                      struct kagg_error *error,
                                      kagg_status *statuses,
                                      size_t *refused);

/**
 * The same with the user records by their places in the `bytes_len` bytes at
 * `bytes`. A place outside of them has the status `KAGG_ERR_LENGTH`.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `bytes`: NULL, or valid for reading `bytes_len` bytes.
 * - `records`: NULL, or valid for reading `count` places.
 * - `error`: NULL, or valid for writing.
 * - `statuses`: NULL, or valid for writing `count` statuses.
 * - `refused`: NULL, or valid for writing.
 */
kagg_status kagg_aggregator_push_spans(struct kagg_aggregator *aggregator,
                                       const uint8_t *bytes,
                                       size_t bytes_len,
                                       const struct kagg_user_record_span *records,
                                       size_t count,
                                       struct kagg_error *error,
                                       kagg_status *statuses,
                                       size_t *refused);

/**
 * Ends the open aggregate: it waits to be sealed.
 *
 * Returns `KAGG_FULL`, or `KAGG_OK` when there is nothing to seal.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_aggregator_finish(struct kagg_aggregator *aggregator);

/**
 * Seals all aggregates that are full, together: their checksums and hash keys
 * are computed side by side. There may be none.
 *
 * `records` becomes a new handle, ended by `kagg_records_free`.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `records`: NULL, or valid for writing.
 */
kagg_status kagg_aggregator_seal(struct kagg_aggregator *aggregator, struct kagg_records **records);

/**
 * Tells how many user records wait in open and full aggregates.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread changes meanwhile.
 * - `count`: NULL, or valid for writing.
 */
kagg_status kagg_aggregator_user_record_count(const struct kagg_aggregator *aggregator,
                                              size_t *count);

/**
 * Ends an aggregator. User records that wait in it are lost. NULL is none.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses; not used
 *   again.
 */
void kagg_aggregator_free(struct kagg_aggregator *aggregator);

/**
 * Makes a deaggregator. `deaggregator` becomes a new handle, ended by
 * `kagg_deaggregator_free`.
 *
 * # Safety
 *
 * - `deaggregator`: NULL, or valid for writing.
 */
kagg_status kagg_deaggregator_new(struct kagg_deaggregator **deaggregator);

/**
 * Compares the hash key of each user record with the range of a shard, from
 * `starting_hash_key` to `ending_hash_key` in decimal digits, both within, and
 * does with those outside what `policy`, one of `KAGG_POLICY_…`, says.
 *
 * Forgets what was read.
 *
 * # Safety
 *
 * - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `starting_hash_key`, `ending_hash_key`: NULL, or valid for reading so many
 *   bytes.
 * - `error`: NULL, or valid for writing.
 */
kagg_status kagg_deaggregator_set_range(struct kagg_deaggregator *deaggregator,
                                        const char *starting_hash_key,
                                        size_t starting_hash_key_len,
                                        const char *ending_hash_key,
                                        size_t ending_hash_key_len,
                                        int policy,
                                        struct kagg_error *error);

/**
 * Reads blobs: those of a GetRecords answer or a Lambda event, together.
 *
 * Whatever the bytes are, this succeeds: a blob that is no aggregate is known by
 * its row. Nothing that was given is kept. What was read before is forgotten.
 *
 * # Safety
 *
 * - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `blobs`: NULL, or valid for reading `count` blobs, whose `data` is NULL or
 *   valid for reading `data_len` bytes.
 * - `error`: NULL, or valid for writing.
 */
kagg_status kagg_deaggregator_read(struct kagg_deaggregator *deaggregator,
                                   const struct kagg_blob *blobs,
                                   size_t count,
                                   struct kagg_error *error);

/**
 * The same for blobs that lie one after the other in `bytes`: the first has
 * `lengths[0]` bytes, and so on.
 *
 * # Safety
 *
 * - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `bytes`: NULL, or valid for reading `bytes_len` bytes.
 * - `lengths`: NULL, or valid for reading `count` lengths.
 * - `error`: NULL, or valid for writing.
 */
kagg_status kagg_deaggregator_read_joined(struct kagg_deaggregator *deaggregator,
                                          const uint8_t *bytes,
                                          size_t bytes_len,
                                          const size_t *lengths,
                                          size_t count,
                                          struct kagg_error *error);

/**
 * Tells what became of the next blobs that were read: fills up to `capacity`
 * rows, and sets `count` to their number.
 *
 * Returns `KAGG_OK`, or `KAGG_END` with a count of 0 when each blob has had its
 * row. Rows and user records are handed out independently of each other.
 *
 * # Safety
 *
 * - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `rows`: NULL, or valid for writing `capacity` rows.
 * - `count`: NULL, or valid for writing.
 */
kagg_status kagg_deaggregator_blobs(struct kagg_deaggregator *deaggregator,
                                    struct kagg_blob_row *rows,
                                    size_t capacity,
                                    size_t *count);

/**
 * Hands out the next user records of the blobs that were read, in their order:
 * fills up to `capacity` rows, and sets `count` to their number.
 *
 * Returns `KAGG_OK`, or `KAGG_END` with a count of 0 when all were handed out.
 * A few hundred rows at a time stay in the cache.
 *
 * # Safety
 *
 * - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `rows`: NULL, or valid for writing `capacity` rows.
 * - `count`: NULL, or valid for writing.
 */
kagg_status kagg_deaggregator_user_records(struct kagg_deaggregator *deaggregator,
                                           struct kagg_user_record *rows,
                                           size_t capacity,
                                           size_t *count);

/**
 * Hands the user records out once more, from the first on, and the rows of the
 * blobs as well.
 *
 * # Safety
 *
 * - `deaggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_deaggregator_rewind(struct kagg_deaggregator *deaggregator);

/**
 * Ends a deaggregator. NULL is none.
 *
 * # Safety
 *
 * - `deaggregator`: NULL, or a live handle that no other thread uses; not used
 *   again.
 */
void kagg_deaggregator_free(struct kagg_deaggregator *deaggregator);

/**
 * Writes the hash key of a partition key, the MD5 of its text, as decimal
 * digits and a NUL into the `KAGG_HASH_KEY_SIZE` bytes at `digits`.
 *
 * # Safety
 *
 * - `partition_key`: NULL, or valid for reading `partition_key_len` bytes.
 * - `error`: NULL, or valid for writing.
 * - `digits`: NULL, or valid for writing `KAGG_HASH_KEY_SIZE` bytes.
 */
kagg_status kagg_hash_key_of_partition_key(const char *partition_key,
                                           size_t partition_key_len,
                                           struct kagg_error *error,
                                           char *digits);

/**
 * Tells how many Kinesis records there are.
 *
 * # Safety
 *
 * - `records`: NULL, or a live handle that no other thread changes meanwhile.
 * - `count`: NULL, or valid for writing.
 */
kagg_status kagg_records_count(const struct kagg_records *records, size_t *count);

/**
 * Shows the Kinesis record at `index`, counted from 0.
 *
 * # Safety
 *
 * - `records`: NULL, or a live handle that no other thread changes meanwhile.
 * - `record`: NULL, or valid for writing.
 */
kagg_status kagg_records_get(const struct kagg_records *records,
                             size_t index,
                             struct kagg_record *record);

/**
 * Takes the Kinesis record at `index` out and forgets it: one that has arrived.
 *
 * Those behind it move up. Remove from the last to the first, and indexes stay
 * right. What is left can be sent again, or given to
 * `kagg_sharded_aggregator_update_shard_map`.
 *
 * # Safety
 *
 * - `records`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_records_remove(struct kagg_records *records, size_t index);

/**
 * Ends Kinesis records. NULL is none.
 *
 * # Safety
 *
 * - `records`: NULL, or a live handle that no other thread uses; not used again.
 */
void kagg_records_free(struct kagg_records *records);

/**
 * Makes a map of the shards of a stream. Those that are open own each hash key
 * once.
 *
 * On failure `error` names the shard; of a gap or an overlap it cannot.
 * `shard_map` becomes a new handle, ended by `kagg_shard_map_free`.
 *
 * # Safety
 *
 * - `shards`: NULL, or valid for reading `count` shards, whose pointers are NULL
 *   or valid for reading so many bytes.
 * - `error`: NULL, or valid for writing.
 * - `shard_map`: NULL, or valid for writing.
 */
kagg_status kagg_shard_map_new(const struct kagg_shard *shards,
                               size_t count,
                               struct kagg_error *error,
                               struct kagg_shard_map **shard_map);

/**
 * Tells which open shard a user record with these keys lands in.
 *
 * `id` and `id_len` become its identifier, not ended by NUL, which lies in the
 * map: it is valid until the map is freed.
 *
 * # Safety
 *
 * - `shard_map`: NULL, or a live handle that no other thread changes meanwhile.
 * - `partition_key`: NULL, or valid for reading `partition_key_len` bytes.
 * - `explicit_hash_key`: NULL for none, or valid for reading
 *   `explicit_hash_key_len` bytes.
 * - `error`: NULL, or valid for writing.
 * - `id`, `id_len`: NULL, or valid for writing.
 */
kagg_status kagg_shard_map_predict(const struct kagg_shard_map *shard_map,
                                   const char *partition_key,
                                   size_t partition_key_len,
                                   const char *explicit_hash_key,
                                   size_t explicit_hash_key_len,
                                   struct kagg_error *error,
                                   const char **id,
                                   size_t *id_len);

/**
 * Tells whether the record at `index` counts as delivered, now that the service
 * has answered that it lies in the shard `shard_id`: one of `KAGG_JUDGEMENT_…`.
 *
 * # Safety
 *
 * - `shard_map`, `records`: NULL, or live handles that no other thread changes
 *   meanwhile.
 * - `shard_id`: NULL, or valid for reading `shard_id_len` bytes.
 * - `error`: NULL, or valid for writing.
 * - `found`: NULL, or valid for writing.
 */
kagg_status kagg_shard_map_judge(const struct kagg_shard_map *shard_map,
                                 const struct kagg_records *records,
                                 size_t index,
                                 const char *shard_id,
                                 size_t shard_id_len,
                                 struct kagg_error *error,
                                 int *found);

/**
 * Ends a shard map. NULL is none.
 *
 * # Safety
 *
 * - `shard_map`: NULL, or a live handle that no other thread uses; not used
 *   again.
 */
void kagg_shard_map_free(struct kagg_shard_map *shard_map);

/**
 * Makes a sharded aggregator with one of the groupings `KAGG_GROUPING_…`.
 *
 * `shard_map` is copied; groupings that need none take NULL.
 * `aggregator` becomes a new handle, ended by `kagg_sharded_aggregator_free`.
 *
 * # Safety
 *
 * - `shard_map`: NULL, or a live handle that no other thread changes meanwhile.
 * - `aggregator`: NULL, or valid for writing.
 */
kagg_status kagg_sharded_aggregator_new(int grouping,
                                        const struct kagg_shard_map *shard_map,
                                        struct kagg_sharded_aggregator **aggregator);

/**
 * Makes a sharded aggregator that gives all user records without explicit hash
 * key this one, in decimal digits: they land in the shard that owns it.
 *
 * # Safety
 *
 * - `explicit_hash_key`: NULL, or valid for reading `explicit_hash_key_len`
 *   bytes.
 * - `error`: NULL, or valid for writing.
 * - `aggregator`: NULL, or valid for writing.
 */
kagg_status kagg_sharded_aggregator_new_pinned_to(const char *explicit_hash_key,
                                                  size_t explicit_hash_key_len,
                                                  struct kagg_error *error,
                                                  struct kagg_sharded_aggregator **aggregator);

/**
 * Bounds the open aggregates: how many, and how many bytes of memory they take
 * together. Default 4,096 and 64 MiB. Beyond, the one opened first is full.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_sharded_aggregator_set_max_open(struct kagg_sharded_aggregator *aggregator,
                                                 size_t aggregates,
                                                 size_t bytes);

/**
 * Sets the largest size of a Kinesis record, data and partition key, in bytes.
 * Default 1 MiB; at most 10 MiB, the largest limit of a stream.
 *
 * Options are set before the first user record.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_sharded_aggregator_set_max_size(struct kagg_sharded_aggregator *aggregator,
                                                 size_t bytes);

/**
 * Sets how many user records an aggregate takes at most. Default: as many as
 * its size allows.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_sharded_aggregator_set_max_count(struct kagg_sharded_aggregator *aggregator,
                                                  size_t user_records);

/**
 * Sets the partition key that aggregates are sent with, one of
 * `KAGG_OUTER_PARTITION_KEY_…`. Default: that of the first user record.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_sharded_aggregator_set_outer_partition_key(struct kagg_sharded_aggregator *aggregator,
                                                            int outer_partition_key);

/**
 * Sends aggregates without explicit hash key; by default they go with the hash
 * key of their first user record.
 *
 * Only without grouping: an aggregate would not land where it was grouped for.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_sharded_aggregator_omit_outer_hash_key(struct kagg_sharded_aggregator *aggregator);

/**
 * Puts a single user record into a frame, too; by default it leaves as it is.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_sharded_aggregator_frame_singles(struct kagg_sharded_aggregator *aggregator);

/**
 * Adds a user record, to the open aggregate of its group.
 *
 * Returns `KAGG_OK`, or `KAGG_FULL` when full aggregates wait to be sealed: at
 * once, or later and together, which is cheaper. Nothing is lost meanwhile. A
 * user record that is refused changes nothing. Everything is copied.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `partition_key`: NULL, or valid for reading `partition_key_len` bytes.
 * - `explicit_hash_key`: NULL for none, or valid for reading
 *   `explicit_hash_key_len` bytes.
 * - `data`: NULL, or valid for reading `data_len` bytes.
 * - `error`: NULL, or valid for writing.
 */
kagg_status kagg_sharded_aggregator_push(struct kagg_sharded_aggregator *aggregator,
                                         const char *partition_key,
                                         size_t partition_key_len,
                                         const char *explicit_hash_key,
                                         size_t explicit_hash_key_len,
                                         const uint8_t *data,
                                         size_t data_len,
                                         struct kagg_error *error);

/**
 * Adds a user record that came at `time`, so that
 * `kagg_sharded_aggregator_finish_arrived_before` can bound how long it waits.
 * The clock and its unit are the caller's.
 *
 * # Safety
 *
 * As `kagg_sharded_aggregator_push`.
 */
kagg_status kagg_sharded_aggregator_push_at(struct kagg_sharded_aggregator *aggregator,
                                            const char *partition_key,
                                            size_t partition_key_len,
                                            const char *explicit_hash_key,
                                            size_t explicit_hash_key_len,
                                            const uint8_t *data,
                                            size_t data_len,
                                            uint64_t time,
                                            struct kagg_error *error);

/**
 * Adds many user records, in their order, as `kagg_sharded_aggregator_push` one after the
 * other, and
 * faster where grouping takes their hash keys. What is refused keeps none of the others out.
 *
 * Writes the status of each into `statuses`, and how many were refused into
 * `refused`. Returns `KAGG_OK` or `KAGG_FULL`.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `records`: NULL, or valid for reading `count` user records, whose pointers
 *   are as for `kagg_sharded_aggregator_push`.
 * - `error`: NULL, or valid for writing.
 * - `statuses`: NULL, or valid for writing `count` statuses.
 * - `refused`: NULL, or valid for writing.
 */
kagg_status kagg_sharded_aggregator_push_many(struct kagg_sharded_aggregator *aggregator,
                                              const struct kagg_new_user_record *records,
                                              size_t count,
                                              struct kagg_error *error,
                                              kagg_status *statuses,
                                              size_t *refused);

/**
 * The same with the user records by their places in the `bytes_len` bytes at
 * `bytes`. A place outside of them has the status `KAGG_ERR_LENGTH`.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `bytes`: NULL, or valid for reading `bytes_len` bytes.
 * - `records`: NULL, or valid for reading `count` places.
 * - `error`: NULL, or valid for writing.
 * - `statuses`: NULL, or valid for writing `count` statuses.
 * - `refused`: NULL, or valid for writing.
 */
kagg_status kagg_sharded_aggregator_push_spans(struct kagg_sharded_aggregator *aggregator,
                                               const uint8_t *bytes,
                                               size_t bytes_len,
                                               const struct kagg_user_record_span *records,
                                               size_t count,
                                               struct kagg_error *error,
                                               kagg_status *statuses,
                                               size_t *refused);

/**
 * Ends the open aggregates whose first user record came before `time`: they
 * wait to be sealed.
 *
 * Knows the times given to `kagg_sharded_aggregator_push_at` alone. Returns
 * `KAGG_FULL`, or `KAGG_OK` when there is nothing to seal.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_sharded_aggregator_finish_arrived_before(struct kagg_sharded_aggregator *aggregator,
                                                          uint64_t time);

/**
 * Goes on with the shards of a new map, which is copied.
 *
 * `unsent` are records of this aggregator that wait to be sent, or that are to
 * be sent again, in the order of sending; NULL for none. On success that handle
 * is ended, and `records` becomes a new one that takes its place: what reached
 * beyond a shard was cut into several that do not. Full aggregates that were not
 * sealed yet are among them.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `shard_map`: NULL, or a live handle that no other thread changes meanwhile.
 * - `unsent`: NULL, or a live handle that no other thread uses; not used again
 *   when the call succeeds.
 * - `records`: NULL, or valid for writing.
 */
kagg_status kagg_sharded_aggregator_update_shard_map(struct kagg_sharded_aggregator *aggregator,
                                                     const struct kagg_shard_map *shard_map,
                                                     struct kagg_records *unsent,
                                                     struct kagg_records **records);

/**
 * Tells whether the record at `index` counts as delivered, now that the service
 * has answered that it lies in the shard `shard_id`: one of `KAGG_JUDGEMENT_…`.
 *
 * # Safety
 *
 * - `aggregator`, `records`: NULL, or live handles that no other thread changes
 *   meanwhile.
 * - `shard_id`: NULL, or valid for reading `shard_id_len` bytes.
 * - `error`: NULL, or valid for writing.
 * - `found`: NULL, or valid for writing.
 */
kagg_status kagg_sharded_aggregator_judge(const struct kagg_sharded_aggregator *aggregator,
                                          const struct kagg_records *records,
                                          size_t index,
                                          const char *shard_id,
                                          size_t shard_id_len,
                                          struct kagg_error *error,
                                          int *found);

/**
 * Ends the open aggregates: they wait to be sealed.
 *
 * Returns `KAGG_FULL`, or `KAGG_OK` when there is nothing to seal.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 */
kagg_status kagg_sharded_aggregator_finish(struct kagg_sharded_aggregator *aggregator);

/**
 * Seals all aggregates that are full, together: their checksums and hash keys
 * are computed side by side. There may be none.
 *
 * `records` becomes a new handle, ended by `kagg_records_free`.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses meanwhile.
 * - `records`: NULL, or valid for writing.
 */
kagg_status kagg_sharded_aggregator_seal(struct kagg_sharded_aggregator *aggregator,
                                         struct kagg_records **records);

/**
 * Tells how many user records wait in open and full aggregates.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread changes meanwhile.
 * - `count`: NULL, or valid for writing.
 */
kagg_status kagg_sharded_aggregator_user_record_count(const struct kagg_sharded_aggregator *aggregator,
                                                      size_t *count);

/**
 * Ends an aggregator. User records that wait in it are lost. NULL is none.
 *
 * # Safety
 *
 * - `aggregator`: NULL, or a live handle that no other thread uses; not used
 *   again.
 */
void kagg_sharded_aggregator_free(struct kagg_sharded_aggregator *aggregator);

/**
 * The text of a status: one line in English, for logs.
 *
 * Never NULL; it lives as long as the program. A number that is no status has a
 * text of its own.
 */
const char *kagg_status_message(kagg_status status);

/**
 * The version of the library that is running, as "MAJOR.MINOR.PATCH".
 *
 * The macros `KAGG_VERSION_…` are those of the header. The text lives as long
 * as the program.
 */
const char *kagg_version(void);

/**
 * The number of the binary interface of the library that is running: to be
 * compared with `KAGG_ABI_VERSION` of the header.
 */
uint32_t kagg_abi_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* KINESIS_AGG_H */
