// Deaggregates one Kinesis record, with callbacks.
'use strict';

const native = require('../native.js');
const { InternalError } = require('../errors.js');
const { bytes } = require('../values.js');
const { Table } = require('../table.js');
const { Base64 } = require('./base64.js');
const { isUpperCase, lowerCase, upperCase } = require('./records.js');

let readers = {};

/** Looks at the blob; checksums are verified unless `computeChecksums` is false. */
function read(blob, computeChecksums) {
  const verify = computeChecksums !== false;
  readers[verify] ??= new native.Reader(undefined, 'keep-all', verify);
  try {
    return readers[verify].read([blob]);
  } catch (error) {
    // It has panicked, and what it was doing is half done.
    readers = {};
    throw new InternalError(error);
  }
}

function blobOf(data) {
  return typeof data === 'string' ? Buffer.from(data, 'base64') : bytes('data', data);
}

/** Calls `perRecordCallback` with each user record, then `afterRecordCallback` once.
 *
 * A record that is no aggregate is handed on as it is, without subSequenceNumber. One
 * that begins like an aggregate and is damaged is an error for `afterRecordCallback`. */
function deaggregate(kinesisRecord, computeChecksums, perRecordCallback, afterRecordCallback) {
  const upper = isUpperCase(kinesisRecord);
  const record = upper ? lowerCase(kinesisRecord) : kinesisRecord;
  const blob = blobOf(record.data);
  const table = new Table(read(blob, computeChecksums), [blob], []);
  const cased = upper ? upperCase : (given) => given;
  if (table.isAggregate(0)) {
    return handOut(table, record, cased, perRecordCallback, afterRecordCallback);
  }
  const reason = table.reasons.get(0);
  if (reason !== undefined) return afterRecordCallback(damage(table.report(0)));
  perRecordCallback(null, cased(plain(record)));
  afterRecordCallback();
}

function plain({ partitionKey, explicitPartitionKey, sequenceNumber, data }) {
  return { partitionKey, explicitPartitionKey, sequenceNumber, data };
}

/** A callback that throws is told of by `afterRecordCallback`, with the place where. */
function handOut(table, record, cased, perRecordCallback, afterRecordCallback) {
  const count = table.kept(0);
  const inside = table.inside(0);
  const base64 = new Base64(table.blobs[0], table.words);
  for (let number = 0; number < count; number++) {
    try {
      perRecordCallback(null, cased(userRecord(inside, number, base64, record)));
    } catch (error) {
      const failed = { ...plain(record), subSequenceNumber: number };
      afterRecordCallback(error, cased(failed));
    }
  }
  afterRecordCallback();
}

function userRecord(inside, number, base64, { sequenceNumber }) {
  return {
    partitionKey: inside.partitionKey(number),
    explicitPartitionKey: inside.explicitHashKey(number),
    sequenceNumber,
    subSequenceNumber: number,
    data: base64.next(inside.dataLength(number)),
  };
}

function damage({ status, reason, offset }) {
  const error = new Error(status === 'checksum' ? 'Invalid record checksum' : reason);
  error.code = 'ERR_KINESIS_AGG_MALFORMED_RECORD';
  if (offset !== undefined) error.offset = offset;
  return error;
}

/** Calls `afterRecordCallback` with an error, or with all user records. */
function deaggregateSync(kinesisRecord, computeChecksums, afterRecordCallback) {
  const userRecords = [];
  const collect = (error, userRecord) => userRecords.push(userRecord);
  deaggregate(kinesisRecord, computeChecksums, collect, (error) => {
    afterRecordCallback(error, userRecords);
  });
}

module.exports = { deaggregate, deaggregateSync };
