// The Node.js peer kinesis-agg, this project's own: deaggregate and aggregate.
// README.md beside this folder has the protocol.
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');
const { serve } = require('./protocol.js');

const [what, file, modules] = process.argv.slice(2);
const library = createRequire(path.join(modules, 'package.json'));
const { Aggregator, deaggregate } = library('kinesis-agg');

const LIMIT = 51200;
/** How many user records are handed over together, and how often what is full is sealed
 * together. */
const TOGETHER = 1024;
const SEALED = 8192;

/** All records together, as after GetRecords. */
function read(records, visit) {
  const data = records.map((record) => record.data);
  for (const user of deaggregate(data)) visit(user.partitionKey, user.data);
}

function write(users, visit) {
  const aggregator = new Aggregator({ maxSize: LIMIT });
  const send = (records) => records.forEach((record) => visit(record.partitionKey, record.data));
  for (let from = 0; from < users.length; from += TOGETHER) {
    aggregator.pushMany(users.slice(from, from + TOGETHER));
    if (from % SEALED === 0) send(aggregator.seal());
  }
  send(aggregator.finish());
}

serve({
  file,
  work: what === 'deaggregate' ? read : write,
  counts: what === 'deaggregate',
  bytes: (data) => data,
  about: {
    version: library('kinesis-agg/package.json').version,
    runtime: `Node.js ${process.versions.node}`,
    with: 'no protobuf library',
  },
});
