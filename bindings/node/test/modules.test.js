// Both kinds of modules have the same names, and the types compile.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync, spawnSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');

/** Which backend these tests are to run over. */
const BACKEND = process.env.KINESIS_AGG_TEST_BACKEND ?? 'native';

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

test('the backend is the one that is to be tested', () => {
  assert.equal(require('kinesis-agg').backend, BACKEND);
});

/** What `backend` is in another process, or the error. */
const backendOf = (before, env = {}) => run(process.execPath, ['-e', `${before}
  try { console.log(require('kinesis-agg').backend); } catch (error) { console.log(error.code, error.message); }`], env);
/** Packages of such names are not there. */
const without = (names) => `
  const Module = require('node:module');
  const load = Module._load;
  Module._load = (file, ...others) => {
    if (${names}.test(file)) throw new Error(\`Cannot find module '\${file}'\`);
    return load(file, ...others);
  };`;
const PLAN9 = "Object.defineProperty(process, 'platform', { value: 'plan9' });";

test('where there is no native module, or none is wanted, WebAssembly is at work', () => {
  assert.equal(backendOf(PLAN9), 'wasm\n');
  assert.equal(backendOf(without(/^kinesis-agg-(?!wasm32)/)), 'wasm\n');
  assert.equal(backendOf('', { KINESIS_AGG_FORCE_WASM: '1' }), 'wasm\n');
  for (const no of ['', '0']) assert.equal(backendOf('', { KINESIS_AGG_FORCE_WASM: no }), `${BACKEND}\n`);
});

test('where neither is there, the error says what was tried', () => {
  const neither = backendOf(PLAN9 + without(/^kinesis-agg-/));
  assert.match(neither, /^ERR_KINESIS_AGG_NO_NATIVE no native module of kinesis-agg for plan9-/);
  assert.match(neither, /Cannot find module 'kinesis-agg-plan9-/);
  assert.match(neither, /Cannot find module 'kinesis-agg-wasm32-wasi'/);
  const forced = backendOf(without(/^kinesis-agg-wasm32/), { KINESIS_AGG_FORCE_WASM: '1' });
  assert.match(forced, /^ERR_KINESIS_AGG_NO_NATIVE .*Cannot find module 'kinesis-agg-wasm32-wasi'/s);
  assert.equal(forced.match(/Cannot find module/g).length, 2);
});

test('nothing is written to stderr, and the process ends', () => {
  const program = "const { deaggregate } = require('kinesis-agg'); deaggregate(Buffer.from('x'));";
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { cwd: __dirname, encoding: 'utf8', timeout: 60_000 });
  assert.deepEqual([status, stderr], [0, '']);
});

test('WebAssembly with all of its memory in use is right, or says that it is full', () => {
  const program = `
    let exports;
    WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
      construct(Instance, given) {
        const instance = new Instance(...given);
        exports = instance.exports;
        return instance;
      },
    });
    const { Aggregator, ShardedAggregator, backend, deaggregate, hashKey } = require('kinesis-agg');
    const users = Array.from({ length: 500 }, (_, number) => ['key-' + number, Buffer.from('hello')]);
    const pack = (packing) => {
      packing.pushMany(users);
      return packing.finish().map((record) => record.toPutRecordsEntry());
    };
    const right = () => {
      for (const packing of [new Aggregator({ maxSize: 4096 }), new ShardedAggregator('none', null, { maxSize: 4096 })]) {
        const read = [...deaggregate(pack(packing))];
        if (read.length !== 500 || read.some((user) => !user.isAggregated)) throw new Error('wrong');
      }
      return hashKey('k').toString();
    };
    const before = right();
    // All but what is wanted for small things; then those, too.
    const room = exports.malloc(32 << 20);
    for (let size = 1 << 30; size >= 16; size >>= 1) while (exports.malloc(size) !== 0);
    exports.free(room);
    console.log(backend, exports.memory.buffer.byteLength, right() === before);
    try {
      deaggregate(Buffer.alloc(64 << 20));
      console.log('read');
    } catch (error) {
      console.log(error.name, error.cause.message);
    }
    console.log(right() === before);`;
  const said = run(process.execPath, ['-e', program], { KINESIS_AGG_FORCE_WASM: '1' });
  assert.equal(said, 'wasm 2147483648 true\nInternalError the memory of WebAssembly is full\ntrue\n');
});

test('the types are true for those who use them right, and wrong for the others', () => {
  const compiler = require.resolve('typescript/bin/tsc');
  const project = path.join(__dirname, 'types');
  const output = run(process.execPath, [compiler, '--project', project]);
  assert.equal(output, '');
});

function run(command, parameters, env = {}) {
  try {
    return execFileSync(command, parameters, { cwd: __dirname, encoding: 'utf8', env: { ...process.env, ...env } });
  } catch (error) {
    return error.stdout;
  }
}
