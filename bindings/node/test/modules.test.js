// Both kinds of modules have the same names, and the types compile.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');

for (const name of ['kinesis-agg', 'kinesis-agg/aws-kinesis-agg']) {
  test(`${name} is the same by require and by import`, async () => {
    const required = require(name);
    const { default: whole, ...imported } = await import(name);
    assert.equal(whole, required);
    assert.deepEqual(Object.keys(imported).sort(), Object.keys(required).sort());
    for (const [key, value] of Object.entries(required)) assert.equal(imported[key], value);
  });
}

test('the package is the version that it says, and hides its files', () => {
  assert.equal(require('kinesis-agg').version, require('kinesis-agg/package.json').version);
  assert.throws(() => require('kinesis-agg/lib/native.js'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
});

test('a platform without native module is told so, with what was tried', () => {
  const program = `
    Object.defineProperty(process, 'platform', { value: 'plan9' });
    try { require('kinesis-agg'); } catch (error) { console.log(error.code, error.message); }`;
  const output = run(process.execPath, ['-e', program]);
  assert.match(output, /^ERR_KINESIS_AGG_NO_NATIVE no native module of kinesis-agg for plan9-/);
  assert.match(output, /Cannot find module 'kinesis-agg-plan9-/);
});

test('the types are true for those who use them right, and wrong for the others', () => {
  const compiler = require.resolve('typescript/bin/tsc');
  const project = path.join(__dirname, 'types');
  const output = run(process.execPath, [compiler, '--project', project]);
  assert.equal(output, '');
});

function run(command, parameters) {
  try {
    return execFileSync(command, parameters, { cwd: __dirname, encoding: 'utf8' });
  } catch (error) {
    return error.stdout;
  }
}
