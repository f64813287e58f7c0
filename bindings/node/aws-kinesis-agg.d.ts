// The types of the drop-in for the package aws-kinesis-agg.

/** A Kinesis record of Lambda or of the SDK v2: base64 or bytes. */
export interface LowerCaseRecord {
  data: string | ArrayBufferView;
  partitionKey?: string;
  explicitPartitionKey?: string;
  sequenceNumber?: string;
}

/** A Kinesis record of the SDK v3. */
export interface UpperCaseRecord {
  Data?: string | ArrayBufferView | undefined;
  PartitionKey?: string | undefined;
  SequenceNumber?: string | undefined;
}

/** A user record; `data` is base64. */
export interface UserRecord {
  partitionKey: string;
  explicitPartitionKey?: string | undefined;
  sequenceNumber: string;
  /** Not there for a Kinesis record that is no aggregate. */
  subSequenceNumber?: number;
  data: string;
}

/** The same for a record of the SDK v3. A record that is no aggregate keeps its data. */
export interface UpperCaseUserRecord {
  PartitionKey: string;
  ExplicitPartitionKey?: string | undefined;
  SequenceNumber: string;
  SubSequenceNumber?: number;
  Data: string | Uint8Array;
}

export type UserRecordOf<R> = R extends { Data?: unknown } ? UpperCaseUserRecord : UserRecord;

/** A user record to be packed, in either casing. A string is taken as UTF-8. */
export type NewUserRecord =
  | { partitionKey: string; data: string | ArrayBufferView; explicitHashKey?: string | number | bigint | undefined }
  | { PartitionKey: string; Data: string | ArrayBufferView; ExplicitHashKey?: string | number | bigint | undefined };

/** A Kinesis record to be sent. */
export interface EncodedRecord {
  partitionKey: string;
  data: Buffer;
  explicitHashKey?: string;
  ExplicitHashKey?: string;
}

/** Calls `perRecordCallback` with each user record, then `afterRecordCallback`. Checksums
 * are verified unless `computeChecksums` is false. */
export function deaggregate<R extends LowerCaseRecord | UpperCaseRecord>(
  kinesisRecord: R,
  computeChecksums: boolean,
  perRecordCallback: (err: Error | null, userRecord: UserRecordOf<R>) => void,
  afterRecordCallback: (err?: Error, errorUserRecord?: UserRecordOf<R>) => void,
): void;

/** Calls `afterRecordCallback` with an error, or with all user records. */
export function deaggregateSync<R extends LowerCaseRecord | UpperCaseRecord>(
  kinesisRecord: R,
  computeChecksums: boolean,
  afterRecordCallback: (err: Error | undefined, userRecords: UserRecordOf<R>[]) => void,
): void;

/** Calls `encodedRecordHandler` with each Kinesis record, `queueSize` of them at a time,
 * and `afterPutAggregatedRecords` when all are done. */
export function aggregate(
  records: Iterable<NewUserRecord>,
  encodedRecordHandler: (encodedRecord: EncodedRecord, callback: (err?: Error | null, data?: any) => void) => void,
  afterPutAggregatedRecords: () => void,
  errorCallback: (error: Error, data?: any) => void,
  queueSize?: number,
): void;

export type OnReady = (error: Error | null, encodedRecord?: any) => void;

export class RecordAggregator {
  constructor(onReadyCallback?: OnReady);
  onReadyCallback: OnReady | undefined;
  /** Bytes of the message so far. */
  readonly totalBytes: number;
  /** How many user records wait. */
  length(): number;
  setOnReadyCallback(onReadyCallback?: OnReady): OnReady | undefined;
  /** Bounds the Kinesis record, data and partition key, in bytes. */
  setMaxSize(maxSize: number): void;
  clearRecords(): void;
  calculateUserRecordSize(record: NewUserRecord): number;
  checkIfUserRecordFits(record: NewUserRecord): boolean;
  /** Adds a user record; throws when there is no room for it. */
  addUserRecord(record: NewUserRecord): void;
  /** The Kinesis record of what waits; undefined when nothing does. */
  build(): EncodedRecord | undefined;
  flushBufferedRecords(onReadyCallback?: OnReady): void;
  aggregateRecords(records: Iterable<NewUserRecord>, forceFlush?: boolean, onReadyCallback?: OnReady): void;
}
