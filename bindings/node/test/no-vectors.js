// Loaded before the tests: a machine whose WebAssembly has no vectors, as V8 tells it.
'use strict';

const { Module } = WebAssembly;
/** `v128.const 0; drop`, in a function of its own, makes a module that needs them. */
const REFUSED = Buffer.from('fd0c', 'hex');

WebAssembly.Module = class extends Module {
  constructor(bytes) {
    if (Buffer.from(bytes).includes(REFUSED)) throw new WebAssembly.CompileError('Wasm SIMD unsupported');
    super(bytes);
  }
};
