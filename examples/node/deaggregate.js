// A Lambda function on a Kinesis stream: each user record handled once, and a partial
// batch response. The event source mapping needs ReportBatchItemFailures.
//
//   node deaggregate.js ../data/lambda-event.json
'use strict';

const { process: processEvent } = require('kinesis-agg');

exports.handler = (event) =>
  processEvent(event, async (user) => {
    console.log('%s/%d %s: %s', user.sequenceNumber, user.subSequenceNumber, user.partitionKey, user.data);
  });

/** What Lambda does. */
async function main(file) {
  const event = JSON.parse(require('node:fs').readFileSync(file, 'utf8'));
  console.log(JSON.stringify(await exports.handler(event)));
}

if (require.main === module) main(process.argv[2]);
