// User records to be packed: read from what the user has, all types checked, before any
// of them goes to the native module.
'use strict';

const { isWellFormed, bytes, digits, string, wrongType } = require('./values.js');

const NO_TAGS = [];

/** User records as four lists, the same place in each. */
class NewUserRecords {
  constructor() {
    this.partitionKeys = [];
    this.data = [];
    this.explicitHashKeys = [];
    this.tags = [];
  }

  get length() {
    return this.partitionKeys.length;
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
    const key = string('partitionKey', partitionKey);
    const held = typeof data === 'string' ? refuseText(data) : bytes('data', data);
    const hashKey = explicitHashKey === undefined ? undefined : readHashKey(explicitHashKey);
    const tagged = tags === undefined ? NO_TAGS : readTags(tags);
    this.partitionKeys.push(key);
    this.data.push(held);
    this.explicitHashKeys.push(hashKey);
    this.tags.push(tagged);
  }

  /** All of an iterable. */
  static of(items) {
    if (typeof items?.[Symbol.iterator] !== 'function') {
      throw wrongType('the user records', 'an iterable', items);
    }
    const records = new NewUserRecords();
    for (const item of items) {
      try {
        records.add(item);
      } catch (error) {
        if (error instanceof TypeError) error.message = `user record ${records.length}: ${error.message}`;
        throw error;
      }
    }
    return records;
  }

  static ofOne(partitionKey, data, explicitHashKey, tags) {
    const records = new NewUserRecords();
    records.push(partitionKey, data, explicitHashKey, tags);
    return records;
  }

  /** Why the core cannot have the record at a place: a string in it has no UTF-8. */
  refusal(place) {
    if (!isWellFormed(this.partitionKeys[place])) {
      return {
        code: 'ERR_KINESIS_AGG_PARTITION_KEY_ENCODING',
        message: 'the partition key has half of a surrogate pair, and so no UTF-8',
      };
    }
    const texts = this.tags[place].flatMap(({ key, value }) => [key, value ?? '']);
    if (texts.every(isWellFormed)) return undefined;
    return {
      code: 'ERR_KINESIS_AGG_TAG_ENCODING',
      message: 'a tag has half of a surrogate pair, and so no UTF-8',
    };
  }
}

function refuseText(data) {
  const error = wrongType('data', 'a Buffer or Uint8Array', data);
  error.message += ': encode it, as by Buffer.from(data)';
  throw error;
}

function readHashKey(key) {
  return key === null ? undefined : digits('explicitHashKey', key);
}

function readTags(tags) {
  if (typeof tags?.[Symbol.iterator] !== 'function') throw wrongType('tags', 'an iterable', tags);
  return Array.from(tags, ({ key, value }) => ({
    key: string('the key of a tag', key),
    value: value === undefined || value === null ? undefined : string('the value of a tag', value),
  }));
}

module.exports = { NewUserRecords };
