// Builds the native module for this machine, in release, and lays it into `native`; or the
// same module as WebAssembly, with and without vectors, and lays both into `wasm`.
//
//   node scripts/build.js
//   node scripts/build.js wasm     takes `rustup target add wasm32-wasip1`
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { target } = require('../lib/target.js');

const folder = path.join(__dirname, '..');

/** How the compiler names the library. */
const LIBRARIES = {
  win32: 'kinesis_agg_node.dll',
  darwin: 'libkinesis_agg_node.dylib',
};

const WASM = 'wasm32-wasip1';

/** The modules of `wasm`, and what the compiler may use for each. */
const MODULES = {
  'kinesis-agg.wasm': ['-Ctarget-feature=+simd128'],
  'kinesis-agg.plain.wasm': [],
};

/** Returns the files that cargo made. */
function build(options = [], env = {}) {
  const json = '--message-format=json-render-diagnostics';
  const cargo = ['build', '--release', '--locked', json, ...options];
  const stdio = ['ignore', 'pipe', 'inherit'];
  const how = { cwd: folder, stdio, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...env } };
  const messages = execFileSync('cargo', cargo, how).trim().split('\n');
  return messages.flatMap((line) => JSON.parse(line).filenames ?? []);
}

function lay(files, name, built) {
  fs.mkdirSync(path.dirname(built), { recursive: true });
  fs.rmSync(built, { force: true });
  fs.copyFileSync(files.find((file) => path.basename(file) === name), built);
  console.log(path.relative(process.cwd(), built));
}

/** Names for the folders of this machine, which panics tell. */
function named() {
  const home = process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo');
  const root = path.join(folder, '../..');
  return [`--remap-path-prefix=${root}=/kinesis-agg`, `--remap-path-prefix=${home}=/cargo`];
}

function buildNative() {
  const name = LIBRARIES[process.platform] ?? 'libkinesis_agg_node.so';
  lay(build(), name, path.join(folder, 'native', `kinesis-agg.${target()}.node`));
}

function buildWasm() {
  for (const [module, flags] of Object.entries(MODULES)) {
    const env = { CARGO_ENCODED_RUSTFLAGS: [...flags, ...named()].join('\x1f') };
    const files = build(['--target', WASM], env);
    lay(files, 'kinesis_agg_node.wasm', path.join(folder, 'wasm', module));
  }
}

if (process.argv[2] === 'wasm') buildWasm();
else buildNative();
