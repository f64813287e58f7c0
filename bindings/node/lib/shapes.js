// The shapes that Kinesis records come in, and their data and keys.
//
// Knows names of fields alone; what is in the data is for the core to say.
//
//   Buffer, Uint8Array  the data
//   SDK v3, v2          { Data, PartitionKey, SequenceNumber }
//   Lambda              { kinesis: { data: base64, partitionKey, sequenceNumber } }
//   Firehose            { recordId, data: base64, kinesisRecordMetadata }
//   Analytics           { recordId, data: base64, kinesisStreamRecordMetadata }
//   EventBridge Pipes   { data: base64, partitionKey, sequenceNumber }
//
//   { Records: [...] }, { records: [...] }, any iterable: many of them
'use strict';

const { MalformedRecordError } = require('./errors.js');
const { bytes, wrongType } = require('./values.js');

const UPPER = ['Data', 'PartitionKey', 'ExplicitHashKey', 'SequenceNumber'];
const LOWER = ['data', 'partitionKey', 'explicitHashKey', 'sequenceNumber'];

/** Where a record of a Firehose transformation or of Analytics has its keys. */
const METADATA = ['kinesisRecordMetadata', 'kinesisStreamRecordMetadata'];

/** The data of each record, and each record with its keys as it was given. */
function split(records) {
  const blobs = [];
  const sources = [];
  for (const record of listed(records)) {
    const source = sourceOf(blobs.length, record);
    blobs.push(source.data);
    sources.push(source);
  }
  return { blobs, sources };
}

/** Many records, or one as a list. */
function listed(records) {
  if (records === null || typeof records !== 'object') {
    throw wrongType('what is to be read', 'a record or an iterable of records', records);
  }
  if (ArrayBuffer.isView(records) || isMemory(records)) return [records];
  const many = records[Symbol.iterator] ? records : records.Records ?? records.records;
  return many === undefined ? [records] : many;
}

const isMemory = (value) => value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;

/** The data of a record, and its keys. */
function sourceOf(index, record) {
  if (record === null || typeof record !== 'object') {
    throw wrongType(`record ${index}`, 'a record or its data', record);
  }
  if (ArrayBuffer.isView(record) || isMemory(record)) {
    return { record, data: bytes(`record ${index}`, record) };
  }
  if (record.Data !== undefined) return ofFields(index, record, record, UPPER);
  return ofFields(index, record, nested(record), LOWER);
}

function ofFields(index, record, fields, [data, partitionKey, explicitHashKey, sequenceNumber]) {
  const found = fields[data];
  if (found === undefined || found === null) {
    const reason = 'no record of Kinesis, Lambda, Firehose or Analytics';
    throw new MalformedRecordError(reason, index);
  }
  return {
    record,
    data: typeof found === 'string' ? decoded(index, found) : bytes(`data of record ${index}`, found),
    partitionKey: text(index, partitionKey, fields[partitionKey]),
    explicitHashKey: text(index, explicitHashKey, fields[explicitHashKey]),
    sequenceNumber: text(index, sequenceNumber, fields[sequenceNumber]),
  };
}

function text(index, name, value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(`${name} of record ${index}`, 'a string', value);
  return value;
}

/** The part of a record of Lambda that has its data and its keys. */
function nested(record) {
  if (record.kinesis) return record.kinesis;
  const name = METADATA.find((name) => record[name]);
  return name ? { ...record[name], data: record.data } : record;
}

/** The bytes of base64. What is none would be skipped: then there are too few. */
function decoded(index, base64) {
  const data = Buffer.from(base64, 'base64');
  if (data.length === bytesOf(base64) || data.length === bytesOf(base64.replace(/\s/g, ''))) {
    return data;
  }
  throw new MalformedRecordError('data is no base64', index);
}

function bytesOf(base64) {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor(((base64.length - padding) * 3) / 4);
}

module.exports = { split };
