// Values as they come in: their types checked, and made what the native module takes.
'use strict';

// The global of this name is a getter.
const { Buffer } = require('node:buffer');
const { isUint8Array, isAnyArrayBuffer, isSharedArrayBuffer } = require('node:util').types;
const { OptionsError } = require('./errors.js');

const { keys } = Uint8Array.prototype;

/** How an error names the type of a value. */
function kindOf(value) {
  if (value === null) return 'null';
  return typeof value === 'object' ? value.constructor?.name ?? 'an object' : typeof value;
}

function wrongType(what, wanted, value) {
  const error = new TypeError(`${what} is ${kindOf(value)}, not ${wanted}`);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

/** The bytes of a Buffer, a typed array or an ArrayBuffer, without a copy. Memory that
 * other threads may change meanwhile is copied. */
function bytes(what, value) {
  // Most are this, and asking is cheap.
  if (isUint8Array(value) && value instanceof Buffer && value.buffer instanceof ArrayBuffer && value.length > 0) {
    return value;
  }
  if (!isUint8Array(value)) {
    if (isAnyArrayBuffer(value)) return bytes(what, new Uint8Array(value));
    if (!ArrayBuffer.isView(value)) throw wrongType(what, 'a Buffer or Uint8Array', value);
    return bytes(what, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }
  const { buffer } = value;
  if (isSharedArrayBuffer(buffer)) return Buffer.from(value);
  // It refuses memory that was transferred away, or became too small for the view.
  if (value.length === 0) keys.call(value);
  return Buffer.isBuffer(value) ? value : Buffer.from(buffer, value.byteOffset, value.length);
}

/** The same of what is copied at once, all of it: other threads do no harm there. */
function bytesToCopy(what, value) {
  return isUint8Array(value) && value.length > 0 ? value : bytes(what, value);
}

function string(what, value) {
  if (typeof value !== 'string') throw wrongType(what, 'a string', value);
  return value;
}

/** The digits of a hash key, unchecked: the core refuses what is none. */
function digits(what, key) {
  if (typeof key === 'bigint') return key.toString();
  if (typeof key !== 'string') throw wrongType(what, 'a bigint or a string of digits', key);
  return key;
}

/** Both ends of a range of hash keys. */
function range(value) {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length !== 2) {
    throw wrongType('hashKeyRange', 'an array of two hash keys', value);
  }
  return value.map((key) => digits('a hash key of hashKeyRange', key));
}

/** A number of things or bytes. */
function count(what, value) {
  if (typeof value !== 'number') throw wrongType(what, 'a number', value);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new OptionsError(`${what} is no whole number from 0 on`, 'ERR_KINESIS_AGG_OPTIONS');
  }
  return value;
}

function boolean(what, value) {
  if (typeof value !== 'boolean') throw wrongType(what, 'a boolean', value);
  return value;
}

/** Milliseconds, from a number or a Date. */
function milliseconds(what, time) {
  const number = time instanceof Date ? time.getTime() : time;
  if (typeof number !== 'number') throw wrongType(what, 'a Date or a number', time);
  if (!(number >= 0 && number <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`${what} is no number of milliseconds from 0 on`);
  }
  return Math.floor(number);
}

/** Options as an object; names that nobody knows are mistakes. */
function options(given, defaults) {
  if (given === undefined) return defaults;
  if (given === null || typeof given !== 'object') throw wrongType('options', 'an object', given);
  const merged = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) throw new TypeError(`there is no option ${name}`);
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}

/** Whether a string has UTF-8: no half of a surrogate pair. */
function isWellFormed(text) {
  return text.isWellFormed ? text.isWellFormed() : !/\p{Surrogate}/u.test(text);
}

module.exports = {
  boolean,
  bytes,
  bytesToCopy,
  count,
  digits,
  isWellFormed,
  milliseconds,
  options,
  range,
  string,
  wrongType,
};
