// Packs user records one aggregate after the other, as the core's `Aggregator` does, and
// in JavaScript: handing a small user record to the native module takes longer than
// writing its bytes. All MD5 are the native module's, and so is the verdict over what
// cannot surely be taken. `test/packing.test.js` compares it with the core.
'use strict';

const { Buffer } = require('node:buffer');

const native = require('./native.js');
const { AROUND, CHECKSUM_LENGTH, MAGIC, MAX_KEY_LENGTH, Message, encodeTags, messageOf, sizeAlone } = require('./message.js');
const { NO_TAGS, encodingRefusal } = require('./new-user-records.js');
const { Packed } = require('./packed.js');

/** More than a plain user record takes besides its data. */
const MUCH = 4096;
/** So many full aggregates are hashed together: as many as the widest vectors have lanes,
 * and soon, while the cache of the processor has them. */
const TOGETHER = 16;
/** 2^128 - 1. */
const LAST_HASH_KEY = '340282366920938463463374607431768211455';
/** The partition key of the KPL's aggregates. */
const KPL_KEY = 'a';

class PlainPacker {
  #options;
  /** Says why the core refuses a user record. */
  #judge = undefined;
  #maxSize;
  #maxCount;
  /** Data of so many bytes surely fits an aggregate of its own. */
  #small;
  #message = new Message();
  /** The first user record of the open aggregate. */
  #first = undefined;
  /** How large the message may get. */
  #limit = 0;
  #full = [];
  /** How many of the full ones have their MD5. */
  #hashed = 0;

  constructor(options) {
    // Says what is wrong with them.
    new native.Packer(options, undefined, undefined);
    this.#options = options;
    this.#maxSize = options.maxSize;
    this.#maxCount = options.maxCount ?? Infinity;
    this.#small = this.#maxSize - MUCH;
  }

  /** Whether full aggregates wait. */
  get isFull() {
    return this.#full.length > 0;
  }

  /** Adds one; returns why it is refused, if it is. */
  push(partitionKey, data, explicitHashKey, tags) {
    const isPlain = explicitHashKey === undefined && tags.length === 0;
    if (isPlain && this.#takesPlain(partitionKey, data)) return undefined;
    return this.#pushAny(partitionKey, data, explicitHashKey, tags);
  }

  /** Adds one without explicit hash key and tags, if it is small and the open aggregate
   * has room: most are. */
  #takesPlain(partitionKey, data) {
    const { length } = partitionKey;
    return length > 0 && length <= MAX_KEY_LENGTH && data.length <= this.#small && this.#hasCount() &&
      this.#message.add(partitionKey, undefined, data, undefined, this.#limit);
  }

