// Wrong types, closed objects, callbacks that throw or enter again, threads, memory that
// is taken away, garbage collection in the middle: an exception, and the process lives.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const kinesisAgg = require('kinesis-agg');
const { CLICKS, aggregateOf } = require('./support.js');

const { Aggregator, Deaggregator, ShardMap, ShardedAggregator, deaggregate } = kinesisAgg;

const data = aggregateOf(...CLICKS);
/** What no argument of ours may be. */
const ODD = [null, undefined, 1, 1n, true, 'text', Symbol('s'), () => {}];

function throwsTypeError(work, what) {
  assert.throws(work, (error) => error instanceof TypeError && error.message.length > 10, what);
}

test('what is no record is a TypeError that names it', () => {
  for (const odd of ODD) {
    throwsTypeError(() => deaggregate(odd), String(odd));
    throwsTypeError(() => deaggregate([data, odd]), String(odd));
  }
  throwsTypeError(() => deaggregate([{ Data: 5 }]));
  throwsTypeError(() => deaggregate([{ Data: data, PartitionKey: 5 }]));
  throwsTypeError(() => deaggregate(Object.create(Uint8Array.prototype)));
  assert.throws(() => deaggregate([{}]), { name: 'MalformedRecordError', recordIndex: 0 });
  assert.throws(() => deaggregate([{ Data: data }, { Data: '%%%' }]), { name: 'MalformedRecordError', recordIndex: 1 });
  assert.throws(() => deaggregate([data, 5]), /record 1 is number/);
});

test('options that are wrong are told at once', () => {
  for (const options of [
    { policy: 5 }, { strict: 1 }, { verifyChecksums: 'no' }, { hashKeyRange: '0' }, { hashKeyRange: [1, 2] },
    { unknown: 1 }, null, 5,
  ]) throwsTypeError(() => new Deaggregator(options), JSON.stringify(options));
  for (const options of [{ policy: 'other' }, { hashKeyRange: ['1', '0'] }, { hashKeyRange: ['0', 'x'] }]) {
    assert.throws(() => new Deaggregator(options), { name: 'OptionsError', code: 'ERR_KINESIS_AGG_OPTIONS' });
  }
  for (const options of [{ maxSize: 0 }, { maxSize: 1.5 }, { maxSize: 2 ** 40 }, { maxCount: 0 }, { outerPartitionKey: 'x' }]) {
    assert.throws(() => new Aggregator(options), { name: 'OptionsError' }, JSON.stringify(options));
  }
  throwsTypeError(() => new Aggregator({ maxSize: '5' }));
  throwsTypeError(() => new ShardedAggregator(5));
  throwsTypeError(() => new ShardedAggregator('shard', {}));
  assert.throws(() => new ShardedAggregator('shard'), /needs a shard map/);
  assert.throws(() => new ShardedAggregator('other'), { name: 'OptionsError' });
  for (const odd of [null, 5, {}, [5], [{}]]) throwsTypeError(() => new ShardMap(odd));
  for (const odd of [null, 5, [5]]) throwsTypeError(() => ShardMap.fromListShards(odd));
});

test('a user record of a wrong type takes none of the others in', () => {
  const aggregator = new Aggregator();
  for (const odd of ODD) {
    if (typeof odd !== 'string') throwsTypeError(() => aggregator.push(odd, data), String(odd));
    throwsTypeError(() => aggregator.push('key', odd), String(odd));
    throwsTypeError(() => aggregator.pushMany([['key', data], odd]), String(odd));
    throwsTypeError(() => aggregator.pushMany(odd === 'text' ? [odd] : odd), String(odd));
  }
  throwsTypeError(() => aggregator.push('key', data, { explicitHashKey: 5 }));
  throwsTypeError(() => aggregator.push('key', data, { tags: 5 }));
  throwsTypeError(() => aggregator.push('key', data, { tags: [{ key: 5 }] }));
  throwsTypeError(() => aggregator.push('key', data, { arrived: 5 }));
  assert.throws(() => aggregator.pushMany([['key', data], ['key', 'text']]), /user record 1: .*encode it/);
  assert.equal(aggregator.length, 0);
});

