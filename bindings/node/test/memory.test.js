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

function pass(from) {
  const aggregator = new Aggregator({ maxSize: 51_200 });
  const data = Buffer.alloc(100, 1);
  aggregator.pushMany(Array.from({ length: TOGETHER }, (_, number) => [`key-${from + number}`, data]));
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
  let before = 0;
  for (let from = 0; from < COUNT; from += TOGETHER) {
    read += pass(from);
    // Finalizers run between turns.
    await new Promise(setImmediate);
    if (from === 100_000) before = resident();
  }
  assert.equal(read, COUNT);
  const grown = (resident() - before) / MIB;
  console.log(`${COUNT} user records, ${Math.round(before / MIB)} MiB, grown by ${Math.round(grown)} MiB`);
  assert.ok(grown < 50, `grown by ${grown} MiB`);
});
