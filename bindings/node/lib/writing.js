// Packs user records in one go.
'use strict';

const { ShardedAggregator } = require('./aggregators.js');
const { wrongType } = require('./values.js');

/** How many user records are pushed together. */
const TOGETHER = 1024;

function aggregatorFor({ grouping, shardMap, ...options } = {}) {
  return new ShardedAggregator(grouping, shardMap, options);
}

/** Packs user records, and hands out Kinesis records as they get full. */
function aggregate(userRecords, options) {
  if (typeof userRecords?.[Symbol.iterator] !== 'function') {
    throw wrongType('the user records', 'an iterable', userRecords);
  }
  return packed(aggregatorFor(options), userRecords);
}

function* packed(aggregator, userRecords) {
  let before = 0;
  let together = [];
  for (const userRecord of userRecords) {
    if (together.push(userRecord) < TOGETHER) continue;
    yield* pushed(aggregator, together, before);
    before += together.length;
    together = [];
  }
  yield* pushed(aggregator, together, before);
  yield* aggregator.finish();
}

/** The same of an asynchronous iterable. */
function aggregateAsync(userRecords, options) {
  if (typeof (userRecords?.[Symbol.asyncIterator] ?? userRecords?.[Symbol.iterator]) !== 'function') {
    throw wrongType('the user records', 'an asynchronous iterable', userRecords);
  }
  return packedAsync(aggregatorFor(options), userRecords);
}

async function* packedAsync(aggregator, userRecords) {
  let place = 0;
  for await (const userRecord of userRecords) yield* pushed(aggregator, [userRecord], place++);
  yield* aggregator.finish();
}

/** What got full. One that is refused is thrown behind all that came before it. */
function* pushed(aggregator, userRecords, before) {
  const { full, refused } = aggregator.pushMany(userRecords);
  if (refused.length > 0) {
    yield* aggregator.finish();
    refused[0].recordIndex += before;
    throw refused[0];
  }
  if (full) yield* aggregator.seal();
}

module.exports = { aggregate, aggregateAsync };
