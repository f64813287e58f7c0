'use strict';

const { readFileSync } = require('node:fs');
const { deaggregate } = require('kinesis-agg');

for (const user of deaggregate(readFileSync(0))) {
  console.log(`${user.partitionKey}: ${user.data.length} bytes`);
}
