// Kinesis records that are ready to be sent.
'use strict';

const { call } = require('./errors.js');
const { backend } = require('./native.js');
const { nativeOf, natives } = require('./shards.js');

/** Memory of WebAssembly is no garbage collector's: JavaScript keeps the data there. */
const isLent = backend === 'wasm';

/** A Kinesis record that is ready to be sent, with one or more user records. */
class AggregatedRecord {
  #native;
  #data;

  constructor(native) {
    this.#native = native;
    natives.set(this, native);
    this.partitionKey = native.partitionKey;
    this.explicitHashKey = native.explicitHashKey ?? undefined;
    this.userRecordCount = native.userRecordCount;
    this.isFramed = native.isFramed;
    this.size = native.size;
    if (isLent) this.#data = call(() => native.lend());
  }

  /** An aggregate, or the bare data of a single user record. */
  get data() {
    this.#data ??= call(() => this.#native.data());
    return this.#data;
  }

  /** Lowest and highest hash key inside. */
  get hashKeySpan() {
    return this.#native.hashKeySpan.map(BigInt);
  }

  /** An entry of `Records` for the SDK's PutRecords. */
  toPutRecordsEntry() {
    const entry = { Data: this.data, PartitionKey: this.partitionKey };
    if (this.explicitHashKey !== undefined) entry.ExplicitHashKey = this.explicitHashKey;
    return entry;
  }
}

/** Calls the native module with records that have their data. */
function withData(records, work) {
  const held = Array.from(records, (record) => nativeOf(record, 'unsent', 'of AggregatedRecords'));
  if (!isLent) return work(held);
  held.forEach((native, place) => native.takeBack(records[place].data));
  try {
    return work(held);
  } finally {
    held.forEach((native) => native.lend());
  }
}

module.exports = { AggregatedRecord, withData };
