// The drop-in beside the original, which the test project has installed: the same calls,
// the same answers where the original is right; and what is right where it is wrong.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const original = require('aws-kinesis-agg');
const dropIn = require('kinesis-agg/aws-kinesis-agg');
const { deaggregate } = require('kinesis-agg');
const { aggregateOf, vectors } = require('./support.js');

/** User records that the original packs and reads right. */
const USERS = [
  { partitionKey: 'alpha', data: 'one', explicitHashKey: '170141183460469231731687303715884105728' },
  { partitionKey: 'beta', data: Buffer.from('two'), explicitHashKey: 'no number' },
  { partitionKey: 'alpha', data: Buffer.alloc(300, 7), explicitHashKey: '05' },
  { partitionKey: 'gamma', data: new Uint8Array([1, 2, 3]), explicitHashKey: 'no number' },
];
const copies = (users) => users.map((user) => ({ ...user }));
const many = (count, size) => Array.from({ length: count }, (_, number) => ({ partitionKey: `key-${number}`, data: Buffer.alloc(size, number) }));

/** Runs a program with both, and compares what it says. */
function same(name, program) {
  test(`as in the original: ${name}`, async () => {
    const [theirs, ours] = [await program(original), await program(dropIn)];
    assert.ok(theirs.length > 0);
    assert.deepEqual(ours, theirs);
  });
}

/** The calls of callbacks. An error is its text. */
function recorder() {
  const calls = [];
  const call = (name) => (...values) => void calls.push([name, ...values.map((it) => (it instanceof Error ? `${it}` : it))]);
  return { calls, call };
}

/** What is sent, without the second name of the hash key, which only ours has. */
const sent = ({ explicitHashKey, ...record }) => record;

/** Each vector that the original reads as the KCL does. */
function readAlike() {
  const aggregates = vectors().filter((it) => it.aggregate && !it.range && it.faithful);
  return aggregates.filter(({ input, kcl }) =>
    kcl.outcome === 'aggregated' && input.every((it) => it.explicitHashKey) && new Set(input.map((it) => it.partitionKey)).size > 0);
}

same('deaggregate, of all producers, in both casings, from base64 and bytes', (kpl) => {
  const { calls, call } = recorder();
  for (const { aggregate } of readAlike()) {
    const data = Buffer.from(aggregate, 'base64');
    for (const record of [
      { data: aggregate, partitionKey: 'p', sequenceNumber: '49', kinesisSchemaVersion: '1.0' },
      { data, partitionKey: 'p', sequenceNumber: '49' },
      { Data: data, PartitionKey: 'p', SequenceNumber: '49' },
      { Data: new Uint8Array(data), PartitionKey: 'p', SequenceNumber: '49' },
    ]) {
      kpl.deaggregate(record, true, call('user'), call('after'));
      kpl.deaggregate(record, false, call('user'), call('after'));
      kpl.deaggregateSync(record, true, call('sync'));
    }
  }
  return calls;
});

same('a record that is no aggregate', (kpl) => {
  const { calls, call } = recorder();
  for (const record of [
    { data: Buffer.from('plain').toString('base64'), partitionKey: 'p', sequenceNumber: '1', approximateArrivalTimestamp: 1 },
    { Data: Buffer.from('plain'), PartitionKey: 'p', SequenceNumber: '1' },
    { data: '', partitionKey: 'p', sequenceNumber: '1' },
  ]) {
    kpl.deaggregate(record, true, call('user'), call('after'));
    kpl.deaggregateSync(record, true, call('sync'));
  }
  return calls;
});

same('a wrong checksum', (kpl) => {
  const { calls, call } = recorder();
  const data = Buffer.from(aggregateOf(['k', Buffer.from('d')]));
  data[data.length - 1] ^= 1;
  kpl.deaggregate({ data, partitionKey: 'p', sequenceNumber: '1' }, true, call('user'), call('after'));
  kpl.deaggregate({ data, partitionKey: 'p', sequenceNumber: '1' }, false, call('user'), call('after'));
  kpl.deaggregateSync({ data, partitionKey: 'p', sequenceNumber: '1' }, true, call('sync'));
  return calls;
});

same('a callback for user records that throws', (kpl) => {
  const { calls, call } = recorder();
  const data = aggregateOf(['a', Buffer.from('1')], ['b', Buffer.from('2')], ['c', Buffer.from('3')]);
  const failing = (error, { subSequenceNumber, SubSequenceNumber }) => {
    if ((subSequenceNumber ?? SubSequenceNumber) === 1) throw new Error('mine');
  };
  kpl.deaggregate({ data: data.toString('base64'), partitionKey: 'p', sequenceNumber: '1' }, true, failing, call('after'));
  kpl.deaggregate({ Data: data, PartitionKey: 'p', SequenceNumber: '1' }, true, failing, call('after'));
  return calls;
});

