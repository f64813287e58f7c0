// Loads the native module that fits this machine, or the same module as WebAssembly where
// none does: each one built here, or from its package.
'use strict';

const path = require('node:path');
const { KinesisAggError } = require('./errors.js');
const { target } = require('./target.js');
const { version } = require('../package.json');

/** The module as WebAssembly, as platforms are named. */
const WASM = 'wasm32-wasi';

/** Set, and not to nothing or 0: the native module is passed over. */
const isForced = !['', '0'].includes(process.env.KINESIS_AGG_FORCE_WASM ?? '');

/** What is tried, in this order. */
function candidates(name) {
  const root = path.join(__dirname, '..');
  const native = [path.join(root, 'native', `kinesis-agg.${name}.node`), `kinesis-agg-${name}`];
  const wasm = [path.join(root, 'wasm'), `kinesis-agg-${WASM}`];
  return [
    ...(isForced ? [] : native.map((file) => ({ file, backend: 'native' }))),
    ...wasm.map((file) => ({ file, backend: 'wasm' })),
  ];
}

function load() {
  const name = target();
  const causes = [];
  for (const { file, backend } of candidates(name)) {
    try {
      const native = require(file);
      if (native.version() === version) return Object.assign(native, { backend });
      causes.push(new Error(`${file} is of version ${native.version()}, not ${version}`));
    } catch (error) {
      causes.push(error);
    }
  }
  throw noNative(name, causes);
}

function noNative(name, causes) {
  const packages = isForced ? `kinesis-agg-${WASM}` : `kinesis-agg-${name} or kinesis-agg-${WASM}`;
  const text =
    `no native module of kinesis-agg for ${name}, nor WebAssembly in its place: install the package` +
    ` ${packages} (optional dependencies must not be omitted), or build it from the sources:\n` +
    causes.map((cause) => `- ${String(cause.message).split('\n')[0]}`).join('\n');
  return new KinesisAggError(text, 'ERR_KINESIS_AGG_NO_NATIVE', { cause: causes });
}

module.exports = load();
