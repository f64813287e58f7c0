// What JavaScript packs is what the core packs, byte for byte, in size, and in what is
// refused: for user records and options made at random.
'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { Aggregator, ShardMap, ShardedAggregator, deaggregate } = require('kinesis-agg');
const { RecordAggregator } = require('kinesis-agg/aws-kinesis-agg');
const { aggregateOf } = require('./support.js');

// No part of the API: the core's `Aggregator` is fetched by its file.
const lib = path.join(path.dirname(require.resolve('kinesis-agg')), 'lib');
const native = require(path.join(lib, 'native.js'));
const { StagedPacker } = require(path.join(lib, 'staged-packer.js'));

/** Numbers that are the same at each run. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const LONG = 'k'.repeat(256);
const INNER = aggregateOf(['inner', Buffer.from('data')]);
const DAMAGED = Buffer.concat([INNER.subarray(0, -1), Buffer.from('x')]);
const TEXTS = ['a', '7', '__proto__', 'é', '漢字', '😀', 'é'.repeat(63), 'é'.repeat(64), 'x'.repeat(127),
  'x'.repeat(128), LONG, '😀'.repeat(256), 'half \ud800', '', `${LONG}k`, '😀'.repeat(257)];
const HASH_KEYS = ['0', '9', '01', '', '-1', 'x', '1e3', ' 1', '99999999999999999999999999999999999999',
  '340282366920938463463374607431768211455', '340282366920938463463374607431768211456', '9'.repeat(39), '9'.repeat(40)];
const TAGS = [[{ key: 'k', value: undefined }], [{ key: 'é'.repeat(100), value: '' }, { key: '', value: 'x'.repeat(200) }],
  [{ key: '\udc00', value: 'v' }]];
const LENGTHS = [0, 1, 15, 20, 21, 117, 118, 119, 120, 127, 128, 129, 900, 1000, 16_380, 16_384];

const pick = (next, list) => list[next(list.length)];

function userRecord(next) {
  const key = next(4) ? `key-${next(300)}` : pick(next, TEXTS);
  const data = next(20) ? Buffer.alloc(next(8) ? next(40) : pick(next, LENGTHS), next(256)) : pick(next, [INNER, DAMAGED]);
  const hashKey = next(5) ? undefined : next(2) ? String(next(1e9)) : pick(next, HASH_KEYS);
  return [key, data, hashKey, next(25) ? [] : pick(next, TAGS)];
}

function someOptions(next) {
  return {
    maxSize: pick(next, [1, 30, 100, 149, 300, 1000, 5000, 51_200, 1 << 20]),
    maxCount: pick(next, [undefined, undefined, 1, 2, 50]),
    outerPartitionKey: pick(next, ['first', 'kpl']),
    outerHashKey: next(3) > 0,
    frameSingles: next(3) === 0,
  };
}

const bare = (record) => [
  record.partitionKey, record.explicitHashKey, record.userRecordCount, record.isFramed, record.size,
  record.data.toString('hex'), record.hashKeySpan.map(String),
];
const coreBare = (record) => bare({
  partitionKey: record.partitionKey,
  explicitHashKey: record.explicitHashKey ?? undefined,
  userRecordCount: record.userRecordCount,
  isFramed: record.isFramed,
  size: record.size,
  data: record.data(),
  hashKeySpan: record.hashKeySpan,
});
const reason = ({ code, value, limit, message }) => [code, value ?? undefined, limit ?? undefined, message.replace(/^user record [0-9]+: /, '')];

function refusalOf(work) {
  try {
    work();
  } catch (error) {
    return reason(error);
  }
  return undefined;
}

test('an aggregator packs, refuses and measures as the core', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const next = random(seed);
    const options = someOptions(next);
    const ours = new Aggregator(options);
    const core = new native.Packer(options);
    const packer = new StagedPacker(options);
    const given = Array.from({ length: 1 + next(400) }, () => userRecord(next));
    const sealed = [[], [], [], []];
    const take = (name) => {
      sealed[0].push(...ours[name]().map(bare));
      sealed[1].push(...packer[name]().map(coreBare));
    };
    given.forEach(([key, data, hashKey, tags], place) => {
      const wellFormed = key.isWellFormed?.() ?? !/\p{Surrogate}/u.test(key);
      if (wellFormed && tags.length === 0) {
        assert.equal(ours.sizeAfter(key, data, { explicitHashKey: hashKey }), core.sizeAfter(key, data, hashKey));
      }
      const ourRefusal = refusalOf(() => ours.push(key, data, { explicitHashKey: hashKey, tags }));
      const theirs = packer.push(key, data, hashKey, tags);
      assert.deepEqual(ourRefusal, theirs && reason(theirs), `${seed}, ${place}`);
      if (!theirs) core.push(key, data, hashKey, tags);
      assert.equal(ours.size, core.size());
      assert.equal(ours.userRecordCount, packer.openUserRecords());
      assert.equal(ours.length, packer.openUserRecords() + packer.fullUserRecords());
      if (next(100) === 0) take(pick(next, ['seal', 'finish']));
      if (packer.openUserRecords() === 0) core.finish();
    });
    take('finish');
    assert.deepEqual(sealed[0], sealed[1], `${seed}`);
    packsMany(options, given, `${seed}`);
    packsMany(options, given.map(([key, data]) => [key, data]), `${seed}, plain`);
  }
});

/** Packs the same together, in lists of some length. */
function packsMany(options, given, which) {
  const many = new Aggregator(options);
  const staged = new StagedPacker(options);
  const length = 1 + (given.length >> 1);
  for (let start = 0; start < given.length; start += length) {
    const some = given.slice(start, start + length);
    const column = (place) => some.map((item) => item[place]);
    const { refused } = many.pushMany(some);
    const theirs = staged.pushMany({
      length: some.length,
      partitionKeys: column(0),
      data: column(1),
      explicitHashKeys: column(2),
      tags: column(3),
      at: (place) => [some[place][0], some[place][1], some[place][2], some[place][3] ?? []],
    });
    assert.deepEqual(refused.map(reason), theirs.map(reason), which);
    assert.deepEqual(refused.map(({ recordIndex }) => recordIndex), theirs.map(({ place }) => place), which);
    assert.equal(many.length, staged.openUserRecords() + staged.fullUserRecords(), which);
  }
  assert.deepEqual(many.finish().map(bare), staged.finish().map(coreBare), which);
}