same('RecordAggregator, byte for byte', (kpl) => {
  const { calls, call } = recorder();
  const say = call('say');
  const aggregator = new kpl.RecordAggregator((error, record) => say(error, record && sent(record)));
  for (const user of copies(USERS)) {
    say(aggregator.checkIfUserRecordFits({ ...user }), aggregator.calculateUserRecordSize({ ...user }));
    aggregator.addUserRecord(user);
    say(aggregator.length(), aggregator.totalBytes);
  }
  say(sent(aggregator.build()), aggregator.length(), aggregator.build());
  aggregator.aggregateRecords(copies(USERS), false);
  aggregator.flushBufferedRecords();
  aggregator.aggregateRecords(copies(USERS).slice(0, 1), true);
  aggregator.aggregateRecords(copies(USERS), false);
  aggregator.clearRecords();
  say(aggregator.length(), aggregator.totalBytes);
  aggregator.flushBufferedRecords((error, record) => say('other', error, record));
  say(aggregator.setOnReadyCallback() === aggregator.onReadyCallback);
  return calls;
});

same('user records without hash keys, and what is sent with them', (kpl) => {
  const { calls, call } = recorder();
  const aggregator = new kpl.RecordAggregator(call('ready'));
  aggregator.aggregateRecords(many(3000, 100), true);
  return calls;
});

same('what is missing or too large', (kpl) => {
  const { calls, call } = recorder();
  const aggregator = new kpl.RecordAggregator(call('ready'));
  for (const user of [{ partitionKey: 'k' }, { data: 'd' }, { partitionKey: 'k', data: '' }]) {
    try {
      aggregator.addUserRecord({ ...user });
    } catch (error) {
      call('thrown')(error);
    }
  }
  aggregator.aggregateRecords([{ partitionKey: 'k', data: Buffer.alloc(1 << 21) }], true);
  aggregator.aggregateRecords(many(2, 600_000), true);
  try {
    many(2, 600_000).forEach((user) => aggregator.addUserRecord(user));
  } catch (error) {
    call('thrown')(error);
  }
  return calls;
});

same('aggregate, with handlers that fail', (kpl) => {
  const { calls, call } = recorder();
  return new Promise((resolve) => {
    let number = 0;
    const handler = (record, done) => {
      call('handler')(sent(record));
      setTimeout(() => (number++ === 1 ? done(new Error('mine'), 'answer') : done()), 2);
    };
    kpl.aggregate(many(5, 400_000), handler, () => resolve(calls), call('error'));
  });
});

same('aggregate of no records', (kpl) => {
  const { calls, call } = recorder();
  kpl.aggregate([], call('handler'), call('after'), call('error'));
  return calls;
});

/** What an aggregate holds, as the KCL reads it. */
const inside = (data) => [...deaggregate(data)].map((it) => [it.partitionKey, it.explicitHashKey, it.data.toString()]);

function packed(users) {
  const aggregator = new dropIn.RecordAggregator();
  users.forEach((user) => aggregator.addUserRecord(user));
  const size = aggregator.totalBytes;
  const built = aggregator.build();
  assert.equal(built.data.length, size + 20);
  return built;
}

test('keys that change places in the original keep theirs', () => {
  for (const keys of [['b', '7', 'a', '3'], ['__proto__', 'x'], ['constructor', 'hasOwnProperty', 'é', '漢字', '😀']]) {
    const users = keys.map((key) => ({ partitionKey: key, data: `of ${key}`, explicitHashKey: `${key}!` }));
    const { data } = packed(users);
    assert.deepEqual(inside(data), keys.map((key) => [key, `${key}!`, `of ${key}`]));
    const read = [];
    dropIn.deaggregate({ data: data.toString('base64'), sequenceNumber: '1' }, true, (error, user) => read.push(user), () => {});
    assert.deepEqual(read.map((it) => [it.partitionKey, it.explicitPartitionKey]), keys.map((key) => [key, `${key}!`]));
  }
});

test('an explicit hash key stays with its own user record', () => {
  const users = [{ partitionKey: 'a', data: '1' }, { partitionKey: 'b', data: '2', explicitHashKey: 77 }];
  const built = packed(users);
  assert.deepEqual(inside(built.data), [['a', undefined, '1'], ['b', '77', '2']]);
  assert.equal(built.explicitHashKey, undefined);
  const reversed = packed([...users].reverse());
  assert.equal(reversed.explicitHashKey, '77');
  assert.equal(reversed.ExplicitHashKey, '77');
  const read = [];
  dropIn.deaggregate({ data: built.data, sequenceNumber: '1' }, true, (error, user) => read.push(user.explicitPartitionKey), () => {});
  assert.deepEqual(read, [undefined, '77']);
});

