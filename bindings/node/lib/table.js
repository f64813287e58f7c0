// What a batch holds: the numbers that the native module found, and the strings and
// Buffers that are made of them. `src/words.rs` has the layout.
'use strict';

const native = require('./native.js');
const { UserRecord } = require('./user-record.js');

const HEADER = 4;
const BLOB = 9;
const RECORD = 6;
const KEY = 3;
const NONE = 0xffffffff;

/** By their numbers. */
const STATUSES = [
  'aggregated',
  'dropped',
  'plain',
  'too-short',
  'too-long',
  'checksum',
  'malformed',
  'index-outside-table',
];
const PLACEMENTS = [undefined, 'in-range', 'out-of-range', 'unplaceable'];

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
    this.strings = [];
  }

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

class Table {
  constructor({ table, reasons, tags }, blobs, sources) {
    const [blobCount, records, partitionKeys, explicitHashKeys] = table;
    this.words = table;
    this.blobs = blobs;
    this.sources = sources;
    this.reasons = new Map(reasons.map(({ blob, text }) => [blob, text]));
    this.tags = new Map(tags.map(({ record, tags }) => [record, tags]));
    this.records = HEADER + blobCount * BLOB;
    this.keys = this.records + records * RECORD;
    this.partitionKeys = partitionKeys;
    this.explicitHashKeys = explicitHashKeys;
  }

  get blobCount() {
    return this.blobs.length;
  }

  isAggregate(blob) {
    return this.words[HEADER + blob * BLOB] <= 1;
  }

  /** The first of its user records that are handed out. */
  first(blob) {
    return this.words[HEADER + blob * BLOB + 1];
  }

  /** How many of its user records are handed out; of none that is no aggregate. */
  kept(blob) {
    return this.words[HEADER + blob * BLOB + 2];
  }

  /** How many user records are handed out for it. */
  handedOut(blob) {
    return this.isAggregate(blob) ? this.kept(blob) : 1;
  }

  /** The keys of an aggregate: partition keys, and explicit hash keys. */
  keysOf(blob) {
    const { words, keys, partitionKeys, explicitHashKeys } = this;
    const data = this.blobs[blob];
    const at = HEADER + blob * BLOB + 7;
    const behind = keys + partitionKeys * KEY;
    return [
      new Keys(words, keys, words[at], this.firstKeyBehind(blob, 7, partitionKeys), data),
      new Keys(words, behind, words[at + 1], this.firstKeyBehind(blob, 8, explicitHashKeys), data),
    ];
  }

  /** Where the keys of a blob end: at the first of the next blob that has some. */
  firstKeyBehind(blob, word, count) {
    for (let next = blob + 1; next < this.blobCount; next++) {
      const first = this.words[HEADER + next * BLOB + word];
      if (first !== NONE) return first;
    }
    return count;
  }

  partitionKey(number, [partitionKeys]) {
    return partitionKeys.get(this.words[this.records + number * RECORD + 2]);
  }

  explicitHashKey(number, [, explicitHashKeys]) {
    const key = this.words[this.records + number * RECORD + 3];
    return key === 0 ? undefined : explicitHashKeys.get(key - 1);
  }

  /** Where the data of a user record begins, and where it ends. */
  from(number) {
    return this.words[this.records + number * RECORD];
  }

  to(number) {
    return this.words[this.records + number * RECORD + 1];
  }

  /** A user record of an aggregate, by its place among all that are handed out. */
  userRecord(number, blob, keys) {
    const data = this.blobs[blob];
    const from = this.from(number);
    return new UserRecord(
      this,
      number,
      this.partitionKey(number, keys),
      this.explicitHashKey(number, keys),
      Buffer.from(data.buffer, data.byteOffset + from, this.to(number) - from),
      this.words[this.records + number * RECORD + 4],
      blob,
    );
  }

  /** A Kinesis record that is no aggregate. */
  plainRecord(blob) {
    const { data, partitionKey = '', explicitHashKey } = this.sources[blob];
    return new UserRecord(this, -1, partitionKey, explicitHashKey, data, 0, blob);
  }

  placement(number) {
    return number < 0 ? undefined : PLACEMENTS[this.words[this.records + number * RECORD + 5]];
  }

  tagsOf(number) {
    return this.tags.get(number) ?? [];
  }

  /** What became of a Kinesis record. */
  report(blob) {
    const at = HEADER + blob * BLOB;
    const [status, , kept, inside, offset] = this.words.subarray(at, at + BLOB);
    const isAggregate = status <= 1;
    return {
      recordIndex: blob,
      status: STATUSES[status],
      reason: this.reasons.get(blob),
      offset: offset === NONE ? undefined : offset,
      userRecords: isAggregate ? kept : 1,
      dropped: isAggregate ? inside - kept : 0,
    };
  }

  /** The same of all of them, counted. */
  total() {
    const total = {
      records: this.blobCount,
      plain: 0,
      damaged: 0,
      empty: 0,
      droppedAggregates: 0,
      userRecords: 0,
      droppedUserRecords: 0,
      outOfRange: 0,
      unplaceable: 0,
    };
    for (let blob = 0; blob < this.blobCount; blob++) {
      const at = HEADER + blob * BLOB;
      this.add(total, this.words.subarray(at, at + BLOB));
    }
    return total;
  }

  add(total, [status, , kept, inside, , outOfRange, unplaceable]) {
    total.userRecords += kept;
    total.droppedUserRecords += inside - kept;
    total.outOfRange += outOfRange;
    total.unplaceable += unplaceable;
    if (status === 0 && inside === 0) total.empty++;
    if (status === 1) total.droppedAggregates++;
    if (status === 2) total.plain++;
    if (status > 2) total.damaged++;
  }
}

module.exports = { Table };
