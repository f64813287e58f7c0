// Node-API: Buffers and typed arrays. The module gets a copy of the bytes that a view shows,
// new for each call; what it hands out is copied out of its memory.
'use strict';

const os = require('node:os');
const status = require('./status.js');

/** By the numbers of `napi_typedarray_type`. */
const VIEWS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

const SWAPS = { 2: 'swap16', 4: 'swap32', 8: 'swap64' };

/** Numbers as the machine has them, which came as WebAssembly has them. */
function turned(view) {
  const swap = SWAPS[view.BYTES_PER_ELEMENT];
  if (swap) Buffer.from(view.buffer, view.byteOffset, view.byteLength)[swap]();
  return view;
}

const isTurned = os.endianness() === 'BE';

module.exports = (env) => {
  /** There is no memory that both sides write to. */
  const empty = (length, address, result, value) => {
    if (length !== 0) return status.GENERIC_FAILURE;
    env.memory.setWord(address, 0);
    return env.give(result, value);
  };
  /** A view of an ArrayBuffer that was taken away is empty. */
  const lay = (view) => {
    if (view.byteLength === 0) return 0;
    const { buffer, byteOffset, byteLength } = view;
    return env.lay(view instanceof Uint8Array ? view : Buffer.from(buffer, byteOffset, byteLength));
  };

  return {
    napi_create_buffer: (_, length, address, result) =>
      empty(length, address, result, Buffer.alloc(0)),
    napi_create_arraybuffer: (_, length, address, result) =>
      empty(length, address, result, new ArrayBuffer(0)),
    napi_create_buffer_copy(_, length, data, address, result) {
      if (address !== 0) return status.GENERIC_FAILURE;
      return env.give(result, Buffer.from(env.memory.copy(data, length)));
    },
    napi_create_external_arraybuffer(_, data, length, finalizer, hint, result) {
      env.afterwards(() => env.finalize({ finalizer, address: data, hint }));
      return env.give(result, env.memory.copy(data, length));
    },
    napi_create_typedarray(_, type, length, buffer, offset, result) {
      const view = new VIEWS[type](env.value(buffer), offset, length);
      return env.give(result, isTurned ? turned(view) : view);
    },

    napi_get_buffer_info: (_, handle, address, length) =>
      env.attempt(() => {
        const view = env.value(handle);
        if (!ArrayBuffer.isView(view)) return status.INVALID_ARGUMENT;
        if (address !== 0) env.memory.setWord(address, lay(view));
        return env.memory.setWord(length, view.byteLength);
      }),
    napi_get_typedarray_info: (_, handle, type, length, address, buffer, offset) =>
      env.attempt(() => {
        const view = env.value(handle);
        const number = VIEWS.findIndex((View) => view instanceof View);
        // Of larger numbers none comes in.
        if (number < 0 || (isTurned && view.BYTES_PER_ELEMENT > 1)) return status.INVALID_ARGUMENT;
        if (address !== 0) env.memory.setWord(address, lay(view));
        if (buffer !== 0) env.memory.setWord(buffer, env.handle(view.buffer));
        env.memory.setWord(type, number);
        env.memory.setWord(length, view.length);
        return env.memory.setWord(offset, view.byteOffset);
      }),
  };
};
