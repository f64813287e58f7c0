// What both aggregators do: take user records, and hand out Kinesis records.
'use strict';

const native = require('./native.js');
const { AggregatedRecord } = require('./aggregated-record.js');
const { ClosedError, InternalError, PushError, UnsentError, call } = require('./errors.js');
const { NewUserRecords } = require('./new-user-records.js');
const { buffer, stage, stageable } = require('./staging.js');
const values = require('./values.js');

/** Bits of what the native module answers to a push. */
const FULL = 1;
const REFUSED = 2;

const DEFAULTS = {
  maxSize: 1 << 20,
  maxCount: undefined,
  outerPartitionKey: 'first',
  outerHashKey: true,
  frameSingles: false,
};

function read({ maxSize, maxCount, outerPartitionKey, outerHashKey, frameSingles }) {
  return {
    maxSize: values.count('maxSize', maxSize),
    maxCount: maxCount === undefined ? undefined : values.count('maxCount', maxCount),
    outerPartitionKey: values.string('outerPartitionKey', outerPartitionKey),
    outerHashKey: values.boolean('outerHashKey', outerHashKey),
    frameSingles: values.boolean('frameSingles', frameSingles),
  };
}

class Packing {
  /** The native aggregator; null when it was closed, undefined after a fault. */
  #native;
  #isFull = false;

  constructor(options, grouping, shards) {
    const given = read(options);
    this.#native = call(() => new native.Packer(given, grouping, shards));
  }

  /** Adds a user record, and tells whether full aggregates wait to be sealed. */
  push(partitionKey, data, options = undefined) {
    const { explicitHashKey, tags, arrived } = options ?? {};
    const records = NewUserRecords.ofOne(partitionKey, data, explicitHashKey, tags);
    const refused = [];
    this.#addSingly(records, 0, 1, this._time(arrived), refused);
    if (refused.length === 0) return this.#isFull;
    throw new PushError(refused[0], undefined);
  }

  /** Adds many: where one has a wrong type, none is taken; what is refused keeps none of
   * the others out. */
  pushMany(userRecords, options = undefined) {
    const records = NewUserRecords.of(userRecords);
    const refused = this.#add(records, this._time(options?.arrived));
    return {
      full: this.#isFull,
      refused: refused.map((reason) => new PushError(reason, reason.place)),
    };
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
    return this.#native === null;
  }

  /** Ends the aggregator, which may be done twice. While user records wait it throws
   * `UnsentError`, unless they are to be discarded. */
  close(options = undefined) {
    if (this.#native && options?.discard !== true) {
      const waits = this.length;
      if (waits > 0) throw new UnsentError(waits);
    }
    this.#native = null;
  }

  _time(arrived) {
    if (arrived !== undefined) throw new TypeError('arrived is for ShardedAggregator');
    return undefined;
  }

  /** Calls the native aggregator; after a fault it is let go of. */
  _call(work) {
    if (this.#native === null) throw new ClosedError();
    if (this.#native === undefined) throw new InternalError();
    try {
      return work(this.#native);
    } catch (error) {
      this.#native = undefined;
      throw new InternalError(error);
    }
  }

  _take(work) {
    const taken = this._call(work);
    this.#isFull = false;
    return taken.map((record) => new AggregatedRecord(record));
  }

  /** Returns what was refused, by its place. */
  #add(records, arrived) {
    const refused = [];
    let place = 0;
    while (place < records.length) {
      const count = stageable(records, place);
      const used = count === 0 ? 0 : stage(records, place, count);
      const pushed = used === 0 ? Math.max(count, 1) : count;
      if (used === 0) this.#addSingly(records, place, place + pushed, arrived, refused);
      else this.#addStaged(used, place, count, arrived, refused);
      place += pushed;
    }
    return refused;
  }

  #addStaged(used, place, count, arrived, refused) {
    const staged = buffer.subarray(0, used);
    const answer = this._call((packer) => packer.pushStaged(staged, count, arrived));
    this.#note(answer, place, refused);
  }

  #addSingly(records, from, to, arrived, refused) {
    for (let place = from; place < to; place++) {
      const refusal = records.refusal(place);
      if (refusal) refused.push({ ...refusal, place });
      else this.#note(this.#pushAlone(records, place, arrived), place, refused);
    }
  }

  #pushAlone({ partitionKeys, data, explicitHashKeys, tags }, place, arrived) {
    return this._call((packer) =>
      packer.push(partitionKeys[place], data[place], explicitHashKeys[place], tags[place], arrived),
    );
  }

  #note(answer, place, refused) {
    if (answer & FULL) this.#isFull = true;
    if (!(answer & REFUSED)) return;
    for (const reason of this._call((packer) => packer.takeRefused())) {
      refused.push({ ...reason, place: place + reason.place });
    }
  }
}

if (Symbol.dispose) {
  /** The end of a `using` block. */
  Packing.prototype[Symbol.dispose] = function dispose() {
    this.close();
  };
}

module.exports = { DEFAULTS, Packing };
