// A Firehose transformation in front of which somebody put aggregates: each record comes
// out once, its user records as lines. Firehose asks for one answer a record.
//
//   node firehose.js ../data/firehose-event.json
'use strict';

const { deaggregate } = require('kinesis-agg');

exports.handler = async ({ records }) => {
  const lines = records.map(() => []);
  for (const user of deaggregate(records)) lines[user.recordIndex].push(user.data);
  return { records: records.map(({ recordId }, place) => answer(recordId, lines[place])) };
};

function answer(recordId, parts) {
  const data = Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]));
  return { recordId, result: 'Ok', data: data.toString('base64') };
}

/** What Firehose does. */
async function main(file) {
  const event = JSON.parse(require('node:fs').readFileSync(file, 'utf8'));
  const { records } = await exports.handler(event);
  for (const { recordId, data } of records) {
    console.log('%s:\n%s', recordId, Buffer.from(data, 'base64').toString());
  }
}

if (require.main === module) main(process.argv[2]);
