// The message of an aggregate, written as its user records come: what the core writes,
// byte for byte.
//
//   1  partition key, again and again, in the order of first use
//   2  explicit hash key, the same
//   3  record: 1 index of its partition key, 2 index of its explicit hash key, 3 data,
//      4 tag, again and again: 1 key, 2 value
//
// Sizes are exact before anything is written. Explicit hash keys are text here, whatever
// they hold. `test/packing.test.js` compares it with the core.
'use strict';

const { Buffer } = require('node:buffer');

const { isWellFormed } = require('./values.js');

/** V8 looks up a method of a typed array anew at each call. */
const { set } = Uint8Array.prototype;

const MAGIC = [0xf3, 0x89, 0x9a, 0xc2];
const CHECKSUM_LENGTH = 16;
/** Bytes around the message: the magic before, the checksum behind. */
const AROUND = MAGIC.length + CHECKSUM_LENGTH;

const PARTITION_KEY = 0x0a;
const EXPLICIT_HASH_KEY = 0x12;
const RECORD = 0x1a;
const INDEX = 0x08;
const HASH_KEY_INDEX = 0x10;
const DATA = 0x1a;
const TAG = 0x22;
const TAG_KEY = 0x0a;
const TAG_VALUE = 0x12;

/** A partition key of so many UTF-16 units has no more characters. */
const MAX_KEY_LENGTH = 256;
/** Room for records at first. */
const ROOM = 1 << 12;

/** How many bytes a number takes as a varint. This and the next stay so small that V8
 * inlines them wherever they are called. */
const varintSize = (number) => (number < 0x80 ? 1 : longVarintSize(number));

function longVarintSize(number) {
  if (number < 0x4000) return 2;
  let size = 3;
  for (let left = number / 0x200000; left >= 1; left /= 0x80) size++;
  return size;
}

/** The size of a field of so many bytes, with its tag and its length. */
const fieldSize = (length) => 1 + varintSize(length) + length;

/** What an aggregate of one user record takes, the frame not counted. */
function sizeAlone(partitionKey, explicitHashKey, dataLength, tags) {
  let keys = fieldSize(Buffer.byteLength(partitionKey));
  let body = 2 + fieldSize(dataLength) + (tags === undefined ? 0 : tags.length);
  if (explicitHashKey !== undefined) {
    keys += fieldSize(Buffer.byteLength(explicitHashKey));
    body += 2;
  }
  return keys + fieldSize(body);
}

/** The bytes of a partition key that is surely taken; else 0. */
function plainLength(key) {
  if (key.length > MAX_KEY_LENGTH) return 0;
  const length = Buffer.byteLength(key);
  return length === key.length || isWellFormed(key) ? length : 0;
}

/** Writes a tag and a number below 2^31; returns the place behind. */
function writeVarint(bytes, at, tag, number) {
  bytes[at] = tag;
  if (number >= 0x80) return writeLongVarint(bytes, at + 1, number);
  bytes[at + 1] = number;
  return at + 2;
}

function writeLongVarint(bytes, start, number) {
  let at = start;
  let left = number;
  for (; left >= 0x80; left >>>= 7) bytes[at++] = (left & 0x7f) | 0x80;
  bytes[at++] = left;
  return at;
}

/** Tag and length of fields of less than 128 bytes, as text. */
const HEADS = Object.fromEntries([PARTITION_KEY, EXPLICIT_HASH_KEY].map((tag) => [
  tag,
  Array.from({ length: 0x80 }, (_, length) => String.fromCharCode(tag, length)),
]));

/** Each key once. The fields are kept as one text: writing many short strings into a
 * Buffer together takes a fifth of what it takes one by one. */
class KeyTable {
  #tag;
  #heads;
  #numbers = new Map();
  /** What comes before the text: texts, and heads of longer fields. */
  #parts = [];
  #text = '';

  constructor(tag) {
    this.#tag = tag;
    this.#heads = HEADS[tag];
  }

