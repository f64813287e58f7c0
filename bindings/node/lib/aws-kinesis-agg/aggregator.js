// Aggregates user records, with callbacks.
'use strict';

const { OptionsError } = require('../errors.js');
const { bytes, isWellFormed } = require('../values.js');
const { AROUND, encode, fieldSize, recordSize } = require('./message.js');

/** The most that a Kinesis record takes unless `setMaxSize` says otherwise: its data and
 * its partition key. */
const MAX_SIZE = 1 << 20;
/** The largest that a stream can be set to. */
const LARGEST = 10 << 20;

/** What is checked of a user record, in either casing. */
function fieldsOf(record) {
  const data = record?.data ?? record?.Data;
  const partitionKey = record?.partitionKey ?? record?.PartitionKey;
  const explicitHashKey = record?.explicitHashKey ?? record?.ExplicitHashKey;
  if (!data) throw new Error('Record.Data field is mandatory');
  if (!partitionKey) throw new Error('record.partitionKey field is mandatory');
  return {
    partitionKey: text('partitionKey', partitionKey),
    explicitHashKey: explicitHashKey ? text('explicitHashKey', explicitHashKey) : undefined,
    data: typeof data === 'string' ? Buffer.from(data) : bytes('data', data),
  };
}

/** Numbers are taken as their digits. */
function text(what, value) {
  const string = typeof value === 'string' ? value : String(value);
  if (!isWellFormed(string)) throw new Error(`record.${what} has half of a surrogate pair`);
  return string;
}

/** The user records of one aggregate, and how large it is. */
class Open {
  partitionKeys = new Map();
  explicitHashKeys = new Map();
  /** Each with its data, and the indexes of its keys. */
  records = [];
  size = 0;
  outerSize = 0;
  first = undefined;

  /** How many bytes of the message a user record would take, exact. */
  sizeOf({ partitionKey, explicitHashKey, data }) {
    const { partitionKeys, explicitHashKeys } = this;
    const keyIndex = partitionKeys.get(partitionKey);
    let size = keyIndex === undefined ? fieldSize(Buffer.byteLength(partitionKey)) : 0;
    let hashKeyIndex = -1;
    if (explicitHashKey !== undefined) {
      hashKeyIndex = explicitHashKeys.get(explicitHashKey) ?? -1;
      if (hashKeyIndex < 0) {
        size += fieldSize(Buffer.byteLength(explicitHashKey));
        hashKeyIndex = explicitHashKeys.size;
      }
    }
    size += fieldSize(recordSize(keyIndex ?? partitionKeys.size, hashKeyIndex, data.length));
    return size;
  }

  /** The size of the Kinesis record once `more` bytes are added, the partition key that
   * it is sent with included. */
  sizeWith(more, { partitionKey }) {
    const outer = this.first === undefined ? Buffer.byteLength(partitionKey) : this.outerSize;
    return this.size + more + AROUND + outer;
  }

  add(record, size) {
    const { partitionKey, explicitHashKey, data } = record;
    if (this.first === undefined) {
      this.first = record;
      this.outerSize = Buffer.byteLength(partitionKey);
    }
    const keyIndex = indexOf(this.partitionKeys, partitionKey);
    const explicit = explicitHashKey !== undefined;
    const hashKeyIndex = explicit ? indexOf(this.explicitHashKeys, explicitHashKey) : -1;
    this.records.push({ keyIndex, hashKeyIndex, data });
    this.size += size;
  }

  /** The Kinesis record; undefined when there is nothing in it. */
  build() {
    if (this.first === undefined) return undefined;
    const { partitionKey, explicitHashKey } = this.first;
    const keys = [this.partitionKeys.keys(), this.explicitHashKeys.keys()];
    const encoded = { partitionKey, data: encode(...keys, this.records, this.size) };
    if (explicitHashKey !== undefined) {
      // As it is documented, and as aws-kinesis-agg writes it.
      encoded.explicitHashKey = explicitHashKey;
      encoded.ExplicitHashKey = explicitHashKey;
    }
    return encoded;
  }
}

function indexOf(keys, key) {
  let index = keys.get(key);
  if (index === undefined) {
    index = keys.size;
    keys.set(key, index);
  }
  return index;
}

