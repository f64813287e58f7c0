// A thread that packs and takes apart, and says how many user records it saw.
'use strict';

const { parentPort, workerData } = require('node:worker_threads');
const { Aggregator, deaggregate } = require('kinesis-agg');

const { seed, count } = workerData;
const aggregator = new Aggregator({ maxSize: 10_000 });
let seen = 0;
const read = (records) => {
  for (const user of deaggregate(records.map((record) => record.data))) {
    if (user.data.toString() === `${seed}:${user.partitionKey}`) seen++;
  }
};
for (let number = 0; number < count; number++) {
  if (aggregator.push(`${number}`, Buffer.from(`${seed}:${number}`))) read(aggregator.seal());
}
read(aggregator.finish());
parentPort.postMessage(seen);
