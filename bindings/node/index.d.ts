// The types of kinesis-agg: the aggregation format of the Kinesis Producer Library (KPL),
// both ways.

/** Bytes. A Buffer or Uint8Array is read in place; what other threads may change is
 * copied. */
export type Bytes = ArrayBufferView | ArrayBuffer | SharedArrayBuffer;

/** A hash key: a number from 0 to 2**128 - 1, or its decimal digits. */
export type HashKey = bigint | string;

/** A tag of a user record. */
export interface Tag {
  readonly key: string;
  readonly value?: string | undefined;
}

/** What becomes of user records outside the range of hash keys that was given: all are
 * handed out; those out of range are left out; one out of range drops its whole
 * aggregate, as in the KCL. */
export type RangePolicy = 'keep-all' | 'keep-in-range' | 'drop-aggregate';

/** Where the hash key of a user record lies, seen from the range. */
export type Placement = 'in-range' | 'out-of-range' | 'unplaceable';

/** What a Kinesis record turned out to be. All but the first two are handed on as they
 * are; those behind `plain` begin like an aggregate and are none. */
export type Status =
  | 'aggregated'
  | 'dropped'
  | 'plain'
  | 'too-short'
  | 'too-long'
  | 'checksum'
  | 'malformed'
  | 'index-outside-table';

/** Which user records may share an aggregate: any; those of one hash key; those of one
 * shard; those of one shard or all, with its hash key given to those without. */
export type Grouping = 'none' | 'hash-key' | 'shard' | 'pinned';

/** What the shard in the service's answer means for a record: every reader gets it all;
 * send all of it again; judge again with a fresh map; the stream ignores keys. */
export type Judgement = 'delivered' | 'send-again' | 'unknown-shard' | 'keys-ignored';

// Shapes of records

/** A record of the AWS SDK, v3 or v2. */
export interface SdkRecord {
  Data?: Bytes | string | undefined;
  PartitionKey?: string | undefined;
  ExplicitHashKey?: string | undefined;
  SequenceNumber?: string | undefined;
}

/** A record of a Kinesis event of Lambda. */
export interface LambdaRecord {
  eventID?: string;
  kinesis: { data: string; partitionKey: string; sequenceNumber: string };
}

/** A record of a Firehose transformation, of Analytics, or of EventBridge Pipes. */
export interface DataRecord {
  data: string | Bytes;
  recordId?: string;
  partitionKey?: string;
  sequenceNumber?: string;
  kinesisRecordMetadata?: object;
  kinesisStreamRecordMetadata?: object;
}

export type KinesisRecord = Bytes | SdkRecord | LambdaRecord | DataRecord;

/** One record, many, an answer to GetRecords, or an event. */
export type KinesisRecords<R extends KinesisRecord = KinesisRecord> =
  | R
  | Iterable<R>
  | { Records?: Iterable<R> | undefined }
  | { records: Iterable<R> };

// Reading

export interface DeaggregatorOptions {
  /** Starting and ending hash key of a shard, both included. */
  hashKeyRange?: readonly [HashKey, HashKey] | undefined;
  /** `'keep-all'` unless given. */
  policy?: RangePolicy | undefined;
  /** True unless given. */
  verifyChecksums?: boolean | undefined;
  /** Throws `MalformedRecordError` for a record that begins like an aggregate and is
   * none, where else it is handed on as it is. */
  strict?: boolean | undefined;
}

/** A user record that was read: out of an aggregate, or a Kinesis record that is none,
 * handed on as it is. */
export class UserRecord<R = KinesisRecord> {
  private constructor();
  /** Its own partition key; `''` where the record was given as mere bytes. */
  readonly partitionKey: string;
  /** Its own explicit hash key, as it stands in the aggregate. */
  readonly explicitHashKey: string | undefined;
  /** Its data. Lies in the data of the Kinesis record: keep that unchanged, and copy what
   * is to outlive it. */
  readonly data: Buffer;
  /** Its place in the aggregate, from 0. */
  readonly subSequenceNumber: number;
  /** Which of the Kinesis records that were given it was found in, from 0. */
  readonly recordIndex: number;
  /** False for a Kinesis record that is no aggregate. */
  get isAggregated(): boolean;
  get tags(): Tag[];
  /** Where its hash key lies; undefined when no range was given, or it is not
   * aggregated. */
  get placement(): Placement | undefined;
  get inRange(): boolean | undefined;
  /** Its explicit hash key, else the MD5 of its partition key; undefined when the
   * explicit hash key is no hash key, or there are no keys. */
  get hashKey(): bigint | undefined;
  /** The Kinesis record it was found in, as it was given. */
  get record(): R;
  /** The sequence number of the Kinesis record, where it has one. */
  get sequenceNumber(): string | undefined;
}