test('a closed aggregator says so, and may be closed again', () => {
  const aggregator = new Aggregator();
  aggregator.push('key', data);
  assert.throws(() => aggregator.close(), { name: 'UnsentError', code: 'ERR_KINESIS_AGG_UNSENT' });
  assert.equal(aggregator.finish().length, 1);
  aggregator.close();
  aggregator.close();
  assert.equal(aggregator.isClosed, true);
  for (const work of [
    () => aggregator.push('key', data), () => aggregator.pushMany([['key', data]]), () => aggregator.seal(),
    () => aggregator.finish(), () => aggregator.size, () => aggregator.length,
  ]) assert.throws(work, { name: 'ClosedError', code: 'ERR_KINESIS_AGG_CLOSED' });
  if (Symbol.dispose) new Aggregator()[Symbol.dispose]();
});

test('an iterable may enter the aggregator again, or throw', () => {
  const aggregator = new Aggregator();
  function* entering() {
    yield ['outer-1', Buffer.from('1')];
    aggregator.pushMany([['inner', Buffer.from('2')]]);
    deaggregate(data);
    yield { partitionKey: 'outer-2', get data() { aggregator.push('getter', Buffer.from('3')); return Buffer.from('4'); } };
  }
  aggregator.pushMany(entering());
  const [record] = aggregator.finish();
  const keys = [...deaggregate(record.data)].map((it) => it.partitionKey);
  assert.deepEqual(keys, ['inner', 'getter', 'outer-1', 'outer-2']);
  const failing = (function* () { yield ['key', data]; throw new Error('mine'); })();
  assert.throws(() => aggregator.pushMany(failing), /mine/);
  assert.equal(aggregator.length, 0);
  const closing = (function* () { yield ['key', data]; aggregator.close(); })();
  assert.throws(() => aggregator.pushMany(closing), { name: 'ClosedError' });
});

test('a record that changes its own data while it is looked at does no harm', () => {
  const own = new Uint8Array(data);
  const record = { get Data() { return own; }, get PartitionKey() { structuredClone(own.buffer, { transfer: [own.buffer] }); return 'k'; } };
  throwsOrReads(() => [...deaggregate([record, data])]);
});

function throwsOrReads(work) {
  let read;
  try {
    read = work();
  } catch (error) {
    assert.ok(error instanceof TypeError || error instanceof RangeError, String(error));
    return;
  }
  assert.ok(Array.isArray(read));
}

test('a detached ArrayBuffer is a TypeError, before and after reading', () => {
  const own = new Uint8Array(data);
  structuredClone(own.buffer, { transfer: [own.buffer] });
  throwsTypeError(() => deaggregate(own));
  throwsTypeError(() => deaggregate([data, own]));
  throwsTypeError(() => new Aggregator().push('key', own));
  const later = new Uint8Array(data);
  const batch = deaggregate(later);
  structuredClone(later.buffer, { transfer: [later.buffer] });
  throwsOrReads(() => [...batch]);
});

test('memory that options take away is a TypeError, and what waits goes on', () => {
  const isResizable = typeof ArrayBuffer.prototype.resize === 'function';
  for (const make of [() => new Aggregator(), () => new ShardedAggregator('none')]) {
    const takeAway = (own) => structuredClone(own.buffer, { transfer: [own.buffer] });
    const ways = [[() => new Uint8Array(data), takeAway]];
    if (isResizable) {
      const view = () => new Uint8Array(new ArrayBuffer(64, { maxByteLength: 64 }), 32);
      const fixed = () => new Uint8Array(new ArrayBuffer(64, { maxByteLength: 64 }), 32, 16);
      for (const made of [view, fixed]) ways.push([made, (own) => own.buffer.resize(8)]);
    }
    for (const [made, gone] of ways) {
      const aggregator = make();
      aggregator.push('first', data);
      const early = made();
      gone(early);
      throwsTypeError(() => aggregator.push('key', early));
      throwsTypeError(() => aggregator.pushMany([['key', early]]));
      const own = made();
      const options = { get arrived() { gone(own); return undefined; } };
      throwsTypeError(() => aggregator.pushMany([['key', own]], options));
      const late = made();
      const items = [['key', late], { partitionKey: 'key', get data() { gone(late); return data; } }];
      throwsTypeError(() => aggregator.pushMany(items));
      assert.equal(aggregator.length, 1);
      assert.equal(aggregator.finish()[0].userRecordCount, 1);
    }
  }
});

test('what only looks like a Buffer is a TypeError', () => {
  const fake = Object.create(Buffer.prototype, { buffer: { value: new ArrayBuffer(8) }, length: { value: 2 } });
  throwsTypeError(() => new Aggregator().push('key', fake));
});

