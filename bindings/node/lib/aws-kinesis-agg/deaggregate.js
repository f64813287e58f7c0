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

const asIs = (record) => record;

/** What is known of a Kinesis record before any user record is made. */
function open(kinesisRecord, computeChecksums) {
  const upper = isUpperCase(kinesisRecord);
  const record = upper ? lowerCase(kinesisRecord) : kinesisRecord;
  const blob = blobOf(record.data);
  const table = new Table(read(blob, computeChecksums), [blob], []);
  return {
    record,
    /** Into the casing that the record has. */
    cased: upper ? upperCase : asIs,
    userRecords: table.isAggregate(0) ? new UserRecords(table, record) : undefined,
    /** What is wrong with one that begins like an aggregate and is none. */
    damage: table.reasons.has(0) ? errorOf(table.report(0)) : undefined,
  };
}

/** The user records of an aggregate, one after the other. */
class UserRecords {
  #inside;
  #base64;
  #sequenceNumber;
  #number = 0;

  constructor(table, { sequenceNumber }) {
    this.count = table.kept(0);
    this.#inside = table.inside(0);
    this.#base64 = new Base64(table.blobs[0], table.words);
    this.#sequenceNumber = sequenceNumber;
  }

  next() {
    const number = this.#number++;
    return {
      partitionKey: this.#inside.partitionKey(number),
      explicitPartitionKey: this.#inside.explicitHashKey(number),
      sequenceNumber: this.#sequenceNumber,
      subSequenceNumber: number,
      data: this.#base64.next(this.#inside.dataLength(number)),
    };
  }

  all() {
    const all = new Array(this.count);
    for (let number = 0; number < this.count; number++) all[number] = this.next();
    return all;
  }
}

/** Calls `perRecordCallback` with each user record, then `afterRecordCallback` once.
 *
 * A record that is no aggregate is handed on as it is, without subSequenceNumber. One
 * that begins like an aggregate and is damaged is an error for `afterRecordCallback`. */
function deaggregate(kinesisRecord, computeChecksums, perRecordCallback, afterRecordCallback) {
  const { record, cased, userRecords, damage } = open(kinesisRecord, computeChecksums);
  if (damage !== undefined) return afterRecordCallback(damage);
  if (userRecords === undefined) {
    perRecordCallback(null, cased(plain(record)));
  } else {
    handOut(userRecords, record, cased, perRecordCallback, afterRecordCallback);
  }
  afterRecordCallback();
}

/** A callback that throws is told of by `afterRecordCallback`, with the place where. */
function handOut(userRecords, record, cased, perRecordCallback, afterRecordCallback) {
  for (let number = 0; number < userRecords.count; number++) {
    try {
      perRecordCallback(null, cased(userRecords.next()));
    } catch (error) {
      const failed = { ...plain(record), subSequenceNumber: number };
      afterRecordCallback(error, cased(failed));
    }
  }
}

/** Calls `afterRecordCallback` with an error, or with all user records. */
function deaggregateSync(kinesisRecord, computeChecksums, afterRecordCallback) {
  const { record, cased, userRecords, damage } = open(kinesisRecord, computeChecksums);
  if (damage !== undefined) return afterRecordCallback(damage, []);
  const all = userRecords === undefined ? [plain(record)] : userRecords.all();
  afterRecordCallback(undefined, cased === asIs ? all : all.map(cased));
}

function plain({ partitionKey, explicitPartitionKey, sequenceNumber, data }) {
  return { partitionKey, explicitPartitionKey, sequenceNumber, data };
}

function errorOf({ status, reason, offset }) {
  const error = new Error(status === 'checksum' ? 'Invalid record checksum' : reason);
  error.code = 'ERR_KINESIS_AGG_MALFORMED_RECORD';
  if (offset !== undefined) error.offset = offset;
  return error;
}

module.exports = { deaggregate, deaggregateSync };
