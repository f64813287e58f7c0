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
/** So many bytes of data are pushed, and what is full is sealed. */
const TOGETHER = 16 * LIMIT;
/** So many user records go into a list at most: a young collection copies long ones. */
const LIST = 1024;
/** The corpus in batches of so many bytes, each of several lists. */
let batches;

/** All records together, as after GetRecords. */
function read(records, visit) {
  const data = records.map((record) => record.data);
  for (const user of deaggregate(data)) visit(user.partitionKey, user.data);
}

function cut(users) {
  const batches = [];
  let size = TOGETHER;
  for (const user of users) {
    if (size >= TOGETHER) {
      batches.push([[]]);
      size = 0;
    }
    const lists = batches.at(-1);
    if (lists.at(-1).length === LIST) lists.push([]);
    lists.at(-1).push(user);
    size += user.data.length;
  }
  return batches;
}

function write(users, visit) {
  batches ??= cut(users);
  const aggregator = new Aggregator({ maxSize: LIMIT });
  const send = (records) => records.forEach((record) => visit(record.partitionKey, record.data));
  for (const lists of batches) {
    for (const list of lists) aggregator.pushMany(list);
    send(aggregator.seal());
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
