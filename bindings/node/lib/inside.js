// The user records of one aggregate: strings and Buffers, made of the numbers that the
// native module found.
'use strict';

const { Buffer } = require('node:buffer');
const native = require('./native.js');
const { UserRecord } = require('./user-record.js');

/** Words of a user record and of a key in the table: `src/words.rs` has the layout. */
const RECORD = 6;
const KEY = 3;

/** Keys that lie close are made strings of together, as pieces of one text. A piece
 * keeps its text alive: so that is no longer than this. */
const TEXT = 1024;

/** Kinds of keys. */
const ASCII = 1;
const NO_UTF8 = 3;

/** The strings of the keys of one blob: made once, and shared by its user records. */
class Keys {
  /** `base` is the first key of the blob, `start` where the words of key 0 are. */
  constructor(words, start, base, end, blob) {
    this.words = words;
    this.start = start;
    this.base = base;
    this.end = end;
    this.blob = blob;
    this.strings = new Array(base < end ? end - base : 0);
  }

  /** The key of a number. */
  get(number) {
    const known = this.strings[number - this.base];
    return known === undefined ? this.read(number) : known;
  }

  read(number) {
    const { words, start, base, blob, strings } = this;
    const place = start + number * KEY;
    const from = words[place];
    if (words[place + 2] !== ASCII) {
      return (strings[number - base] = otherText(blob, from, words[place + 1], words[place + 2]));
    }
    const last = this.lastOfText(number);
    const text = blob.toString('latin1', from, words[start + last * KEY + 1]);
    for (let key = number; key <= last; key++) {
      const at = start + key * KEY;
      strings[key - base] = text.substring(words[at] - from, words[at + 1] - from);
    }
    return strings[number - base];
  }

  /** The last of the keys behind this one that are ASCII, in order, and close. */
  lastOfText(number) {
    const { words, start, end } = this;
    const first = words[start + number * KEY];
    let to = words[start + number * KEY + 1];
    let last = number;
    for (let key = number + 1; key < end; key++) {
      const at = start + key * KEY;
      if (words[at + 2] !== ASCII || words[at] < to || words[at + 1] - first > TEXT) break;
      to = words[at + 1];
      last = key;
    }
    return last;
  }
}

function otherText(blob, from, to, kind) {
  if (kind === NO_UTF8) return native.keyText(blob.subarray(from, to));
  return blob.toString('utf8', from, to);
}

/** The class of Buffers over memory that is there. Its constructor does what `Buffer.from`
 * does behind its checks, in less than half of the time: these are most of what reading
 * a small user record costs. */
const FastBuffer = Buffer[Symbol.species];

class Inside {
  #table;
  #words;
  #records;
  #blob;
  #data;
  #memory;
  #offset;
  #partitionKeys;
  #explicitHashKeys;

  constructor(table, blob, partitionKeys, explicitHashKeys) {
    this.#table = table;
    this.#words = table.words;
    this.#records = table.records;
    this.#blob = blob;
    this.#data = table.blobs[blob];
    this.#memory = this.#data.buffer;
    this.#offset = this.#data.byteOffset;
    this.#partitionKeys = partitionKeys;
    this.#explicitHashKeys = explicitHashKeys;
  }

  partitionKey(number) {
    return this.#partitionKeys.get(this.#words[this.#records + number * RECORD + 2]);
  }

  explicitHashKey(number) {
    const key = this.#words[this.#records + number * RECORD + 3];
    return key === 0 ? undefined : this.#explicitHashKeys.get(key - 1);
  }

  /** How many bytes of data a user record has. */
  dataLength(number) {
    const at = this.#records + number * RECORD;
    return this.#words[at + 1] - this.#words[at];
  }

  /** A user record, by its place among all that are handed out. */
  userRecord(number) {
    const words = this.#words;
    const at = this.#records + number * RECORD;
    const from = words[at];
    return new UserRecord(
      this.#table,
      number,
      this.partitionKey(number),
      this.explicitHashKey(number),
      new FastBuffer(this.#memory, this.#offset + from, words[at + 1] - from),
      words[at + 4],
      this.#blob,
    );
  }
}

module.exports = { Inside, KEY, Keys, RECORD };