/** What became of one Kinesis record. */
export interface RecordReport {
  /** Which of those that were given, from 0. */
  recordIndex: number;
  status: Status;
  /** Why it is no aggregate, in words; undefined for a plain record. */
  reason: string | undefined;
  /** Which byte of its data is wrong, where one is. */
  offset: number | undefined;
  /** How many user records are handed out of it; 1 for one that is no aggregate. */
  userRecords: number;
  /** How many the range policy leaves out. */
  dropped: number;
}

/** What became of the Kinesis records of a batch, counted. */
export interface Report {
  records: number;
  /** Those that do not begin like an aggregate. */
  plain: number;
  /** Those that begin like an aggregate and are none. */
  damaged: number;
  /** Aggregates without any user record. */
  empty: number;
  droppedAggregates: number;
  /** User records handed out of aggregates. */
  userRecords: number;
  droppedUserRecords: number;
  /** User records out of range, handed out or not. */
  outOfRange: number;
  /** User records whose explicit hash key is no hash key; 0 without a range. */
  unplaceable: number;
}

/** The user records of the Kinesis records that were given, in their order. Iterate over
 * it as often as you like. */
export class Batch<R = KinesisRecord> implements Iterable<UserRecord<R>> {
  private constructor();
  readonly length: number;
  [Symbol.iterator](): IterableIterator<UserRecord<R>>;
  /** The user record at a place, from the end when it is negative. */
  at(index: number): UserRecord<R> | undefined;
  /** What became of each Kinesis record. */
  readonly reports: RecordReport[];
  /** The same, counted. */
  readonly report: Report;
}

/** How Kinesis records are to be read. Has no other state: keep one. */
export class Deaggregator {
  constructor(options?: DeaggregatorOptions);
  deaggregate<R extends KinesisRecord>(records: KinesisRecords<R>): Batch<R>;
  deaggregateAsync<R extends KinesisRecord>(
    source: AsyncIterable<KinesisRecords<R>> | Iterable<KinesisRecords<R>>,
  ): AsyncIterableIterator<UserRecord<R>>;
}

/** The user records inside Kinesis records, and the records that are no aggregates as
 * they are: nothing gets lost. Many records at a time are read faster than one by one.
 *
 * @throws TypeError for what is no record, MalformedRecordError where its data is missing
 * or no base64. */
export function deaggregate<R extends KinesisRecord>(
  records: KinesisRecords<R>,
  options?: DeaggregatorOptions,
): Batch<R>;

/** The same of what an asynchronous iterable brings: records, or arrays and answers of
 * them. `recordIndex` counts within each. */
export function deaggregateAsync<R extends KinesisRecord>(
  source: AsyncIterable<KinesisRecords<R>> | Iterable<KinesisRecords<R>>,
  options?: DeaggregatorOptions,
): AsyncIterableIterator<UserRecord<R>>;

// Lambda

export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Calls `handler` with each user record of a Lambda event, in their order, and returns
 * the function's answer, for an event source with ReportBatchItemFailures.
 *
 * Where it throws or rejects, that is logged, and the Kinesis record is reported: Lambda
 * sends it and all behind it again, so nothing more of its shard is handled. User records
 * before the failed one, in the same aggregate, come again, too. */
export function process(
  event: { Records: Iterable<LambdaRecord> },
  handler: (userRecord: UserRecord<LambdaRecord>) => unknown,
): Promise<BatchResponse>;

/** The answer of a function that these user records failed in. */
export function partialBatchResponse(failed: Iterable<UserRecord<any>>): BatchResponse;

// Writing

/** A user record to be packed. `explicitHashKey` is below 2**128. */
export interface NewUserRecord {
  partitionKey: string;
  data: Bytes;
  explicitHashKey?: HashKey | undefined;
  tags?: Iterable<Tag> | undefined;
}

export type NewUserRecordLike =
  | NewUserRecord
  | readonly [
      partitionKey: string,
      data: Bytes,
      explicitHashKey?: HashKey | undefined,
      tags?: Iterable<Tag> | undefined,
    ];

export interface PushOptions {
  explicitHashKey?: HashKey | undefined;
  tags?: Iterable<Tag> | undefined;
}

export interface Arrived {
  /** When it came, in milliseconds or as a Date: see `finishArrivedBefore`. */
  arrived?: Date | number | undefined;
}

export interface AggregatorOptions {
  /** Bounds a Kinesis record, data and partition key, in bytes: 1 MiB unless given, at
   * most 10 MiB. */
  maxSize?: number | undefined;
  /** Bounds its user records. */
  maxCount?: number | undefined;
  /** The partition key that an aggregate is sent with: that of its first user record, or
   * always `a`. */
  outerPartitionKey?: 'first' | 'kpl' | undefined;
  /** False sends aggregates without explicit hash key. */
  outerHashKey?: boolean | undefined;
  /** True makes an aggregate of a single user record, too. */
  frameSingles?: boolean | undefined;
}

