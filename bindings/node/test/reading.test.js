// Shapes of records, options of reading, reports.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const kinesisAgg = require('kinesis-agg');
const { CLICKS, aggregateOf, sample } = require('./support.js');

const { Deaggregator, MalformedRecordError, deaggregate, deaggregateAsync } = kinesisAgg;

const data = aggregateOf(...CLICKS);
const base64 = data.toString('base64');
const damaged = Buffer.from(data);
damaged[damaged.length - 1] ^= 1;
const keys = (records, options) => [...deaggregate(records, options)].map((it) => it.partitionKey);

test('every shape of a record, alone and in a list, gives the same user records', () => {
  const fields = { partitionKey: 'outer', sequenceNumber: '7' };
  const upper = { PartitionKey: 'outer', SequenceNumber: '7', Data: data };
  const shapes = {
    buffer: data,
    uint8array: new Uint8Array(data),
    arraybuffer: new Uint8Array(data).buffer,
    dataview: new DataView(new Uint8Array(data).buffer),
    shared: sharedCopy(data),
    sdk: upper,
    sdkBase64: { ...upper, Data: base64 },
    lambda: { eventID: 's:7', kinesis: { ...fields, data: base64 } },
    firehose: { recordId: '1', data: base64, kinesisRecordMetadata: fields },
    analytics: { recordId: '1', data: base64, kinesisStreamRecordMetadata: fields },
    pipes: { ...fields, data: base64 },
  };
  for (const [name, record] of Object.entries(shapes)) {
    for (const many of [record, [record], new Set([record]), { Records: [record] }, { records: [record] }]) {
      const read = [...deaggregate(many)];
      assert.deepEqual(read.map((it) => it.partitionKey), ['mia', 'leo', 'mia'], name);
      assert.deepEqual(read.map((it) => it.data.toString()), ['click', 'view', 'buy'], name);
      assert.deepEqual(read.map((it) => it.subSequenceNumber), [0, 1, 2], name);
      assert.equal(read[0].record, record);
      if (!ArrayBuffer.isView(record) && !('byteLength' in record)) {
        assert.equal(read[2].sequenceNumber, '7', name);
      }
    }
  }
});

function sharedCopy(bytes) {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

test('the samples of AWS are read', () => {
  for (const name of ['lambda-kinesis', 'firehose-transform-from-stream', 'firehose-transform',
    'analytics-preprocess-stream', 'pipes-kinesis', 'get-records-cli-v2']) {
    const batch = deaggregate(sample(name));
    assert.ok(batch.length > 0, name);
    assert.equal(batch.reports.length, (sample(name).Records ?? sample(name).records ?? sample(name)).length);
  }
});

test('a Kinesis record that is no aggregate is one user record', () => {
  const record = { Data: Buffer.from('plain'), PartitionKey: 'k', ExplicitHashKey: '5', SequenceNumber: '9' };
  const [user] = deaggregate(record);
  assert.deepEqual({ ...user }, {
    partitionKey: 'k', explicitHashKey: '5', data: record.Data, subSequenceNumber: 0, recordIndex: 0,
  });
  assert.equal(user.isAggregated, false);
  assert.equal(user.hashKey, 5n);
  assert.deepEqual(user.tags, []);
  assert.equal(deaggregate(Buffer.from('x')).at(0).hashKey, undefined);
  assert.equal(deaggregate([]).length, 0);
});

test('user records tell their keys, tags and place', () => {
  const [mia, leo] = deaggregate(data, { hashKeyRange: [0, 12345].map(BigInt) });
  assert.equal(leo.explicitHashKey, '12345');
  assert.equal(leo.hashKey, 12345n);
  assert.equal(mia.hashKey, kinesisAgg.hashKey('mia'));
  assert.deepEqual(leo.tags, [{ key: 'source', value: 'web' }, { key: 'empty', value: undefined }]);
  assert.deepEqual([mia.placement, mia.inRange], ['out-of-range', false]);
  assert.deepEqual([leo.placement, leo.inRange], ['in-range', true]);
  assert.equal(deaggregate(data).at(0).inRange, undefined);
});

test('the policies keep, leave out and drop', () => {
  const hashKeyRange = ['0', '12345'];
  assert.deepEqual(keys(data, { hashKeyRange }), ['mia', 'leo', 'mia']);
  assert.deepEqual(keys(data, { hashKeyRange, policy: 'keep-in-range' }), ['leo']);
  assert.deepEqual(keys(data, { hashKeyRange, policy: 'drop-aggregate' }), []);
  const { report } = deaggregate([data, damaged], { hashKeyRange, policy: 'drop-aggregate' });
  assert.deepEqual(report, {
    records: 2, plain: 0, damaged: 1, empty: 0, droppedAggregates: 1, userRecords: 0,
    droppedUserRecords: 3, outOfRange: 2, unplaceable: 0,
  });
});

test('a damaged aggregate passes through, or is an error when strict', () => {
  const batch = deaggregate([Buffer.from('plain'), damaged]);
  assert.deepEqual([...batch].map((it) => it.data), [Buffer.from('plain'), damaged]);
  assert.equal(batch.reports[1].status, 'checksum');
  assert.match(batch.reports[1].reason, /checksum/);
  const strict = () => deaggregate([Buffer.from('plain'), damaged], { strict: true });
  assert.throws(strict, { name: 'MalformedRecordError', code: 'ERR_KINESIS_AGG_MALFORMED_RECORD', recordIndex: 1 });
  assert.deepEqual(keys(damaged, { verifyChecksums: false }), ['mia', 'leo', 'mia']);
});

test('what is wrong in a message is told with its offset', () => {
  const broken = Buffer.from('84mawg0KAWEaBggAGgIBAg==', 'base64');
  const cut = Buffer.concat([broken, Buffer.alloc(16)]);
  const read = () => deaggregate(cut, { strict: true, verifyChecksums: false });
  assert.throws(read, (error) => error instanceof MalformedRecordError && Number.isInteger(error.offset));
});

test('keys of all texts come out as they went in', () => {
  const long = 'x'.repeat(256);
  const all = ['7', '__proto__', 'constructor', 'é', '漢字', '😀', long, ' ', '\u0000', 'toString', '10', '9'];
  for (let number = 0; number < 300; number++) all.push(`key-${number}`, `ключ-${number}`);
  const read = [...deaggregate(aggregateOf(...all.map((key) => [key, Buffer.from(key)])))];
  assert.deepEqual(read.map((it) => it.partitionKey), all);
  assert.deepEqual(read.map((it) => it.data.toString()), all);
});

test('a deaggregator is used again, and asynchronous sources are read as they come', async () => {
  const deaggregator = new Deaggregator({ hashKeyRange: [0n, 12345n], policy: 'keep-in-range' });
  assert.equal(deaggregator.deaggregate(data).length, 1);
  assert.equal(deaggregator.deaggregate([data, data]).length, 2);
  async function* answers() {
    yield { Records: [{ Data: data, PartitionKey: 'p' }] };
    yield [data, Buffer.from('plain')];
  }
  const read = [];
  for await (const user of deaggregateAsync(answers())) read.push(user.partitionKey);
  assert.deepEqual(read, ['mia', 'leo', 'mia', 'mia', 'leo', 'mia', '']);
});

test('data lies in the record, without a copy', () => {
  const { buffer } = deaggregate(data).at(1).data;
  assert.equal(buffer, data.buffer);
});
