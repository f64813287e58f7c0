// Both aggregators, shard maps, Lambda's answer.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const kinesisAgg = require('kinesis-agg');
const { CLICKS, sample } = require('./support.js');

const { Aggregator, PushError, ShardMap, ShardedAggregator, aggregate, aggregateAsync, deaggregate } = kinesisAgg;

const MIDDLE = 1n << 127n;
const LAST = (1n << 128n) - 1n;
const TWO = [
  { id: 'shard-0', startingHashKey: 0n, endingHashKey: MIDDLE - 1n },
  { id: 'shard-1', startingHashKey: MIDDLE, endingHashKey: String(LAST) },
];
const text = (records) => records.flatMap((record) => [...deaggregate(record.toPutRecordsEntry())]).map((it) => [it.partitionKey, it.data.toString()]);
const clicks = (count) => Array.from({ length: count }, (_, number) => [`key-${number}`, Buffer.from(`click ${number}`)]);

test('push and pushMany give the same aggregate', () => {
  const [one, many] = [new Aggregator(), new Aggregator()];
  for (const [partitionKey, data, explicitHashKey, tags] of CLICKS) {
    const expected = one.sizeAfter(partitionKey, data, { explicitHashKey });
    one.push(partitionKey, data, { explicitHashKey, tags });
    if (!tags) assert.equal(one.size, expected);
  }
  const objects = CLICKS.map(([partitionKey, data, explicitHashKey, tags]) => ({ partitionKey, data, explicitHashKey, tags }));
  assert.deepEqual(many.pushMany(objects), { full: false, refused: [] });
  const [[first], [second]] = [one.finish(), many.finish()];
  assert.deepEqual(first.data, second.data);
  assert.deepEqual(text([first]), [['mia', 'click'], ['leo', 'view'], ['mia', 'buy']]);
  assert.deepEqual(first.toPutRecordsEntry(), {
    Data: first.data, PartitionKey: 'mia', ExplicitHashKey: String(kinesisAgg.hashKey('mia')),
  });
});

test('no record is above the limit, and nothing is lost or changes place', () => {
  const aggregator = new Aggregator({ maxSize: 1000 });
  const given = clicks(2000);
  let full = false;
  const records = [];
  for (const [key, data] of given) {
    full = aggregator.push(key, data);
    if (full) records.push(...aggregator.seal());
  }
  records.push(...aggregator.finish());
  assert.ok(records.length > 20);
  for (const record of records) assert.ok(record.size <= 1000 && record.size > 900 || record === records.at(-1));
  assert.deepEqual(text(records), given.map(([key, data]) => [key, data.toString()]));
  assert.equal(records.reduce((sum, record) => sum + record.userRecordCount, 0), 2000);
});

test('large data, many keys and texts beyond ASCII cross the staging buffer', () => {
  const given = [];
  for (let number = 0; number < 5000; number++) {
    const key = number % 7 ? `key-${number}` : `ключ-${number}`;
    given.push([key, Buffer.alloc(number % 1000, number), number % 3 ? undefined : BigInt(number)]);
  }
  given.splice(2500, 0, ['large', Buffer.alloc(700_000, 1)]);
  const aggregator = new Aggregator();
  assert.deepEqual(aggregator.pushMany(given).refused, []);
  assert.equal(aggregator.length, 5001);
  const read = aggregator.finish().flatMap((record) => [...deaggregate(record.data)]);
  assert.deepEqual(
    read.map((it) => [it.partitionKey, it.data, it.explicitHashKey && BigInt(it.explicitHashKey)]),
    given.map(([key, data, hashKey]) => [key, data, hashKey]),
  );
});

test('what is refused says why, and keeps nothing else out', () => {
  const aggregator = new Aggregator({ maxSize: 1000 });
  const { refused } = aggregator.pushMany([
    ['good', Buffer.from('1')],
    ['', Buffer.from('2')],
    ['x'.repeat(257), Buffer.from('3')],
    ['large', Buffer.alloc(1001)],
    ['hash', Buffer.from('4'), '01'],
    ['hash', Buffer.from('5'), -1n],
    ['half \ud800', Buffer.from('6')],
    ['tag', Buffer.from('7'), undefined, [{ key: '\udc00' }]],
    ['good', Buffer.from('8')],
  ]);
  assert.deepEqual(refused.map((it) => [it.recordIndex, it.code.replace('ERR_KINESIS_AGG_', ''), it.limit]), [
    [1, 'PARTITION_KEY_LENGTH', 256],
    [2, 'PARTITION_KEY_LENGTH', 256],
    [3, 'TOO_LARGE', 1000],
    [4, 'EXPLICIT_HASH_KEY', undefined],
    [5, 'EXPLICIT_HASH_KEY', undefined],
    [6, 'PARTITION_KEY_ENCODING', undefined],
    [7, 'TAG_ENCODING', undefined],
  ]);
  assert.ok(refused.every((error) => error instanceof PushError && error instanceof Error));
  assert.equal(aggregator.userRecordCount, 2);
  assert.throws(() => aggregator.push('k', Buffer.alloc(2000)), { code: 'ERR_KINESIS_AGG_TOO_LARGE', limit: 1000 });
  aggregator.close({ discard: true });
});

