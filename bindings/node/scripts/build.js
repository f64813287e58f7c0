// Builds the native module for this machine, in release, and lays it into `native`.
//
//   node scripts/build.js
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { target } = require('../lib/target.js');

const folder = path.join(__dirname, '..');

/** How the compiler names the library. */
const LIBRARIES = {
  win32: 'kinesis_agg_node.dll',
  darwin: 'libkinesis_agg_node.dylib',
};

function build() {
  const cargo = ['build', '--release', '--locked', '--message-format=json-render-diagnostics'];
  const stdio = ['ignore', 'pipe', 'inherit'];
  const options = { cwd: folder, stdio, encoding: 'utf8', maxBuffer: 1 << 28 };
  const messages = execFileSync('cargo', cargo, options).trim().split('\n');
  return messages.flatMap((line) => JSON.parse(line).filenames ?? []);
}

const name = LIBRARIES[process.platform] ?? 'libkinesis_agg_node.so';
const library = build().find((file) => path.basename(file) === name);
const built = path.join(folder, 'native', `kinesis-agg.${target()}.node`);
fs.mkdirSync(path.dirname(built), { recursive: true });
fs.rmSync(built, { force: true });
fs.copyFileSync(library, built);
console.log(path.relative(process.cwd(), built));
