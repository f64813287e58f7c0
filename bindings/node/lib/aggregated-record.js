// Kinesis records that are ready to be sent.
'use strict';

const { call } = require('./errors.js');
const { Holder, heldBy, nativeOf } = require('./holder.js');
const { backend } = require('./native.js');
const { Packed } = require('./packed.js');

/** Whether JavaScript alone has the data of what the native module has packed: the memory
 * of WebAssembly is no garbage collector's. */
const LENDS = backend === 'wasm';

/** Whether JavaScript alone has the data of this record. */
const isLent = (record) => LENDS || heldBy(record) instanceof Packed;

/** A Kinesis record that is ready to be sent, with one or more user records. */
class AggregatedRecord extends Holder {
  #data;

  constructor(native) {
    super(native);
    this.partitionKey = native.partitionKey;
    this.explicitHashKey = native.explicitHashKey ?? undefined;
    this.userRecordCount = native.userRecordCount;
    this.isFramed = native.isFramed;
    this.size = native.size;
    if (LENDS && !(native instanceof Packed)) this.#data = call(() => native.lend());
  }

  /** An aggregate, or the bare data of a single user record. */
  get data() {
    this.#data ??= call(() => heldBy(this).data());
    return this.#data;
  }

  /** Lowest and highest hash key inside. */
  get hashKeySpan() {
    return heldBy(this).hashKeySpan.map(BigInt);
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
  const lent = held.filter((_, place) => isLent(records[place]));
  try {
    held.forEach((native, place) => {
      if (isLent(records[place])) call(() => native.takeBack(records[place].data));
    });
    return work(held);
  } finally {
    for (const native of lent) native.release();
  }
}

module.exports = { AggregatedRecord, withData };