test('data that changes behind a batch changes what is read, and no more', () => {
  const own = Buffer.from(data);
  const batch = deaggregate(own);
  own.fill(0xff);
  assert.equal([...batch].length, 3);
});

test('a buffer that is filled again is read anew', () => {
  const own = new Uint8Array(new ArrayBuffer(1 << 16), 7, data.length);
  own.set(data);
  assert.equal(deaggregate(own).length, 3);
  own.fill(1);
  assert.equal(deaggregate(own).length, 1);
  own.set(data);
  assert.deepEqual([...deaggregate(own)].map((it) => it.data.toString()), ['click', 'view', 'buy']);
});

test('garbage collection in the middle takes nothing away', () => {
  assert.equal(typeof global.gc, 'function', 'run with --expose-gc');
  const aggregator = new Aggregator({ maxSize: 5000 });
  for (let number = 0; number < 2000; number++) {
    aggregator.push(`key-${number}`, Buffer.from(`data ${number}`));
    if (number % 100 === 0) global.gc();
  }
  const records = aggregator.finish();
  let number = 0;
  for (const record of records) {
    const walk = deaggregate(record.data)[Symbol.iterator]();
    global.gc();
    for (const user of walk) {
      assert.equal(user.partitionKey, `key-${number}`);
      assert.equal(user.data.toString(), `data ${number}`);
      if (number++ % 100 === 0) global.gc();
    }
  }
  assert.equal(number, 2000);
});

test('threads have objects of their own', async () => {
  const run = (seed) => new Promise((resolve, reject) => {
    const worker = new Worker(path.join(__dirname, 'worker.js'), { workerData: { seed, count: 3000 } });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
  const counts = await Promise.all([1, 2, 3, 4].map(run));
  assert.deepEqual(counts, [3000, 3000, 3000, 3000]);
});

test('a thread that is ended in the middle leaves the process alive', async () => {
  for (let round = 0; round < 5; round++) {
    const worker = new Worker(path.join(__dirname, 'worker.js'), { workerData: { seed: 1, count: 1e9 } });
    await new Promise((resolve) => worker.on('online', () => setTimeout(resolve, 20)));
    await worker.terminate();
  }
  assert.equal(deaggregate(data).length, 3);
});

test('a panic of the native module is an error', () => {
  // No part of the API: the module is fetched by its file.
  const folder = path.dirname(require.resolve('kinesis-agg'));
  const native = require(path.join(folder, 'lib/native.js'));
  assert.throws(() => native.panicForTest(), Error);
  assert.equal(deaggregate(data).length, 3);
});

test('faults by the thousand leave the others as they were', () => {
  const folder = path.dirname(require.resolve('kinesis-agg'));
  const program = `
    const native = require(${JSON.stringify(path.join(folder, 'lib/native.js'))});
    const { Aggregator, deaggregate } = require('kinesis-agg');
    const aggregator = new Aggregator();
    for (let number = 0; number < 5000; number++) {
      aggregator.push('key', Buffer.from('data'));
      try { native.panicForTest(); } catch {}
    }
    console.log(deaggregate(aggregator.finish()[0].data).length);`;
  const stdio = ['ignore', 'pipe', 'ignore'];
  assert.equal(execFileSync(process.execPath, ['-e', program], { cwd: __dirname, stdio, encoding: 'utf8' }), '5000\n');
});

test('an aggregator is given up after a fault of the native module', (context) => {
  const folder = path.dirname(require.resolve('kinesis-agg'));
  const native = require(path.join(folder, 'lib/native.js'));
  const panic = () => native.panicForTest();
  const fault = { name: 'InternalError', code: 'ERR_KINESIS_AGG_INTERNAL' };
  context.mock.method(native.Packer.prototype, 'finish', panic);
  context.mock.method(native, 'md5Many', panic, { times: 1 });
  for (const aggregator of [new Aggregator({ frameSingles: true }), new ShardedAggregator()]) {
    aggregator.push('key', data);
    assert.throws(() => aggregator.finish(), fault);
    assert.throws(() => aggregator.push('key', data), fault);
    aggregator.close();
  }
  const deaggregator = new Deaggregator();
  context.mock.method(native.Reader.prototype, 'read', panic, { times: 1 });
  assert.throws(() => deaggregator.deaggregate(data), { name: 'InternalError' });
  assert.equal(deaggregator.deaggregate(data).length, 3);
});
