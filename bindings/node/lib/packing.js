// What both aggregators do: take user records, and hand out Kinesis records.
'use strict';

const { AggregatedRecord } = require('./aggregated-record.js');
const { ClosedError, InternalError, PushError, UnsentError } = require('./errors.js');
const { NewUserRecords, readData, readHashKey, readTags } = require('./new-user-records.js');
const values = require('./values.js');

const DEFAULTS = {
  maxSize: 1 << 20,
  maxCount: undefined,
  outerPartitionKey: 'first',
  outerHashKey: true,
  frameSingles: false,
};

/** The options of both, their types checked. */
function readOptions({ maxSize, maxCount, outerPartitionKey, outerHashKey, frameSingles }) {
  return {
    maxSize: values.count('maxSize', maxSize),
    maxCount: maxCount === undefined ? undefined : values.count('maxCount', maxCount),
    outerPartitionKey: values.string('outerPartitionKey', outerPartitionKey),
    outerHashKey: values.boolean('outerHashKey', outerHashKey),
    frameSingles: values.boolean('frameSingles', frameSingles),
  };
}

class Packing {
  /** Null when it was closed, undefined after a fault. */
  #packer;

  constructor(packer) {
    this.#packer = packer;
  }

  /** Adds a user record, and tells whether full aggregates wait to be sealed. */
  push(partitionKey, data, options = undefined) {
    const key = values.string('partitionKey', partitionKey);
    const hashKey = readHashKey(options?.explicitHashKey);
    const tags = readTags(options?.tags);
    const arrived = this._time(options?.arrived);
    // The last: what the user runs before may take its memory away.
    const held = readData(data);
    const packer = this.#packer ?? this.#gone();
    let refusal;
    try {
      refusal = packer.push(key, held, hashKey, tags, arrived);
    } catch (error) {
      throw this.#fault(error);
    }
    if (refusal === undefined) return packer.isFull;
    throw new PushError(refusal, undefined);
  }

  /** Adds many: where one has a wrong type, none is taken; what is refused keeps none of
   * the others out. */
  pushMany(userRecords, options = undefined) {
    const arrived = this._time(options?.arrived);
    // The last: what the user runs before may take memory away.
    const records = NewUserRecords.of(userRecords);
    return this._call((packer) => {
      const refused = packer.pushMany(records, arrived);
      return {
        full: packer.isFull,
        refused: refused.map((reason) => new PushError(reason, reason.place)),
      };
    });
  }

  /** Hands out the aggregates that are full, in the order they were filled. */
  seal() {
    return this._take((packer) => packer.seal());
  }

  /** Hands out all, the open ones too. More can be pushed afterwards. */
  finish() {
    return this._take((packer) => packer.finish());
  }

  /** User records in open aggregates. */
  get userRecordCount() {
    return this._call((packer) => packer.openUserRecords());
  }

  /** User records that wait, in open and in full aggregates. */
  get length() {
    return this._call((packer) => packer.openUserRecords() + packer.fullUserRecords());
  }

  get isClosed() {
    return this.#packer === null;
  }

  /** Ends the aggregator, which may be done twice. While user records wait it throws
   * `UnsentError`, unless they are to be discarded. */
  close(options = undefined) {
    if (this.#packer && options?.discard !== true) {
      const waits = this.length;
      if (waits > 0) throw new UnsentError(waits);
    }
    this.#packer = null;
  }

  _time(arrived) {
    if (arrived !== undefined) throw new TypeError('arrived is for ShardedAggregator');
    return undefined;
  }

  /** Has the packer do something; after a fault it is let go of. */
  _call(work) {
    const packer = this.#packer ?? this.#gone();
    try {
      return work(packer);
    } catch (error) {
      throw this.#fault(error);
    }
  }

  #gone() {
    throw this.#packer === null ? new ClosedError() : new InternalError();
  }

  #fault(error) {
    this.#packer = undefined;
    return new InternalError(error);
  }

  _take(work) {
    return this._call(work).map((record) => new AggregatedRecord(record));
  }
}

if (Symbol.dispose) {
  /** The end of a `using` block. */
  Packing.prototype[Symbol.dispose] = function dispose() {
    this.close();
  };
}

module.exports = { DEFAULTS, Packing, readOptions };
