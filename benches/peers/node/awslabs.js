// What a program does with the functions of aws-kinesis-agg: deaggregate and aggregate.
// The same for the original, in `peer.js`, and for what takes its place, in
// `ours-drop-in.js`.
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');
const { serve } = require('./protocol.js');

const [what, file, modules] = process.argv.slice(2);
/** Requires from the folder that npm installed into. */
const library = createRequire(path.join(modules, 'package.json'));

/** The limit of an aggregate. Its own is 1 MiB and fixed; a caller that flushes can keep
 * another. */
const LIMIT = 51200;

/** What surrounds a user record: tags, lengths, an index. */
const AROUND = 32;

/** The data of user records comes out in base64, whatever went in. */
function read(kpl, records, visit) {
  for (const record of records) {
    kpl.deaggregateSync(record, true, (error, users) => {
      if (error) throw error;
      for (const user of users) visit(user.partitionKey, user.data);
    });
  }
}

function write(kpl, users, visit) {
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

/** Serves with the module of that name. */
function serveWith(name, about) {
  const kpl = library(name);
  const deaggregates = what === 'deaggregate';
  const work = deaggregates ? read : write;
  serve({
    file,
    work: (records, visit) => work(kpl, records, visit),
    counts: deaggregates,
    bytes: (data) => (deaggregates ? Buffer.from(data, 'base64') : data),
    about: { runtime: `Node.js ${process.versions.node}`, ...about },
  });
}

module.exports = { library, serveWith };
