// Takes aggregated records apart: Kinesis records in, user records out.
'use strict';

const native = require('./native.js');
const { call, InternalError, MalformedRecordError } = require('./errors.js');
const { split } = require('./shapes.js');
const { Table } = require('./table.js');
const values = require('./values.js');

const DEFAULTS = {
  hashKeyRange: undefined,
  policy: 'keep-all',
  verifyChecksums: true,
  strict: false,
};

/** The user records of the Kinesis records that were given, in their order. */
class Batch {
  #table;
  #length = 0;

  constructor(table) {
    this.#table = table;
    for (let blob = 0; blob < table.blobCount; blob++) this.#length += table.handedOut(blob);
  }

  get length() {
    return this.#length;
  }

  [Symbol.iterator]() {
    return new Walk(this.#table);
  }

  /** The user record at a place; from the end when it is negative. */
  at(index) {
    let left = Math.trunc(index) || 0;
    if (left < 0) left += this.#length;
    if (left < 0 || left >= this.#length) return undefined;
    const table = this.#table;
    let blob = 0;
    for (; left >= table.handedOut(blob); blob++) left -= table.handedOut(blob);
    if (!table.isAggregate(blob)) return table.plainRecord(blob);
    return table.inside(blob).userRecord(table.first(blob) + left);
  }

  /** What became of each Kinesis record. */
  get reports() {
    const table = this.#table;
    return Array.from({ length: table.blobCount }, (_, blob) => table.report(blob));
  }

  /** The same, counted. */
  get report() {
    return this.#table.total();
  }
}

/** A walk over the user records of a batch. */
class Walk {
  #table;
  #blob = -1;
  #next = 0;
  #end = 0;
  #inside;

  constructor(table) {
    this.#table = table;
  }

  next() {
    if (this.#next < this.#end) {
      return { value: this.#inside.userRecord(this.#next++), done: false };
    }
    return this.#enter();
  }

  /** Goes on to the next blob that hands something out. */
  #enter() {
    const table = this.#table;
    while (this.#next === this.#end) {
      if (this.#blob + 1 >= table.blobCount) return { value: undefined, done: true };
      const blob = ++this.#blob;
      if (!table.isAggregate(blob)) return { value: table.plainRecord(blob), done: false };
      this.#next = table.first(blob);
      this.#end = this.#next + table.kept(blob);
      if (this.#next < this.#end) this.#inside = table.inside(blob);
    }
    return { value: this.#inside.userRecord(this.#next++), done: false };
  }

  [Symbol.iterator]() {
    return this;
  }
}

/** How Kinesis records are to be read. Has no other state: keep one. */
class Deaggregator {
  #strict;
  #makeReader;
  #reader;

  constructor(options) {
    const { hashKeyRange, policy, verifyChecksums, strict } = values.options(options, DEFAULTS);
    this.#strict = values.boolean('strict', strict);
    const verify = values.boolean('verifyChecksums', verifyChecksums);
    const range = values.range(hashKeyRange);
    values.string('policy', policy);
    this.#makeReader = () => new native.Reader(range, policy, verify);
    this.#reader = call(this.#makeReader);
  }

  /** Reads records, of any shape that `deaggregate` takes. */
  deaggregate(records) {
    const { blobs, sources } = split(records);
    const table = new Table(this.#read(blobs), blobs, sources);
    if (this.#strict) check(table);
    return new Batch(table);
  }

  #read(blobs) {
    try {
      return this.#reader.read(blobs);
    } catch (error) {
      // It has panicked, and what it was doing is half done.
      this.#reader = call(this.#makeReader);
      throw new InternalError(error);
    }
  }

  /** Reads what an asynchronous iterable brings: records, or arrays and answers of them. */
  async *deaggregateAsync(source) {
    for await (const records of source) yield* this.deaggregate(records);
  }
}

/** Fails for the first record that begins like an aggregate and is none. */
function check(table) {
  for (const blob of table.reasons.keys()) {
    const { reason, recordIndex, offset } = table.report(blob);
    throw new MalformedRecordError(reason, recordIndex, offset);
  }
}

let usual;

/** One for the usual options. */
function deaggregatorFor(options) {
  if (options !== undefined) return new Deaggregator(options);
  usual ??= new Deaggregator();
  return usual;
}

function deaggregate(records, options) {
  return deaggregatorFor(options).deaggregate(records);
}

function deaggregateAsync(source, options) {
  if (typeof (source?.[Symbol.asyncIterator] ?? source?.[Symbol.iterator]) !== 'function') {
    throw values.wrongType('what is to be read', 'an asynchronous iterable', source);
  }
  return deaggregatorFor(options).deaggregateAsync(source);
}

module.exports = { Batch, Deaggregator, deaggregate, deaggregateAsync };
