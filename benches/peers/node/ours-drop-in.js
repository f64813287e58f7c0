// The Node.js peer kinesis-agg/aws-kinesis-agg, this project's drop-in: what `peer.js`
// does with the original. README.md beside this folder has the protocol.
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');
const { serve } = require('./protocol.js');

const [what, file, modules] = process.argv.slice(2);
const library = createRequire(path.join(modules, 'package.json'));
const kpl = library('kinesis-agg/aws-kinesis-agg');

const LIMIT = 51200;
/** What surrounds a user record: tags, lengths, an index. */
const AROUND = 32;

/** The data of user records comes out in base64, whatever went in. */
function read(records, visit) {
  for (const record of records) {
    kpl.deaggregateSync(record, true, (error, users) => {
      if (error) throw error;
      for (const user of users) visit(user.partitionKey, user.data);
    });
  }
}

function write(users, visit) {
  const aggregator = new kpl.RecordAggregator((error, aggregated) => {
    if (error) throw error;
    visit(aggregated.partitionKey, aggregated.data);
  });
  for (const user of users) {
    const more = user.partitionKey.length + user.data.length + AROUND;
    if (aggregator.length() > 0 && aggregator.totalBytes + more > LIMIT) {
      aggregator.flushBufferedRecords();
    }
    aggregator.aggregateRecords([user], false);
  }
  if (aggregator.length() > 0) aggregator.flushBufferedRecords();
}

serve({
  file,
  work: what === 'deaggregate' ? read : write,
  counts: what === 'deaggregate',
  bytes: (data) => (what === 'deaggregate' ? Buffer.from(data, 'base64') : data),
  about: {
    version: library('kinesis-agg/package.json').version,
    runtime: `Node.js ${process.versions.node}`,
    with: 'no protobuf library',
  },
});
