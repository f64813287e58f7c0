// The module of kinesis-agg as WebAssembly, for machines without a native one: the same Rust
// code, over as much of Node-API as it uses.
//
//   memory        numbers, text and bytes in the module's memory
//   environment   handles, calls into the module, panics
//   values, bytes, objects, functions, lifetimes      functions of Node-API, by subject
//   wasi          what it asks of a system
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { ENVIRONMENT, Environment } = require('./environment.js');

const PARTS = [
  require('./values.js'),
  require('./bytes.js'),
  require('./objects.js'),
  require('./functions.js'),
  require('./lifetimes.js'),
];

/** Machines without vectors refuse the module that uses them. */
function compiled() {
  const read = (name) => fs.readFileSync(path.join(__dirname, name));
  try {
    return new WebAssembly.Module(read('kinesis-agg.wasm'));
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    return new WebAssembly.Module(read('kinesis-agg.plain.wasm'));
  }
}

/** An instance of its own for each thread. */
function load(module) {
  const env = new Environment();
  const api = Object.assign({}, ...PARTS.map((part) => part(env)));
  const imports = { env: api, napi: api, wasi_snapshot_preview1: require('./wasi.js')(env) };
  const { exports } = new WebAssembly.Instance(module, imports);
  env.open(exports);
  exports.__wasm_call_ctors();
  for (const name of Object.keys(exports)) {
    if (name.startsWith('__napi_register__')) exports[name]();
  }
  const native = {};
  const register = () => exports.napi_register_wasm_v1(ENVIRONMENT, env.handle(native));
  env.run(register, { self: undefined, given: [], data: 0, target: undefined });
  return native;
}

module.exports = load(compiled());
