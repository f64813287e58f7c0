// Memory stays flat however many user records go through.
//
//   node --expose-gc test/memory.test.js 10000000
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Aggregator, deaggregate } = require('kinesis-agg');

const COUNT = Number(process.argv[2] ?? 300_000);
const TOGETHER = 10_000;
const MIB = 1 << 20;

function pass(from, count) {
  const aggregator = new Aggregator({ maxSize: 51_200 });
  const data = Buffer.alloc(100, 1);
  aggregator.pushMany(Array.from({ length: count }, (_, number) => [`key-${from + number}`, data]));
  const records = aggregator.finish().map((record) => record.toPutRecordsEntry());
  let read = 0;
  for (const user of deaggregate(records)) read += user.data.length === 100 && user.partitionKey !== '';
  return read;
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