test('the drop-in packs as the core', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const next = random(seed);
    const packer = new StagedPacker({ maxSize: 5000, outerPartitionKey: 'first', outerHashKey: false, frameSingles: true });
    const ours = [];
    const aggregator = new RecordAggregator((error, record) => ours.push(error ?? record.data.toString('hex')));
    aggregator.setMaxSize(5000);
    for (let number = 0; number < 300; number++) {
      const [partitionKey, data, explicitHashKey] = userRecord(next);
      if (data.length === 0 || data.length > 3000) continue;
      if (packer.push(partitionKey, data, explicitHashKey, []) !== undefined) continue;
      const more = aggregator.calculateUserRecordSize({ partitionKey, data, explicitHashKey });
      const before = aggregator.totalBytes;
      const fits = aggregator.checkIfUserRecordFits({ partitionKey, data, explicitHashKey });
      aggregator.aggregateRecords([{ partitionKey, data, explicitHashKey }], false);
      if (fits) assert.equal(aggregator.totalBytes, before + more);
      assert.equal(aggregator.length(), packer.openUserRecords());
    }
    aggregator.flushBufferedRecords();
    assert.deepEqual(ours, packer.finish().map((record) => record.data().toString('hex')));
  }
});

test('a record whose data was changed is no record to be judged', () => {
  const aggregator = new Aggregator();
  aggregator.pushMany([['a', Buffer.from('1')], ['b', Buffer.from('2')]]);
  const [record] = aggregator.finish();
  const map = new ShardMap([{ id: 'whole', startingHashKey: 0n, endingHashKey: (1n << 128n) - 1n }]);
  const size = record.data.length;
  record.data[size - 1] ^= 1;
  assert.throws(() => map.judge('whole', record), { name: 'KinesisAggError', code: 'ERR_KINESIS_AGG_CHANGED_RECORD' });
  assert.throws(() => record.hashKeySpan, { code: 'ERR_KINESIS_AGG_CHANGED_RECORD' });
  record.data[size - 1] ^= 1;
  assert.equal(map.judge('whole', record), 'delivered');
});

