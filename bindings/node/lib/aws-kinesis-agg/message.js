// The message of an aggregate, written field by field.
//
//   1  partition key, again and again
//   2  explicit hash key, again and again
//   3  record: 1 index of its partition key, 2 index of its explicit hash key, 3 data
//
// Explicit hash keys are text here, whatever they hold: aws-kinesis-agg asks no more.
'use strict';

const native = require('../native.js');

const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
/** Bytes around the message: the magic before, the checksum behind. */
const AROUND = 20;

const PARTITION_KEY = 0x0a;
const EXPLICIT_HASH_KEY = 0x12;
const RECORD = 0x1a;
const INDEX = 0x08;
const HASH_KEY_INDEX = 0x10;
const DATA = 0x1a;

/** How many bytes a number takes as a varint. */
function varintSize(number) {
  let size = 1;
  for (let left = number; left >= 0x80; left = Math.floor(left / 0x80)) size++;
  return size;
}

/** The size of a field of so many bytes, with its tag and its length. */
const fieldSize = (length) => 1 + varintSize(length) + length;

/** The size of what is in the field of a record; the index -1 is none. */
function recordSize(keyIndex, hashKeyIndex, dataLength) {
  const explicit = hashKeyIndex < 0 ? 0 : 1 + varintSize(hashKeyIndex);
  return 1 + varintSize(keyIndex) + explicit + fieldSize(dataLength);
}

class Writer {
  constructor(size) {
    this.bytes = Buffer.allocUnsafe(size);
    this.at = MAGIC.copy(this.bytes);
  }

  varint(tag, number) {
    this.bytes[this.at++] = tag;
    let left = number;
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.bytes[this.at++] = (left & 0x7f) | 0x80;
    this.bytes[this.at++] = left;
  }

  text(tag, text, length) {
    this.varint(tag, length);
    this.at += this.bytes.write(text, this.at, 'utf8');
  }

  data(tag, data) {
    this.varint(tag, data.length);
    this.bytes.set(data, this.at);
    this.at += data.length;
  }

  record({ keyIndex, hashKeyIndex, data }) {
    this.varint(RECORD, recordSize(keyIndex, hashKeyIndex, data.length));
    this.varint(INDEX, keyIndex);
    if (hashKeyIndex >= 0) this.varint(HASH_KEY_INDEX, hashKeyIndex);
    this.data(DATA, data);
  }

  /** The frame: all that was written, and its checksum. */
  sealed() {
    const message = this.bytes.subarray(MAGIC.length, this.at);
    native.md5(message).copy(this.bytes, this.at);
    return this.bytes;
  }
}

/** The data of an aggregate. `size` is that of its message, exact. */
function encode(partitionKeys, explicitHashKeys, records, size) {
  const writer = new Writer(size + AROUND);
  for (const key of partitionKeys) writer.text(PARTITION_KEY, key, Buffer.byteLength(key));
  for (const key of explicitHashKeys) writer.text(EXPLICIT_HASH_KEY, key, Buffer.byteLength(key));
  for (const record of records) writer.record(record);
  return writer.sealed();
}

module.exports = { AROUND, encode, fieldSize, recordSize };