  /** The number of a key; -1 when it is new. */
  find(key) {
    return this.#numbers.get(key) ?? -1;
  }

  /** The number that a key has, or will have, of which `find` said this. */
  number(found) {
    return found < 0 ? this.#numbers.size : found;
  }

  /** Adds a new key of so many bytes, which has UTF-8. */
  add(key, length) {
    const number = this.#numbers.size;
    this.#numbers.set(key, number);
    if (length < 0x80) {
      this.#text += this.#heads[length] + key;
    } else {
      const head = new Uint8Array(1 + varintSize(length));
      writeVarint(head, 0, this.#tag, length);
      this.#parts.push(this.#text, head);
      this.#text = key;
    }
  }

  /** Writes the fields; returns the place behind. */
  write(bytes, at) {
    let end = at;
    for (const part of this.#parts) end = writePart(bytes, end, part);
    return writePart(bytes, end, this.#text);
  }

  clear() {
    this.#numbers = new Map();
    this.#parts = [];
    this.#text = '';
  }
}

function writePart(bytes, at, part) {
  if (typeof part === 'string') return at + bytes.write(part, at, 'utf8');
  bytes.set(part, at);
  return at + part.length;
}

/** The fields of tags; undefined when there are none. */
function encodeTags(tags) {
  if (tags.length === 0) return undefined;
  return Buffer.concat(tags.map(({ key, value }) => {
    const fields = [textField(TAG_KEY, key)];
    if (value !== undefined) fields.push(textField(TAG_VALUE, value));
    return field(TAG, Buffer.concat(fields));
  }));
}

const textField = (tag, text) => field(tag, Buffer.from(text));

function field(tag, content) {
  const bytes = Buffer.allocUnsafe(fieldSize(content.length));
  bytes.set(content, writeVarint(bytes, 0, tag, content.length));
  return bytes;
}

/** An aggregate that is open. */
class Message {
  #partitionKeys = new KeyTable(PARTITION_KEY);
  #explicitHashKeys = new KeyTable(EXPLICIT_HASH_KEY);
  /** The fields of records; the memory is used again for the next aggregate. */
  #records = Buffer.allocUnsafeSlow(ROOM);
  #recordsSize = 0;
  /** Bytes of the message so far. */
  size = 0;
  /** How many user records there are. */
  count = 0;

  // The plan for the next one: the numbers of its keys, -1 when they are new; the length
  // of a new partition key; the length of what is in the field of its record.
  #key = -1;
  #hashKey = -1;
  #keyLength = 0;
  #body = 0;

  /** How many bytes a user record with so much data and so many bytes of tags would add. */
  growth(partitionKey, explicitHashKey, dataLength, tagsLength) {
    const keys = this.#partitionKeys;
    const key = keys.find(partitionKey);
    let body = 1 + varintSize(keys.number(key)) + fieldSize(dataLength) + tagsLength;
    let growth = 0;
    this.#key = key;
    if (key < 0) {
      this.#keyLength = Buffer.byteLength(partitionKey);
      growth = fieldSize(this.#keyLength);
    }
    if (explicitHashKey !== undefined) {
      const hashKeys = this.#explicitHashKeys;
      const number = hashKeys.find(explicitHashKey);
      this.#hashKey = number;
      if (number < 0) growth += fieldSize(Buffer.byteLength(explicitHashKey));
      body += 1 + varintSize(hashKeys.number(number));
    }
    this.#body = body;
    return growth + fieldSize(body);
  }

  /** Adds a user record, unless the message would get larger than `limit`, or the partition
   * key has no UTF-8. Data and tags are copied. */
  add(partitionKey, explicitHashKey, data, tags, limit) {
    const { length } = data;
    const growth = this.growth(partitionKey, explicitHashKey, length, tags === undefined ? 0 : tags.length);
    const size = this.size + growth;
    if (size > limit || !this.#hasUtf8(partitionKey)) return false;
    const start = this.#recordsSize;
    const end = start + fieldSize(this.#body);
    const bytes = end <= this.#records.length ? this.#records : this.#roomFor(end);
    let at = writeVarint(bytes, start, RECORD, this.#body);
    at = writeVarint(bytes, at, INDEX, this.#partitionKeys.number(this.#key));
    if (explicitHashKey !== undefined) {
      at = writeVarint(bytes, at, HASH_KEY_INDEX, this.#explicitHashKeys.number(this.#hashKey));
    }
    at = writeVarint(bytes, at, DATA, length);
    // Throws where the memory was taken away. Nothing has changed so far.
    set.call(bytes, data, at);
    if (tags !== undefined) bytes.set(tags, at + length);
    if (this.#key < 0) this.#partitionKeys.add(partitionKey, this.#keyLength);
    if (explicitHashKey !== undefined && this.#hashKey < 0) {
      this.#explicitHashKeys.add(explicitHashKey, Buffer.byteLength(explicitHashKey));
    }
    this.#recordsSize = end;
    this.size = size;
    this.count++;
    return true;
  }

  /** Adds user records of these lists from a place on, without explicit hash keys and
   * tags, until one has more data than `most`, does not fit, or has a new partition key that
   * is not plain; returns its place. What `add` does, with less to do for each. */
  addMany(partitionKeys, data, start, end, most, limit) {
    const keys = this.#partitionKeys;
    for (let place = start; place < end; place++) {
      const key = partitionKeys[place];
      const held = data[place];
      const { length } = held;
      if (length > most) return place;
      const found = keys.find(key);
      const number = keys.number(found);
      const body = 2 + varintSize(number) + varintSize(length) + length;
      const recordSize = 1 + varintSize(body) + body;
      let size = this.size + recordSize;
      let keyLength = 0;
      if (found < 0) {
        keyLength = plainLength(key);
        if (keyLength === 0) return place;
        size += fieldSize(keyLength);
      }
      if (size > limit) return place;
      const from = this.#recordsSize;
      const to = from + recordSize;
      const bytes = to <= this.#records.length ? this.#records : this.#roomFor(to);
      let at = writeVarint(bytes, from, RECORD, body);
      at = writeVarint(bytes, at, INDEX, number);
      at = writeVarint(bytes, at, DATA, length);
      // Throws where the memory was taken away. Nothing has changed so far.
      set.call(bytes, held, at);
      if (found < 0) keys.add(key, keyLength);
      this.#recordsSize = to;
      this.size = size;
      this.count++;
    }
    return end;
  }

  /** Whether the key of the plan has UTF-8, as all have that are known. */
  #hasUtf8(partitionKey) {
    return this.#key >= 0 || this.#keyLength === partitionKey.length || isWellFormed(partitionKey);
  }

  #roomFor(needed) {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#records.length * 2));
    larger.set(this.#records.subarray(0, this.#recordsSize));
    return (this.#records = larger);
  }

  /** The Kinesis record so far, but for its checksum, the last 16 bytes. */
  frame() {
    const bytes = Buffer.allocUnsafeSlow(this.size + AROUND);
    bytes.set(MAGIC);
    let at = this.#partitionKeys.write(bytes, MAGIC.length);
    at = this.#explicitHashKeys.write(bytes, at);
    bytes.set(this.#records.subarray(0, this.#recordsSize), at);
    return bytes;
  }

  /** The last bytes that were written. */
  last(length) {
    return Buffer.from(this.#records.subarray(this.#recordsSize - length, this.#recordsSize));
  }

  clear() {
    this.#partitionKeys.clear();
    this.#explicitHashKeys.clear();
    this.#recordsSize = 0;
    this.size = 0;
    this.count = 0;
  }
}

/** The part of a frame that the checksum is of. */
const messageOf = (frame) => frame.subarray(MAGIC.length, frame.length - CHECKSUM_LENGTH);

module.exports = { AROUND, CHECKSUM_LENGTH, MAGIC, MAX_KEY_LENGTH, Message, encodeTags, messageOf, sizeAlone };
