// Kinesis records that are ready to be sent.
'use strict';

const { call } = require('./errors.js');
const { natives } = require('./shards.js');

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

module.exports = { AggregatedRecord };