test('an aggregate whose data was changed is not cut: it is an error, or goes as it was', () => {
  const last = (1n << 128n) - 1n;
  const whole = new ShardMap([{ id: 'whole', startingHashKey: 0n, endingHashKey: last }]);
  const halves = new ShardMap([
    { id: 'lower', startingHashKey: 0n, endingHashKey: last >> 1n },
    { id: 'upper', startingHashKey: (last >> 1n) + 1n, endingHashKey: last },
  ]);
  const keys = Array.from({ length: 20 }, (_, number) => `key-${number}`);
  for (const isJudged of [false, true]) {
    for (const Packing of [Aggregator, ShardedAggregator]) {
      const packing = Packing === Aggregator ? new Packing() : new Packing('shard', whole);
      packing.pushMany(keys.map((key) => [key, Buffer.from(key)]));
      const records = packing.finish();
      if (isJudged) assert.equal(whole.judge('whole', records[0]), 'delivered');
      const sharded = new ShardedAggregator('shard', whole);
      records[0].data[8] ^= 1;
      let cut;
      try {
        cut = sharded.updateShardMap(halves, records);
      } catch (error) {
        assert.equal(error.code, 'ERR_KINESIS_AGG_CHANGED_RECORD');
        records[0].data[8] ^= 1;
        cut = sharded.updateShardMap(halves, records);
      }
      cut.push(...sharded.finish());
      const read = cut.flatMap((record) => [...deaggregate(record.toPutRecordsEntry())]);
      assert.deepEqual(read.map((user) => user.partitionKey).sort(), [...keys].sort());
    }
  }
});

test('what is done to data behind a push changes nothing', () => {
  const aggregator = new Aggregator();
  const data = Buffer.from('click');
  aggregator.push('a', data);
  aggregator.pushMany([['b', data]]);
  const [expected] = aggregator.finish();
  aggregator.push('a', data);
  aggregator.pushMany([['b', data]]);
  data.fill(0);
  assert.deepEqual(aggregator.finish()[0].data, expected.data);
});

test('memory that is taken away while others are looked at is a TypeError, and loses nothing', () => {
  const lose = (data) => void structuredClone(data.buffer, { transfer: [data.buffer] });
  for (const aggregator of [new Aggregator(), new ShardedAggregator('none')]) {
    aggregator.push('kept', Buffer.from('1'));
    const gone = new Uint8Array(100);
    const other = { partitionKey: 'other', get data() { lose(gone); return Buffer.from('2'); } };
    assert.throws(() => aggregator.pushMany([['gone', gone], other]), TypeError);
    const late = new Uint8Array(100);
    assert.throws(() => aggregator.push('late', late, { get explicitHashKey() { lose(late); return 1n; } }), TypeError);
    assert.equal(aggregator.length, 1);
    assert.equal(aggregator.finish()[0].data.toString(), '1');
  }
  const aggregator = new RecordAggregator();
  aggregator.addUserRecord({ partitionKey: 'kept', data: '1' });
  const before = aggregator.totalBytes;
  const gone = new Uint8Array(100);
  const record = { data: gone, get partitionKey() { lose(gone); return 'gone'; } };
  assert.throws(() => aggregator.addUserRecord(record), TypeError);
  assert.equal(aggregator.totalBytes, before);
  aggregator.addUserRecord({ partitionKey: 'next', data: '2' });
  assert.deepEqual([...deaggregate(aggregator.build().data)].map((it) => it.partitionKey), ['kept', 'next']);
});