export interface ShardedAggregatorOptions extends AggregatorOptions {
  /** The hash key of the grouping `'pinned'` without shard map. */
  pinnedTo?: HashKey | undefined;
  /** Bounds the open aggregates: beyond, the one opened first is full. 4096 unless
   * given. */
  maxOpen?: number | undefined;
  /** Bounds their memory: 64 MiB unless given. */
  maxOpenBytes?: number | undefined;
}

/** What came of many user records. */
export interface PushedMany {
  /** Whether full aggregates wait to be sealed. */
  full: boolean;
  /** Those that were refused, each with its `recordIndex`; all others were taken. */
  refused: PushError[];
}

/** A Kinesis record that is ready to be sent, with one or more user records. */
export class AggregatedRecord {
  private constructor();
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  /** How many user records are inside; at least 1. */
  readonly userRecordCount: number;
  /** False for a single user record that goes as it is. */
  readonly isFramed: boolean;
  /** Bytes that count against the stream's limit: data and partition key. */
  readonly size: number;
  /** An aggregate, or the bare data of a single user record. Keep it unchanged while the
   * record may be cut by `updateShardMap`: an aggregate that was changed is a KinesisAggError
   * there, or goes as it was. */
  readonly data: Buffer;
  /** Lowest and highest hash key inside. */
  readonly hashKeySpan: [bigint, bigint];
  /** An entry of `Records` for the SDK's PutRecords. */
  toPutRecordsEntry(): { Data: Buffer; PartitionKey: string; ExplicitHashKey?: string };
}

declare class Packing {
  /** Hands out the aggregates that are full, in the order they were filled. */
  seal(): AggregatedRecord[];
  /** Hands out all, the open ones too. More can be pushed afterwards. */
  finish(): AggregatedRecord[];
  /** User records in open aggregates. */
  readonly userRecordCount: number;
  /** User records that wait, in open and in full aggregates. */
  readonly length: number;
  readonly isClosed: boolean;
  /** Ends the aggregator, which may be done twice. While user records wait it throws
   * `UnsentError`, unless they are to be discarded. */
  close(options?: { discard?: boolean }): void;
}

/** Packs user records into aggregates, one after the other.
 *
 * It does not look where they belong: for readers that ignore shards, as Lambda does, or
 * for user records of one shard. Else take a `ShardedAggregator`. */
export class Aggregator extends Packing {
  constructor(options?: AggregatorOptions);
  /** Adds a user record, and tells whether full aggregates wait to be sealed.
   *
   * @throws PushError when it is refused; nothing has changed then. */
  push(partitionKey: string, data: Bytes, options?: PushOptions): boolean;
  /** Adds many. All of them are looked at first: where one has a wrong type, none is
   * taken. What is refused keeps none of the others out. */
  pushMany(userRecords: Iterable<NewUserRecordLike>): PushedMany;
  /** The size of the open aggregate as a Kinesis record; 0 when it is empty. */
  readonly size: number;
  /** The size that it would have with this user record in it, exact to the byte. */
  sizeAfter(partitionKey: string, data: Bytes, options?: { explicitHashKey?: HashKey | undefined }): number;
}

/** Packs user records into aggregates of one stream, grouped so that no reader loses
 * any. */
export class ShardedAggregator extends Packing {
  /** A shard map is needed by the grouping `'shard'`, and by `'pinned'` unless `pinnedTo`
   * is given; with others it serves `judge` alone. `'hash-key'` unless given. */
  constructor(grouping?: Grouping, shardMap?: ShardMap | null, options?: ShardedAggregatorOptions);
  /** Adds a user record, and tells whether full aggregates wait to be sealed.
   *
   * @throws PushError when it is refused; nothing has changed then. */
  push(partitionKey: string, data: Bytes, options?: PushOptions & Arrived): boolean;
  /** Adds many: see `Aggregator`. */
  pushMany(userRecords: Iterable<NewUserRecordLike>, options?: Arrived): PushedMany;
  /** Hands out what is full, and the open aggregates whose first user record arrived
   * before this time. */
  finishArrivedBefore(time: Date | number): AggregatedRecord[];
  /** Whether a record of this aggregator counts as delivered, now that the service has
   * answered that it lies in this shard. */
  judge(shardId: string, record: AggregatedRecord): Judgement;
  /** Goes on with other shards. `unsent` are records that wait to be sent, or are to be
   * sent again, in the order of sending; what comes back takes their place. */
  updateShardMap(shardMap: ShardMap, unsent?: Iterable<AggregatedRecord>): AggregatedRecord[];
  readonly shardMap: ShardMap | undefined;
}

