// The two aggregators.
'use strict';

const { withData } = require('./aggregated-record.js');
const { call } = require('./errors.js');
const { nativeOf } = require('./holder.js');
const { readData, readHashKey } = require('./new-user-records.js');
const { DEFAULTS, Packing, readOptions } = require('./packing.js');
const { PlainPacker } = require('./plain-packer.js');
const { StagedPacker } = require('./staged-packer.js');
const values = require('./values.js');

/** Packs user records into aggregates, one after the other, and does not look where they
 * belong. */
class Aggregator extends Packing {
  constructor(options) {
    const given = readOptions(values.options(options, DEFAULTS));
    super(call(() => new PlainPacker(given)));
  }

  /** The size of the open aggregate as a Kinesis record; 0 when it is empty. */
  get size() {
    return this._call((packer) => packer.size());
  }

  /** The size that it would have with this user record in it, exact to the byte. */
  sizeAfter(partitionKey, data, options = undefined) {
    const key = values.string('partitionKey', partitionKey);
    const held = readData(data);
    const hashKey = readHashKey(options?.explicitHashKey);
    return this._call((packer) => packer.sizeAfter(key, held, hashKey));
  }
}

const SHARDED_DEFAULTS = {
  ...DEFAULTS,
  pinnedTo: undefined,
  maxOpen: 4096,
  maxOpenBytes: 64 << 20,
};

/** Packs user records of one stream, grouped so that no reader loses any. */
class ShardedAggregator extends Packing {
  #shardMap;

  constructor(grouping = 'hash-key', shardMap = undefined, options = undefined) {
    const given = values.options(options, SHARDED_DEFAULTS);
    const { pinnedTo, maxOpen, maxOpenBytes } = given;
    const groupingOptions = {
      grouping: values.string('grouping', grouping),
      pinnedTo: pinnedTo === undefined ? undefined : values.digits('pinnedTo', pinnedTo),
      maxOpen: values.count('maxOpen', maxOpen),
      maxOpenBytes: values.count('maxOpenBytes', maxOpenBytes),
    };
    const map = shardMap ?? undefined;
    const read = readOptions(given);
    const shards = map && nativeOf(map, 'shardMap', 'a ShardMap');
    super(call(() => new StagedPacker(read, groupingOptions, shards)));
    this.#shardMap = map;
  }

  /** The map that is used now. */
  get shardMap() {
    return this.#shardMap;
  }

  /** Hands out what is full, and the open aggregates whose first user record `arrived`
   * before `time`. */
  finishArrivedBefore(time) {
    const before = values.milliseconds('time', time);
    return this._take((packer) => packer.finishArrivedBefore(before));
  }

  /** Whether one of this aggregator's records counts as delivered. */
  judge(shardId, record) {
    const id = values.string('shardId', shardId);
    const sealed = nativeOf(record, 'record', 'an AggregatedRecord');
    return this._call((packer) => packer.judge(id, sealed));
  }

  /** Goes on with other shards; what comes back takes the place of `unsent`. */
  updateShardMap(shardMap, unsent = []) {
    const map = nativeOf(shardMap, 'shardMap', 'a ShardMap');
    const cut = withData([...unsent], (queue) =>
      this._take((packer) => packer.updateShardMap(map, queue)),
    );
    this.#shardMap = shardMap;
    return cut;
  }

  _time(arrived) {
    return arrived === undefined ? undefined : values.milliseconds('arrived', arrived);
  }
}

module.exports = { Aggregator, ShardedAggregator };
