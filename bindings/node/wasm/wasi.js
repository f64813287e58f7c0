// What the module asks of a system: randomness for its tables, and stderr for panics. It sees
// neither files nor environment variables.
'use strict';

const { randomFillSync } = require('node:crypto');
const fs = require('node:fs');

const OK = 0;
/** By the numbers of WASI. */
const BAD_DESCRIPTOR = 8;

module.exports = (env) => ({
  random_get(address, length) {
    randomFillSync(env.memory.bytes, address, length);
    return OK;
  },
  environ_sizes_get(count, size) {
    env.memory.setWord(count, 0);
    env.memory.setWord(size, 0);
    return OK;
  },
  environ_get: () => OK,
  fd_write(descriptor, pieces, count, result) {
    if (descriptor !== 1 && descriptor !== 2) return BAD_DESCRIPTOR;
    let written = 0;
    for (let piece = pieces; piece < pieces + count * 8; piece += 8) {
      const [address, length] = [env.memory.word(piece), env.memory.word(piece + 4)];
      say(descriptor, env.memory.bytes.subarray(address, address + length));
      written += length;
    }
    env.memory.setWord(result, written);
    return OK;
  },
  proc_exit(code) {
    throw new Error(`the WebAssembly module ended with ${code}`);
  },
});

/** A stderr that is closed or full takes nothing: as with the standard library of Rust. */
function say(descriptor, bytes) {
  try {
    fs.writeSync(descriptor, bytes);
  } catch {
    // Nobody is there to be told.
  }
}
