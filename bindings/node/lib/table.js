// What a batch holds: the numbers that the native module found. `src/words.rs` has the
// layout; `inside.js` makes strings and Buffers of them.
'use strict';

const { Inside, KEY, Keys, RECORD } = require('./inside.js');
const { UserRecord } = require('./user-record.js');

const HEADER = 4;
const BLOB = 9;
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

  /** The user records of an aggregate. */
  inside(blob) {
    const { words, keys, partitionKeys, explicitHashKeys } = this;
    const data = this.blobs[blob];
    const at = HEADER + blob * BLOB + 7;
    const behind = keys + partitionKeys * KEY;
    return new Inside(
      this,
      blob,
      new Keys(words, keys, words[at], this.firstKeyBehind(blob, 7, partitionKeys), data),
      new Keys(words, behind, words[at + 1], this.firstKeyBehind(blob, 8, explicitHashKeys), data),
    );
  }

  /** Where the keys of a blob end: at the first of the next blob that has some. */
  firstKeyBehind(blob, word, count) {
    for (let next = blob + 1; next < this.blobCount; next++) {
      const first = this.words[HEADER + next * BLOB + word];
      if (first !== NONE) return first;
    }
    return count;
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
