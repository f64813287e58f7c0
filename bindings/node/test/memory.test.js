// Memory stays flat however many user records go through, and what nobody holds goes soon.
//
//   node --expose-gc test/memory.test.js 10000000
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Aggregator, PushError, ShardMap, ShardedAggregator, deaggregate } = require('kinesis-agg');

const COUNT = Number(process.argv[2] ?? 300_000);
const TOGETHER = 10_000;
const MIB = 1 << 20;

const LAST = (1n << 128n) - 1n;
const whole = new ShardMap([{ id: 'whole', startingHashKey: 0n, endingHashKey: LAST }]);
const halves = new ShardMap([
  { id: 'lower', startingHashKey: 0n, endingHashKey: LAST / 2n },
  { id: 'upper', startingHashKey: LAST / 2n + 1n, endingHashKey: LAST },
]);

/** How many user records come out of these Kinesis records, as they went in. */
function readAll(records) {
  let read = 0;
  const entries = records.map((record) => record.toPutRecordsEntry());
  for (const user of deaggregate(entries)) read += user.data.length === 100 && user.partitionKey !== '';
  return read;
}

/** The shard splits while records wait: the first has arrived, the others are cut. */
function split(aggregator) {
  const [first, ...unsent] = aggregator.finish();
  assert.equal(aggregator.judge('whole', first), 'delivered');
  return [first, ...aggregator.updateShardMap(halves, unsent), ...aggregator.finish()];
}

/** One turn packs in JavaScript, one in the core. */
function pass(from, count) {
  const isSharded = (from / TOGETHER) % 2 === 1;
  const options = { maxSize: 51_200 };
  const aggregator = isSharded ? new ShardedAggregator('shard', whole, options) : new Aggregator(options);
  const data = Buffer.alloc(100, 1);
  aggregator.pushMany(Array.from({ length: count }, (_, number) => [`key-${from + number}`, data]));
  assert.throws(() => aggregator.push('', data), PushError);
  const records = isSharded ? split(aggregator) : aggregator.finish();
  const damaged = Buffer.from(records[0].data);
  damaged[10] ^= 1;
  assert.equal(deaggregate(damaged).reports[0].userRecords, 1);
  return readAll(records);
}

function resident() {
  global.gc();
  return process.memoryUsage().rss;
}

test(`${COUNT} user records leave no memory behind`, async () => {
  let read = 0;
  let warm = 0;
  let before = 0;
  while (read < COUNT) {
    read += pass(read, Math.min(TOGETHER, COUNT - read));
    // Finalizers run between turns.
    await new Promise(setImmediate);
    if (warm === 0 && read >= Math.min(1_000_000, COUNT / 3)) {
      warm = read;
      before = resident();
    }
  }
  const after = resident();
  const mib = (bytes) => (bytes / MIB).toFixed(1);
  console.log(
    `${read} user records, resident ${mib(before)} MiB after the first ${warm}, ${mib(after)} MiB at the end`,
  );
  assert.equal(read, COUNT);
  assert.ok(after - before < 50 * MIB);
});

test('a young collection frees the aggregates that nobody holds', () => {
  const data = Buffer.alloc(100, 1);
  const held = () => process.memoryUsage().arrayBuffers;
  let made = 0;
  const round = () => {
    const aggregator = new Aggregator({ maxSize: 51_200 });
    aggregator.pushMany(Array.from({ length: TOGETHER }, (_, number) => [`key-${number}`, data]));
    const records = aggregator.finish();
    // They live through one collection, and not the next.
    global.gc({ type: 'minor' });
    for (const record of records) made += record.size;
  };
  // What lives on is old by then.
  for (let turn = 0; turn < 10; turn++) round();
  const before = held();
  made = 0;
  for (let turn = 0; turn < 20; turn++) round();
  global.gc({ type: 'minor' });
  assert.ok(made > 20 * MIB, `${made} bytes`);
  assert.ok(held() - before < made / 4, `${held() - before} of ${made} bytes are held`);
});
