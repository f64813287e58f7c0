// Hands many user records to the native module in one call, through one buffer.
// `src/staged.rs` has the layout.
'use strict';

const { Buffer } = require('node:buffer');
const os = require('node:os');

const { backend } = require('./native.js');

/** WebAssembly has the lowest byte of a number first, also where the machine has not. */
const isTurned = backend === 'wasm' && os.endianness() === 'BE';

/** A call takes so many user records, and so many bytes, at most. */
const RECORDS = 1024;
const BYTES = 1 << 18;
const WORDS = 3;

/** Used by one call at a time: nothing of the user's runs while it is filled. */
const buffer = Buffer.from(new ArrayBuffer(BYTES));
const words = new Uint32Array(buffer.buffer);

/** How many user records from a place on can be staged together: 0 when the one there
 * has to go alone. */
function stageable(records, from) {
  const { partitionKeys, data, explicitHashKeys, tags } = records;
  const to = Math.min(records.length, from + RECORDS);
  let left = BYTES;
  let place = from;
  for (; place < to; place++) {
    if (tags[place]?.length > 0) break;
    const text = partitionKeys[place].length + (explicitHashKeys[place]?.length ?? 0);
    left -= WORDS * 4 + text + data[place].length;
    if (left < 0) break;
  }
  return place - from;
}

/** Fills the buffer, and returns how many of its bytes are used; 0 when a string is not
 * ASCII. */
function stage(records, from, count) {
  const { partitionKeys, data, explicitHashKeys } = records;
  let text = '';
  for (let number = 0; number < count; number++) {
    const key = partitionKeys[from + number];
    const explicit = explicitHashKeys[from + number];
    const at = number * WORDS;
    words[at] = key.length;
    words[at + 1] = explicit === undefined ? 0 : explicit.length + 1;
    words[at + 2] = data[from + number].length;
    text += explicit === undefined ? key : key + explicit;
  }
  let end = count * WORDS * 4;
  if (isTurned) buffer.subarray(0, end).swap32();
  // What is not ASCII takes more bytes than it has units, or does not fit.
  if (Buffer.byteLength(text) !== text.length) return 0;
  buffer.write(text, end, 'latin1');
  end += text.length;
  for (let place = from; place < from + count; place++) {
    buffer.set(data[place], end);
    end += data[place].length;
  }
  return end;
}

module.exports = { buffer, stage, stageable };