  #pushAny(partitionKey, data, explicitHashKey, tags) {
    const encoded = encodeTags(tags);
    if (!this.#isSurelyTaken(partitionKey, data, explicitHashKey, tags, encoded)) {
      const refusal = this.#refusal(partitionKey, data, explicitHashKey, tags);
      if (refusal !== undefined) return refusal;
    }
    const message = this.#message;
    if (this.#hasCount() && message.add(partitionKey, explicitHashKey, data, encoded, this.#limit)) {
      return undefined;
    }
    this.#take();
    this.#first = { partitionKey, explicitHashKey, length: data.length, isTagged: tags.length > 0 };
    this.#limit = this.#maxSize - AROUND - this.#outerLength(partitionKey);
    message.add(partitionKey, explicitHashKey, data, encoded, Infinity);
    return undefined;
  }

  /** Whether an aggregate is open, and may have one more. */
  #hasCount() {
    return this.#message.count > 0 && this.#message.count < this.#maxCount;
  }

  /** Adds all of a list; returns what was refused, by its place. */
  pushMany({ length, partitionKeys, data, explicitHashKeys, tags }) {
    const refused = [];
    // Asked once: looking at places that are not there is slow.
    const arePlain = explicitHashKeys.length === 0 && tags.length === 0;
    for (let place = 0; place < length; place++) {
      if (arePlain) place = this.#addMany(partitionKeys, data, place, length);
      if (place === length) break;
      const refusal = this.push(partitionKeys[place], data[place], explicitHashKeys[place], tags[place] ?? NO_TAGS);
      if (refusal !== undefined) refused.push({ ...refusal, place });
    }
    return refused;
  }

  /** Adds from a place on what the open aggregate has room for; returns the place behind. */
  #addMany(partitionKeys, data, place, length) {
    const message = this.#message;
    if (message.count === 0) return place;
    const end = Math.min(length, place + this.#maxCount - message.count);
    return message.addMany(partitionKeys, data, place, end, this.#small, this.#limit);
  }

  /** Whether it is refused for nothing, as far as can be told here. */
  #isSurelyTaken(partitionKey, data, explicitHashKey, tags, encoded) {
    if (partitionKey.length === 0 || partitionKey.length > MAX_KEY_LENGTH) return false;
    if (explicitHashKey !== undefined && !isHashKey(explicitHashKey)) return false;
    if (encodingRefusal(partitionKey, tags) !== undefined) return false;
    return this.#sizeAlone(partitionKey, data, explicitHashKey, encoded) <= this.#maxSize;
  }

  #refusal(partitionKey, data, explicitHashKey, tags) {
    const refusal = encodingRefusal(partitionKey, tags);
    if (refusal !== undefined) return refusal;
    const judge = (this.#judge ??= new native.Packer(this.#options, undefined, undefined));
    judge.push(partitionKey, Buffer.from(data), explicitHashKey, tags, undefined);
    // What it takes is not to be its to send.
    judge.finish();
    return judge.takeRefused()[0];
  }

  #sizeAlone(partitionKey, data, explicitHashKey, tags) {
    const size = sizeAlone(partitionKey, explicitHashKey, data.length, tags);
    return size + AROUND + this.#outerLength(partitionKey);
  }

  #outerLength(partitionKey) {
    return Buffer.byteLength(this.#outerKey(partitionKey));
  }

  #outerKey(partitionKey) {
    return this.#options.outerPartitionKey === 'kpl' ? KPL_KEY : partitionKey;
  }

  /** The data of a user record that is alone and goes as it is. */
  #bare() {
    if (this.#message.count !== 1 || this.#options.frameSingles || this.#first.isTagged) return undefined;
    const data = this.#message.last(this.#first.length);
    return readsAsAggregate(data) ? undefined : data;
  }

  /** Puts the open aggregate to the full ones. */
  #take() {
    if (this.#message.count === 0) return;
    const { partitionKey, explicitHashKey } = this.#first;
    const bare = this.#bare();
    const isFramed = bare === undefined;
    this.#full.push({
      partitionKey: isFramed ? this.#outerKey(partitionKey) : partitionKey,
      explicitHashKey: isFramed && !this.#options.outerHashKey ? undefined : explicitHashKey,
      /** What its hash key is computed of, where one is missing. */
      hashedKey: isFramed && this.#options.outerHashKey && explicitHashKey === undefined ? partitionKey : undefined,
      userRecordCount: this.#message.count,
      isFramed,
      data: bare ?? this.#message.frame(),
    });
    this.#message.clear();
    this.#first = undefined;
    if (this.#full.length - this.#hashed === TOGETHER) this.#hash();
  }

  /** Computes all MD5 that are missing together. */
  #hash() {
    const unhashed = this.#full.slice(this.#hashed);
    const framed = unhashed.filter(({ isFramed }) => isFramed);
    const hashed = unhashed.filter(({ hashedKey }) => hashedKey !== undefined);
    const messages = framed.map(({ data }) => messageOf(data));
    const keys = hashed.map(({ hashedKey }) => Buffer.from(hashedKey));
    const digests = messages.length > 0 ? native.md5Many([...messages, ...keys]) : undefined;
    let at = 0;
    const next = () => digests.subarray(at, (at += CHECKSUM_LENGTH));
    for (const { data } of framed) data.set(next(), data.length - CHECKSUM_LENGTH);
    for (const packed of hashed) packed.explicitHashKey = hashKeyOf(next());
    this.#hashed = this.#full.length;
  }

  /** Hands out what is full. */
  seal() {
    this.#hash();
    const full = this.#full;
    this.#full = [];
    this.#hashed = 0;
    return full.map((packed) => new Packed(packed));
  }

  finish() {
    this.#take();
    return this.seal();
  }

  size() {
    const { count, size } = this.#message;
    if (count === 0) return 0;
    const { partitionKey, length } = this.#first;
    if (this.#bare() !== undefined) return Buffer.byteLength(partitionKey) + length;
    return size + AROUND + this.#outerLength(partitionKey);
  }

  sizeAfter(partitionKey, data, explicitHashKey) {
    const { count, size } = this.#message;
    if (count > 0) {
      const more = this.#message.growth(partitionKey, explicitHashKey, data.length, 0);
      return size + more + AROUND + this.#outerLength(this.#first.partitionKey);
    }
    if (this.#options.frameSingles || readsAsAggregate(data)) {
      return this.#sizeAlone(partitionKey, data, explicitHashKey, undefined);
    }
    return Buffer.byteLength(partitionKey) + data.length;
  }

  openUserRecords() {
    return this.#message.count;
  }

  fullUserRecords() {
    return this.#full.reduce((sum, { userRecordCount }) => sum + userRecordCount, 0);
  }
}

/** Whether it is one that the service takes. */
function isHashKey(digits) {
  if (digits.length > LAST_HASH_KEY.length || !/^(?:0|[1-9][0-9]*)$/.test(digits)) return false;
  return digits.length < LAST_HASH_KEY.length || digits <= LAST_HASH_KEY;
}

/** Whether readers would take the data for an aggregate, and hand out its inside. */
function readsAsAggregate(data) {
  if (data.length <= AROUND || !MAGIC.every((byte, at) => data[at] === byte)) return false;
  const frame = Buffer.from(data);
  const checksum = frame.subarray(frame.length - CHECKSUM_LENGTH);
  return native.md5(messageOf(frame)).equals(checksum);
}

const hashKeyOf = (digest) => BigInt(`0x${digest.toString('hex')}`).toString();

module.exports = { PlainPacker };
