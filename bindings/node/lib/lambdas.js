// What a Lambda function answers to a batch of a Kinesis stream.
//
// Needs ReportBatchItemFailures in the event source mapping: then Lambda goes on with
// the lowest sequence number of the answer.
'use strict';

const { deaggregate } = require('./reading.js');

/** Calls `handler` with each user record of a Lambda event, in their order, and returns
 * the function's answer.
 *
 * Where it throws or rejects, that is logged, and the Kinesis record is reported: Lambda
 * sends it and all behind it again, so nothing more of its shard is handled. */
async function process(event, handler) {
  const failed = [];
  const stopped = new Set();
  for (const userRecord of deaggregate(event)) {
    const shard = String(userRecord.record.eventID ?? '').split(':')[0];
    if (stopped.has(shard)) continue;
    try {
      await handler(userRecord);
    } catch (error) {
      console.error('a user record failed, sequence number %s:', userRecord.sequenceNumber, error);
      stopped.add(shard);
      failed.push(userRecord);
    }
  }
  return partialBatchResponse(failed);
}

/** The answer of a function that these user records failed in: the sequence numbers of
 * their Kinesis records, each once, the lowest first. */
function partialBatchResponse(failed) {
  const numbers = new Set(Array.from(failed, sequenceNumber));
  const sorted = [...numbers].sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1));
  return { batchItemFailures: sorted.map((itemIdentifier) => ({ itemIdentifier })) };
}

function sequenceNumber(userRecord) {
  if (userRecord?.sequenceNumber !== undefined) return userRecord.sequenceNumber;
  throw new TypeError('a user record of no Lambda event has no sequence number');
}

module.exports = { partialBatchResponse, process };
