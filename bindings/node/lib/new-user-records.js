// User records to be packed: read from what the user has, all types checked, before any
// of them goes to the native module.
'use strict';

const { bytesToCopy, digits, isWellFormed, string, wrongType } = require('./values.js');

const NO_TAGS = [];
/** Room is made at once for so many at most. */
const EXPECTED = 1 << 16;

/** User records as four lists, the same place in each. */
class NewUserRecords {
  length = 0;

  /** For so many, or more. */
  constructor(expected) {
    this.partitionKeys = new Array(expected);
    this.data = new Array(expected);
    /** Of most there are none: what is not there is undefined. */
    this.explicitHashKeys = [];
    this.tags = [];
  }

  /** Adds one: `[partitionKey, data, explicitHashKey, tags]`, or an object of these. */
  add(item) {
    if (Array.isArray(item)) {
      this.push(item[0], item[1], item[2], item[3]);
    } else if (item !== null && typeof item === 'object') {
      this.push(item.partitionKey, item.data, item.explicitHashKey, item.tags);
    } else {
      throw wrongType('a user record', 'an object or an array', item);
    }
  }

  push(partitionKey, data, explicitHashKey, tags) {
    const place = this.length;
    this.partitionKeys[place] = string('partitionKey', partitionKey);
    this.data[place] = readData(data);
    if (explicitHashKey !== undefined) this.explicitHashKeys[place] = readHashKey(explicitHashKey);
    if (tags !== undefined) this.tags[place] = readTags(tags);
    this.length = place + 1;
  }

  /** The one at a place. */
  at(place) {
    return [this.partitionKeys[place], this.data[place], this.explicitHashKeys[place], this.tags[place] ?? NO_TAGS];
  }

  /** All of an iterable. */
  static of(items) {
    if (typeof items?.[Symbol.iterator] !== 'function') {
      throw wrongType('the user records', 'an iterable', items);
    }
    const records = new NewUserRecords(Array.isArray(items) ? Math.min(items.length >>> 0, EXPECTED) : 0);
    for (const item of items) {
      try {
        records.add(item);
      } catch (error) {
        if (error instanceof TypeError) error.message = `user record ${records.length}: ${error.message}`;
        throw error;
      }
    }
    records.#checkAgain();
    return records;
  }

  /** What the user has run meanwhile may have taken memory away: it looks empty then. */
  #checkAgain() {
    for (let place = 0; place < this.length; place++) {
      if (this.data[place].length === 0) bytesToCopy('data', this.data[place]);
    }
  }
}

/** Why the core cannot have a user record: a string in it has no UTF-8. */
function encodingRefusal(partitionKey, tags) {
  if (!isWellFormed(partitionKey)) {
    return {
      code: 'ERR_KINESIS_AGG_PARTITION_KEY_ENCODING',
      message: 'the partition key has half of a surrogate pair, and so no UTF-8',
    };
  }
  if (tags.length === 0) return undefined;
  const texts = tags.flatMap(({ key, value }) => [key, value ?? '']);
  if (texts.every(isWellFormed)) return undefined;
  return {
    code: 'ERR_KINESIS_AGG_TAG_ENCODING',
    message: 'a tag has half of a surrogate pair, and so no UTF-8',
  };
}

/** Data, which is copied when it is taken. */
function readData(data) {
  return typeof data === 'string' ? refuseText(data) : bytesToCopy('data', data);
}

function refuseText(data) {
  const error = wrongType('data', 'a Buffer or Uint8Array', data);
  error.message += ': encode it, as by Buffer.from(data)';
  throw error;
}

function readHashKey(key) {
  return key === undefined || key === null ? undefined : digits('explicitHashKey', key);
}

function readTags(tags) {
  if (tags === undefined) return NO_TAGS;
  if (typeof tags?.[Symbol.iterator] !== 'function') throw wrongType('tags', 'an iterable', tags);
  return Array.from(tags, ({ key, value }) => ({
    key: string('the key of a tag', key),
    value: value === undefined || value === null ? undefined : string('the value of a tag', value),
  }));
}

module.exports = { NO_TAGS, NewUserRecords, encodingRefusal, readData, readHashKey, readTags };
