// Shards, and the map of them.
'use strict';

const native = require('./native.js');
const { call } = require('./errors.js');
const { Holder, nativeOf } = require('./holder.js');
const { digits, string, wrongType } = require('./values.js');

/** The shards of a stream at one time: which of them owns a hash key. */
class ShardMap extends Holder {
  /** `shards` are the open ones; `closed` ones are known to `judge` alone. */
  constructor(shards, closed = []) {
    const [open, others] = [read(shards), read(closed)];
    super(call(() => new native.Shards(open, others)));
  }

  /** The identifier of the shard that a user record of these keys belongs to. */
  predict(partitionKey, explicitHashKey) {
    const key = string('partitionKey', partitionKey);
    const explicit = explicitHashKey ?? undefined;
    const hashKey = explicit === undefined ? undefined : digits('explicitHashKey', explicit);
    return call(() => nativeOf(this).predict(key, hashKey));
  }

  /** Whether an aggregated record counts as delivered, now that the service has answered
   * that it lies in this shard. */
  judge(shardId, record) {
    const id = string('shardId', shardId);
    const sealed = nativeOf(record, 'record', 'an AggregatedRecord');
    return call(() => nativeOf(this).judge(id, sealed));
  }

  /** The open shards, by ascending hash keys. */
  get openShards() {
    const shards = call(() => nativeOf(this).open());
    return shards.map(({ id, startingHashKey, endingHashKey }) => ({
      id,
      startingHashKey: BigInt(startingHashKey),
      endingHashKey: BigInt(endingHashKey),
    }));
  }

  /** The map of what the SDK's ListShards answers: one answer, several, or a list of
   * their `Shards`. */
  static fromListShards(answer) {
    const shards = [...shardsOf(answer)];
    const closed = shards.filter(isClosed);
    const open = shards.filter((shard) => !isClosed(shard));
    return new this(open.map(shardOf), closed.map(shardOf));
  }

  /** Asks for the shards of a stream, all pages of them. `client` has the method
   * `listShards`, as the SDK v3's `Kinesis`. */
  static async fetch(client, stream) {
    const answers = [await client.listShards(stream)];
    while (answers.at(-1).NextToken) {
      // The service takes either the name or the token; the ARN goes with both.
      const { StreamName, ...others } = stream;
      answers.push(await client.listShards({ ...others, NextToken: answers.at(-1).NextToken }));
    }
    return this.fromListShards(answers);
  }
}

function read(shards) {
  if (typeof shards?.[Symbol.iterator] !== 'function') {
    throw wrongType('the shards', 'an iterable', shards);
  }
  return Array.from(shards, ({ id, startingHashKey, endingHashKey }) => ({
    id: string('the id of a shard', id),
    startingHashKey: digits('startingHashKey', startingHashKey),
    endingHashKey: digits('endingHashKey', endingHashKey),
  }));
}

function* shardsOf(answer) {
  if (answer === null || typeof answer !== 'object') {
    throw wrongType('what ListShards answered', 'an object', answer);
  }
  if (typeof answer[Symbol.iterator] === 'function') {
    for (const part of answer) yield* shardsOf(part);
  } else if (answer.Shards) {
    yield* answer.Shards;
  } else {
    yield answer;
  }
}

function shardOf(shard) {
  if (typeof shard?.HashKeyRange !== 'object') throw wrongType('a shard', 'one of ListShards', shard);
  const { StartingHashKey, EndingHashKey } = shard.HashKeyRange;
  return { id: shard.ShardId, startingHashKey: StartingHashKey, endingHashKey: EndingHashKey };
}

function isClosed(shard) {
  return (shard?.SequenceNumberRange?.EndingSequenceNumber ?? undefined) !== undefined;
}

module.exports = { ShardMap };