export interface PackingOptions extends ShardedAggregatorOptions {
  grouping?: Grouping | undefined;
  shardMap?: ShardMap | undefined;
}

/** Packs user records, and hands out Kinesis records as they get full. One that is
 * refused is thrown with its `recordIndex`, after all that came before it was handed
 * out; none behind it is taken. */
export function aggregate(
  userRecords: Iterable<NewUserRecordLike>,
  options?: PackingOptions,
): IterableIterator<AggregatedRecord>;

/** The same of an asynchronous iterable. */
export function aggregateAsync(
  userRecords: AsyncIterable<NewUserRecordLike> | Iterable<NewUserRecordLike>,
  options?: PackingOptions,
): AsyncIterableIterator<AggregatedRecord>;

// Shards

/** A shard and the hash keys that it owns, both ends included. */
export interface Shard<K extends HashKey = HashKey> {
  id: string;
  startingHashKey: K;
  endingHashKey: K;
}

/** A shard of the SDK's ListShards. */
export interface ListedShard {
  ShardId: string | undefined;
  HashKeyRange: { StartingHashKey: string | undefined; EndingHashKey: string | undefined } | undefined;
  SequenceNumberRange?: { EndingSequenceNumber?: string | undefined } | undefined;
}

export interface ListShardsAnswer {
  Shards?: ListedShard[] | undefined;
  NextToken?: string | undefined;
}

/** The shards of a stream at one time: which of them owns a hash key. */
export class ShardMap {
  /** `shards` are the open ones, which own each hash key once; `closed` ones are known to
   * `judge` alone.
   *
   * @throws ShardMapError where a hash key is left out or owned twice. */
  constructor(shards: Iterable<Shard>, closed?: Iterable<Shard>);
  /** The identifier of the shard that a user record of these keys belongs to. */
  predict(partitionKey: string, explicitHashKey?: HashKey | null): string;
  judge(shardId: string, record: AggregatedRecord): Judgement;
  /** The open shards, by ascending hash keys. */
  readonly openShards: Shard<bigint>[];
  /** The map of what the SDK's ListShards answers: one answer, several, or a list of
   * their `Shards`. */
  static fromListShards(
    answer: ListShardsAnswer | Iterable<ListShardsAnswer> | Iterable<ListedShard>,
  ): ShardMap;
  /** Asks for the shards of a stream, all pages of them. `client` is the SDK v3's
   * `Kinesis`, or has its method `listShards`. */
  static fetch<Input extends { NextToken?: string | undefined }>(
    client: { listShards(input: Input): Promise<ListShardsAnswer> },
    stream: Input,
  ): Promise<ShardMap>;
}

/** The hash key of records with this partition key and no explicit hash key. */
export function hashKey(partitionKey: string): bigint;

// Errors. Wrong types are a plain `TypeError`.

/** The base of all errors of this package. */
export class KinesisAggError extends Error {
  readonly code: string;
}

/** A Kinesis record cannot be read, or begins like an aggregate and is none. */
export class MalformedRecordError extends KinesisAggError {
  readonly code: 'ERR_KINESIS_AGG_MALFORMED_RECORD';
  readonly reason: string;
  /** Which of the Kinesis records that were given, from 0. */
  readonly recordIndex: number;
  /** Which byte of its data, where one is wrong. */
  readonly offset: number | undefined;
}

/** A user record was refused; the aggregator is as it was. */
export class PushError extends KinesisAggError {
  readonly code:
    | 'ERR_KINESIS_AGG_PARTITION_KEY_LENGTH'
    | 'ERR_KINESIS_AGG_PARTITION_KEY_ENCODING'
    | 'ERR_KINESIS_AGG_EXPLICIT_HASH_KEY'
    | 'ERR_KINESIS_AGG_TAG_ENCODING'
    | 'ERR_KINESIS_AGG_TOO_LARGE';
  /** Which of the user records that were given together, from 0. */
  readonly recordIndex: number | undefined;
  /** The length or size that is above `limit`. */
  readonly value: number | undefined;
  /** What it may be at most: characters of a key, bytes of a record. */
  readonly limit: number | undefined;
}

/** An option is out of its bounds, or does not go with another. */
export class OptionsError extends KinesisAggError {}
/** The shards leave a hash key out, or own one twice. */
export class ShardMapError extends KinesisAggError {}
/** The object was closed. */
export class ClosedError extends KinesisAggError {}
/** User records wait in an aggregator that is to be closed; they are still there. */
export class UnsentError extends KinesisAggError {}
/** A fault of this package: please report it. The object can only be closed. */
export class InternalError extends KinesisAggError {}

/** What is at work: the native module of this platform, or WebAssembly where there is none. */
export const backend: 'native' | 'wasm';

/** The version of this package. */
export const version: string;