test('a shard map predicts, judges and refuses', () => {
  const map = new ShardMap(TWO);
  assert.equal(map.predict('any', MIDDLE), 'shard-1');
  assert.equal(map.predict('any', '0'), 'shard-0');
  assert.deepEqual(map.openShards.map((it) => it.endingHashKey), [MIDDLE - 1n, LAST]);
  assert.throws(() => new ShardMap(TWO.slice(1)), { name: 'ShardMapError', code: 'ERR_KINESIS_AGG_SHARD_MAP' });
  assert.throws(() => new ShardMap([...TWO, TWO[0]]), { name: 'ShardMapError' });
  assert.throws(() => new ShardMap([{ ...TWO[0], endingHashKey: 'x' }]), /shard-0/);
  const listed = ShardMap.fromListShards(sample('list-shards'));
  assert.ok(listed.openShards.length > 0);
});

test('a shard map is fetched page by page', async () => {
  const shards = TWO.map(({ id, startingHashKey, endingHashKey }) => ({
    ShardId: id,
    HashKeyRange: { StartingHashKey: String(startingHashKey), EndingHashKey: String(endingHashKey) },
    SequenceNumberRange: { StartingSequenceNumber: '1' },
  }));
  const asked = [];
  const client = {
    async listShards(input) {
      asked.push(input);
      return input.NextToken ? { Shards: [shards[1]] } : { Shards: [shards[0]], NextToken: 't' };
    },
  };
  const map = await ShardMap.fetch(client, { StreamName: 's' });
  assert.equal(map.openShards.length, 2);
  assert.deepEqual(asked, [{ StreamName: 's' }, { NextToken: 't' }]);
});

test('by shard, aggregates reach beyond no shard, also after a split', () => {
  const one = new ShardMap([{ id: 'whole', startingHashKey: '0', endingHashKey: LAST }]);
  const aggregator = new ShardedAggregator('shard', one, { maxSize: 2000 });
  aggregator.pushMany(clicks(1000));
  const unsent = aggregator.finish();
  assert.ok(unsent.every((record) => aggregator.judge('whole', record) === 'delivered'));
  const two = new ShardMap(TWO);
  const cut = aggregator.updateShardMap(two, unsent);
  assert.equal(aggregator.shardMap, two);
  assert.ok(unsent.some((record) => two.judge('shard-0', record) === 'send-again'));
  for (const record of cut) {
    const shard = two.predict(record.partitionKey, record.explicitHashKey);
    assert.equal(two.judge(shard, record), 'delivered');
    const [low, high] = record.hashKeySpan;
    assert.equal(two.predict('', low), two.predict('', high));
  }
  assert.equal(text(cut).length, 1000);
  assert.equal(two.judge('other', cut[0]), 'unknown-shard');
});

test('every grouping hands out all', () => {
  const map = new ShardMap(TWO);
  const groupings = [['none'], ['hash-key'], ['shard', map], ['pinned', map], ['pinned', undefined, { pinnedTo: 5n }]];
  for (const [grouping, shardMap, options] of groupings) {
    const aggregator = new ShardedAggregator(grouping, shardMap, options);
    aggregator.pushMany(clicks(300));
    const read = text(aggregator.finish()).sort();
    assert.deepEqual(read, clicks(300).map(([key, data]) => [key, data.toString()]).sort());
  }
});

test('aggregates that waited long enough come out', () => {
  const aggregator = new ShardedAggregator();
  aggregator.push('old', Buffer.from('1'), { arrived: new Date(1000) });
  aggregator.push('new', Buffer.from('2'), { arrived: 3000 });
  assert.deepEqual(aggregator.finishArrivedBefore(2000).map((it) => it.partitionKey), ['old']);
  assert.deepEqual(aggregator.finish().map((it) => it.partitionKey), ['new']);
});

test('aggregate packs iterables, and throws behind what it took', async () => {
  const given = clicks(3000);
  const records = [...aggregate(given, { grouping: 'none', maxSize: 5000 })];
  assert.deepEqual(text(records), given.map(([key, data]) => [key, data.toString()]));
  const asynchronous = [];
  for await (const record of aggregateAsync((async function* () { yield* given; })(), { grouping: 'none', maxSize: 5000 })) {
    asynchronous.push(record);
  }
  assert.deepEqual(text(asynchronous), text(records));
  const taken = [];
  const bad = [...given.slice(0, 1500), ['', Buffer.from('')]];
  assert.throws(() => { for (const record of aggregate(bad)) taken.push(record); }, { recordIndex: 1500 });
  assert.equal(text(taken).length, 1500);
});

test('Lambda is told of the lowest sequence number that failed', async (context) => {
  context.mock.method(console, 'error', () => {});
  const record = (sequenceNumber, shard) => ({
    eventID: `${shard}:${sequenceNumber}`,
    kinesis: { partitionKey: 'p', sequenceNumber, data: Buffer.from(`data ${sequenceNumber}`).toString('base64') },
  });
  const event = { Records: [record('9', 'a'), record('10', 'a'), record('11', 'a'), record('8', 'b')] };
  const seen = [];
  const answer = await kinesisAgg.process(event, async (user) => {
    seen.push(user.sequenceNumber);
    if (user.sequenceNumber === '10') throw new Error('no');
  });
  assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: '10' }] });
  assert.deepEqual(seen, ['9', '10', '8']);
  assert.equal(console.error.mock.callCount(), 1);
  const failed = [...deaggregate(event)];
  const { batchItemFailures } = kinesisAgg.partialBatchResponse([...failed, ...failed]);
  assert.deepEqual(batchItemFailures.map((it) => it.itemIdentifier), ['8', '9', '10', '11']);
  assert.throws(() => kinesisAgg.partialBatchResponse([...deaggregate(Buffer.from('x'))]), TypeError);
});
