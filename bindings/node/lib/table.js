// What a batch holds: the numbers that the native module found, and the strings and
// Buffers that are made of them. `src/words.rs` has the layout.
'use strict';

const native = require('./native.js');
const { UserRecord } = require('./user-record.js');

const HEADER = 4;
const BLOB = 8;
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

/** The low bits of the kind of a key; above stands the number of its blob. */
const KIND = 3;
const ASCII = 1;
const NO_UTF8 = 3;

class Keys {
  constructor(words, start, count) {
    this.words = words;
    this.start = start;
    this.count = count;
    this.strings = new Array(count);
  }

  get(number, blob) {
    const known = this.strings[number];
    return known === undefined ? this.read(number, blob) : known;
  }

  read(number, blob) {
    const { words, start, strings } = this;
    const place = start + number * KEY;
    const kind = words[place + 2];
    if ((kind & KIND) !== ASCII) {
      return (strings[number] = otherText(blob, words[place], words[place + 1], kind & KIND));
    }
    const from = words[place];
    const last = this.lastOfText(number);
    const text = blob.toString('latin1', from, words[start + last * KEY + 1]);
    for (let key = number; key <= last; key++) {
      const at = start + key * KEY;
      strings[key] = text.substring(words[at] - from, words[at + 1] - from);
    }
    return strings[number];
  }

  /** The last of the keys behind this one that are ASCII, of the same blob, in order,
   * and close. */
  lastOfText(number) {
    const { words, start, count } = this;
    const first = start + number * KEY;
    let last = number;
    let end = words[first + 1];
    for (let key = number + 1; key < count; key++) {
      const at = start + key * KEY;
      if (words[at + 2] !== words[first + 2] || words[at] < end) break;
      if (words[at + 1] - words[first] > TEXT) break;
      end = words[at + 1];
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
    const keys = this.records + records * RECORD;
    this.partitionKeys = new Keys(table, keys, partitionKeys);
    this.explicitHashKeys = new Keys(table, keys + partitionKeys * KEY, explicitHashKeys);
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

  /** A user record of an aggregate, by its place among all that are handed out. */
  userRecord(number, blob) {
    const { words } = this;
    const at = this.records + number * RECORD;
    const data = this.blobs[blob];
    const from = words[at];
    const explicit = words[at + 3];
    return new UserRecord(
      this,
      number,
      this.partitionKeys.get(words[at + 2], data),
      explicit === 0 ? undefined : this.explicitHashKeys.get(explicit - 1, data),
      Buffer.from(data.buffer, data.byteOffset + from, words[at + 1] - from),
      words[at + 4],
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

  add(total, [status, , kept, inside, , , outOfRange, unplaceable]) {
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