function tooLarge(fields) {
  const { partitionKey, explicitHashKey } = fields;
  const size = new Open().sizeOf(fields);
  return new Error(
    `Input record (PK=${partitionKey}, EHK=${explicitHashKey}, SizeBytes=${size})` +
      ' is too large to fit inside a single Kinesis record.',
  );
}

class RecordAggregator {
  #open = new Open();
  #maxSize = MAX_SIZE;
  /** Kinesis records whose callback threw while others came in. */
  #unsent = [];

  constructor(onReadyCallback) {
    this.onReadyCallback = onReadyCallback;
  }

  /** Bytes of the message so far. */
  get totalBytes() {
    return this.#open.size;
  }

  /** How many user records wait. */
  length() {
    return this.#open.records.length;
  }

  setOnReadyCallback(onReadyCallback) {
    if (onReadyCallback) this.onReadyCallback = onReadyCallback;
    return this.onReadyCallback;
  }

  /** Bounds the Kinesis record: data and partition key, in bytes. */
  setMaxSize(maxSize) {
    if (!Number.isInteger(maxSize) || maxSize < 1 || maxSize > LARGEST) {
      const text = `the maximal size is no number of bytes from 1 to ${LARGEST}`;
      throw new OptionsError(text, 'ERR_KINESIS_AGG_OPTIONS');
    }
    this.#maxSize = maxSize;
  }

  clearRecords() {
    this.#open = new Open();
  }

  calculateUserRecordSize(record) {
    return this.#open.sizeOf(fieldsOf(record));
  }

  checkIfUserRecordFits(record) {
    const fields = fieldsOf(record);
    return this.#open.sizeWith(this.#open.sizeOf(fields), fields) <= this.#maxSize;
  }

  /** Adds a user record; throws when there is no room for it. */
  addUserRecord(record) {
    const fields = fieldsOf(record);
    if (this.#add(fields)) return;
    throw this.#fitsAlone(fields) ? new Error("record won't fit") : tooLarge(fields);
  }

  /** The Kinesis record of what waits; undefined when nothing does. */
  build() {
    const built = this.#open.build();
    this.clearRecords();
    return built;
  }

  flushBufferedRecords(onReadyCallback) {
    this.#flush(onReadyCallback || this.onReadyCallback);
  }

  /** Adds user records, and calls back with each Kinesis record that is full, and with
   * an error for each user record that cannot be taken. */
  aggregateRecords(records, forceFlush, onReadyCallback) {
    const callback = onReadyCallback || this.onReadyCallback;
    for (const record of records) this.#aggregate(record, callback);
    if (forceFlush === true && this.length() > 0) this.#flush(callback);
  }

  #aggregate(record, callback) {
    let fields;
    try {
      fields = fieldsOf(record);
    } catch (error) {
      callback?.(error, record);
      return;
    }
    if (this.#add(fields)) return;
    if (!this.#fitsAlone(fields)) {
      callback?.(tooLarge(fields));
      return;
    }
    this.#flush(callback);
    // The callback may have added others.
    if (!this.#add(fields)) this.#aggregate(record, callback);
  }

  #add(fields) {
    const size = this.#open.sizeOf(fields);
    if (this.#open.sizeWith(size, fields) > this.#maxSize) return false;
    this.#open.add(fields, size);
    return true;
  }

  #fitsAlone(fields) {
    const empty = new Open();
    return empty.sizeWith(empty.sizeOf(fields), fields) <= this.#maxSize;
  }

  /** Calls back with what waits. Where that throws, nothing is forgotten: it waits on. */
  #flush(callback) {
    const open = this.#open;
    const ready = [...this.#unsent, open.build()];
    this.#unsent = [];
    this.clearRecords();
    while (ready.length > 0) {
      try {
        callback?.(null, ready[0]);
      } catch (error) {
        this.#keep(ready, open);
        throw error;
      }
      ready.shift();
    }
  }

  #keep(ready, open) {
    if (this.length() === 0) {
      this.#open = open;
      ready.pop();
    }
    this.#unsent.unshift(...ready.filter((record) => record !== undefined));
  }
}

module.exports = { RecordAggregator };
