// Aggregates user records, with callbacks.
'use strict';

const { Buffer } = require('node:buffer');
const native = require('../native.js');
const { OptionsError } = require('../errors.js');
const { AROUND, CHECKSUM_LENGTH, Message, messageOf } = require('../message.js');
const { bytesToCopy, isWellFormed } = require('../values.js');

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
    data: typeof data === 'string' ? Buffer.from(data) : bytesToCopy('data', data),
  };
}

/** Numbers are taken as their digits. */
function text(what, value) {
  const string = typeof value === 'string' ? value : String(value);
  if (!isWellFormed(string)) throw new Error(`record.${what} has half of a surrogate pair`);
  return string;
}

/** The user records of one aggregate. */
class Open {
  message = new Message();
  first = undefined;
  #outerSize = 0;

  /** How many bytes of the message a user record would take, exact. */
  sizeOf({ partitionKey, explicitHashKey, data }) {
    return this.message.growth(partitionKey, explicitHashKey, data.length, 0);
  }

  /** How large the message may get, that the Kinesis record is no larger than so much,
   * the partition key that it is sent with included. */
  limit(maxSize, { partitionKey }) {
    const outer = this.first === undefined ? Buffer.byteLength(partitionKey) : this.#outerSize;
    return maxSize - AROUND - outer;
  }

  fits(fields, maxSize) {
    return this.message.size + this.sizeOf(fields) <= this.limit(maxSize, fields);
  }

  /** Adds a user record if it fits. */
  add(fields, maxSize) {
    const { partitionKey, explicitHashKey, data } = fields;
    const limit = this.limit(maxSize, fields);
    if (!this.message.add(partitionKey, explicitHashKey, data, undefined, limit)) return false;
    if (this.first === undefined) {
      this.first = fields;
      this.#outerSize = Buffer.byteLength(partitionKey);
    }
    return true;
  }

  /** The Kinesis record; undefined when there is nothing in it. */
  build() {
    if (this.first === undefined) return undefined;
    const { partitionKey, explicitHashKey } = this.first;
    const encoded = { partitionKey, data: sealed(this.message.frame()) };
    if (explicitHashKey !== undefined) {
      // As it is documented, and as aws-kinesis-agg writes it.
      encoded.explicitHashKey = explicitHashKey;
      encoded.ExplicitHashKey = explicitHashKey;
    }
    return encoded;
  }

  clear() {
    this.message.clear();
    this.first = undefined;
  }
}

function sealed(frame) {
  frame.set(native.md5(messageOf(frame)), frame.length - CHECKSUM_LENGTH);
  return frame;
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
  /** One that was sent, to be used again. */
  #spare = undefined;
  #maxSize = MAX_SIZE;
  /** Kinesis records whose callback threw while others came in. */
  #unsent = [];

  constructor(onReadyCallback) {
    this.onReadyCallback = onReadyCallback;
  }

  /** Bytes of the message so far. */
  get totalBytes() {
    return this.#open.message.size;
  }

  /** How many user records wait. */
  length() {
    return this.#open.message.count;
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
    this.#open.clear();
  }

  calculateUserRecordSize(record) {
    return this.#open.sizeOf(fieldsOf(record));
  }

  checkIfUserRecordFits(record) {
    return this.#open.fits(fieldsOf(record), this.#maxSize);
  }

  /** Adds a user record; throws when there is no room for it. */
  addUserRecord(record) {
    const fields = fieldsOf(record);
    if (this.#open.add(fields, this.#maxSize)) return;
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
    if (forceFlush === true && (this.length() > 0 || this.#unsent.length > 0)) this.#flush(callback);
  }

  #aggregate(record, callback) {
    let fields;
    try {
      fields = fieldsOf(record);
    } catch (error) {
      callback?.(error, record);
      return;
    }
    if (this.#open.add(fields, this.#maxSize)) return;
    if (!this.#fitsAlone(fields)) {
      callback?.(tooLarge(fields));
      return;
    }
    this.#flush(callback);
    // The callback may have added others.
    if (!this.#open.add(fields, this.#maxSize)) this.#aggregate(record, callback);
  }

  #fitsAlone(fields) {
    return new Open().fits(fields, this.#maxSize);
  }

  /** Calls back with what waits. Where that throws, nothing is forgotten: it waits on. */
  #flush(callback) {
    const open = this.#open;
    const ready = [...this.#unsent];
    // Where nothing waits, it is called once all the same.
    if (open.first !== undefined || ready.length === 0) ready.push(open.build());
    this.#unsent = [];
    this.#open = this.#spare ?? new Open();
    this.#spare = undefined;
    while (ready.length > 0) {
      try {
        callback?.(null, ready[0]);
      } catch (error) {
        this.#keep(ready, open);
        throw error;
      }
      ready.shift();
    }
    open.clear();
    this.#spare = open;
  }

  #keep(ready, open) {
    if (this.length() === 0 && open.first !== undefined) {
      this.#open = open;
      ready.pop();
    }
    this.#unsent.unshift(...ready.filter((record) => record !== undefined));
  }
}

module.exports = { RecordAggregator };