test('no aggregate is above the limit, its partition key included', () => {
  for (const key of ['k', '漢'.repeat(200), 'x'.repeat(256)]) {
    const sizes = [];
    const aggregator = new dropIn.RecordAggregator((error, record) => {
      assert.equal(error, null);
      sizes.push(record.data.length + Buffer.byteLength(record.partitionKey));
    });
    aggregator.setMaxSize(5000);
    const users = Array.from({ length: 500 }, (_, number) => ({ partitionKey: key + (number % 3 ? '' : number), data: Buffer.alloc(number % 97, 1) }));
    aggregator.aggregateRecords(users.filter((it) => it.data.length > 0), true);
    assert.ok(sizes.length > 3 && sizes.every((size) => size <= 5000), `${sizes}`);
  }
  assert.throws(() => new dropIn.RecordAggregator().setMaxSize(0), { name: 'OptionsError' });
});

test('data of any length comes out in base64, in texts that are shared and alone', () => {
  // As much as a text holds.
  const full = 3072;
  const around = Array.from({ length: 24 }, (_, more) => full - 12 + more);
  const lengths = [0, 1, 2, 3, 0, 0, 100, ...around, 5000, 0, 1, full - 3, 3, full, full, 3, 0];
  const data = lengths.map((length, number) => Buffer.alloc(length, `${number} `));
  const aggregate = aggregateOf(...data.map((held) => ['key', held]));
  const record = { partitionKey: 'key', sequenceNumber: '1', data: aggregate.toString('base64') };
  let read;
  dropIn.deaggregateSync(record, true, (error, users) => {
    assert.ifError(error);
    read = users.map((user) => user.data);
  });
  assert.deepEqual(read, data.map((held) => held.toString('base64')));
});

test('checksums are verified unless asked not to', () => {
  const data = Buffer.from(aggregateOf(['k', Buffer.from('d')]));
  data[data.length - 1] ^= 1;
  const errors = (computeChecksums) => {
    const seen = [];
    dropIn.deaggregateSync({ data }, computeChecksums, (error) => seen.push(error?.message));
    return seen;
  };
  assert.deepEqual([errors(undefined), errors(true), errors(false)], [['Invalid record checksum'], ['Invalid record checksum'], [undefined]]);
});

test('a ready callback that throws or enters again loses nothing', () => {
  const seen = [];
  let calls = 0;
  const aggregator = new dropIn.RecordAggregator((error, record) => {
    calls++;
    if (calls === 1) throw new Error('mine');
    if (calls === 2) aggregator.aggregateRecords([{ partitionKey: 'inner', data: 'x' }], false);
    seen.push(...inside(record.data).map(([key]) => key));
  });
  aggregator.aggregateRecords([{ partitionKey: 'a', data: '1' }], false);
  assert.throws(() => aggregator.flushBufferedRecords(), /mine/);
  assert.equal(aggregator.length(), 1);
  aggregator.flushBufferedRecords();
  aggregator.flushBufferedRecords();
  assert.deepEqual(seen, ['a', 'inner']);
});

test('what a callback threw over is called back with, when nothing else waits', () => {
  const seen = [];
  let isFirst = true;
  const aggregator = new dropIn.RecordAggregator((error, record) => {
    if (isFirst) {
      isFirst = false;
      aggregator.addUserRecord({ partitionKey: 'inner', data: 'x' });
      throw new Error('mine');
    }
    seen.push(...(record === undefined ? ['nothing'] : inside(record.data).map(([key]) => key)));
    if (seen.length === 1) throw new Error('again');
  });
  aggregator.addUserRecord({ partitionKey: 'outer', data: '1' });
  assert.throws(() => aggregator.flushBufferedRecords(), /mine/);
  assert.deepEqual(inside(aggregator.build().data).map(([key]) => key), ['inner']);
  assert.equal(aggregator.length(), 0);
  assert.throws(() => aggregator.aggregateRecords([], true), /again/);
  aggregator.aggregateRecords([], true);
  assert.deepEqual(seen, ['outer', 'outer']);
  aggregator.aggregateRecords([], true);
  aggregator.flushBufferedRecords();
  assert.deepEqual(seen, ['outer', 'outer', 'nothing']);
});

test('a handler that throws, or calls back twice, is one failure and one success', async () => {
  const errors = [];
  let handled = 0;
  await new Promise((resolve) => {
    dropIn.aggregate(many(3, 600_000), (record, done) => {
      if (handled++ === 0) throw new Error('mine');
      done();
      done();
    }, resolve, (error) => errors.push(error.message), 2);
  });
  assert.equal(handled, 3);
  assert.deepEqual(errors, ['mine']);
});

test('a damaged record is an error with its offset, and wrong types are TypeErrors', () => {
  const message = Buffer.from('f3899ac20a0561', 'hex');
  let seen;
  dropIn.deaggregateSync({ data: Buffer.concat([message, Buffer.alloc(16)]) }, false, (error) => { seen = error; });
  assert.ok(seen instanceof Error && Number.isInteger(seen.offset), String(seen));
  for (const record of [{}, { data: 5 }, { Data: null, data: undefined }]) {
    assert.throws(() => dropIn.deaggregate(record, true, () => {}, () => {}), TypeError);
  }
});
