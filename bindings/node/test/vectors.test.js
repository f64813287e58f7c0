// All vectors of the testkit: the KCL's verdicts, but for the differences that FORMAT.md
// explains, as in the core's own test.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Aggregator, OptionsError, deaggregate } = require('kinesis-agg');
const { vectors } = require('./support.js');

const LAST = (1n << 128n) - 1n;
const ALL = [0n, LAST];

const decode = (base64) => Buffer.from(base64 ?? '', 'base64');
const blobs = (vector) => (vector.batch ?? [vector.aggregate]).map(decode);

/** The range; what lies below 0 and above 2^128-1 holds no hash key. */
function asked({ range }) {
  if (!range) return ALL;
  const clamped = (key) => (key < 0n ? 0n : key > LAST ? LAST : key);
  return [range.startingHashKey, range.endingHashKey].map((key) => clamped(BigInt(key)));
}

/** What the KCL would hand out, as told by this package. */
function verdict(batch) {
  const all = [...batch];
  const inside = all.filter((it) => it.isAggregated).map((it) => [
    it.recordIndex,
    it.partitionKey,
    it.explicitHashKey ?? null,
    it.data.toString('base64'),
    it.subSequenceNumber,
  ]);
  return [inside, all.filter((it) => !it.isAggregated).map((it) => it.recordIndex)];
}

function wanted({ kcl }) {
  const passed = kcl.outcome === 'passthrough' ? [0] : [];
  passed.push(...kcl.records.filter((it) => it.aggregated === false).map((it) => it.source));
  const inside = kcl.records.filter((it) => it.aggregated !== false);
  return [
    inside.map((it) => [
      it.source ?? 0,
      it.partitionKey,
      it.explicitHashKey ?? null,
      it.data ?? '',
      it.subSequenceNumber,
    ]),
    passed,
  ];
}

/** The difference that FORMAT.md allows for this vector. */
function explained(vector) {
  const batch = deaggregate(blobs(vector), { hashKeyRange: ALL });
  if (batch.reports.some((it) => it.status === 'index-outside-table')) return 'index';
  if ([...batch].some((it) => it.placement === 'unplaceable')) return 'key';
  return vector.id;
}

const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);

test('each vector gives the verdict of the KCL', () => {
  const differences = {};
  const note = (name) => (differences[name] = (differences[name] ?? 0) + 1);
  const all = vectors();
  for (const vector of all) {
    const hashKeyRange = asked(vector);
    const options = { hashKeyRange, policy: 'drop-aggregate' };
    if (hashKeyRange[0] > hashKeyRange[1]) {
      assert.equal(vector.id, 'ranges/range-one-reversed');
      assert.throws(() => deaggregate(blobs(vector), options), OptionsError);
      note('range');
    } else if (!equal(verdict(deaggregate(blobs(vector), options)), wanted(vector))) {
      note(explained(vector));
    }
  }
  assert.equal(all.length, 1522);
  assert.deepEqual(differences, { index: 40, key: 54, range: 1 });
});

test('each batch is the same by index and by walk', () => {
  const plain = (it) => [{ ...it }, it.isAggregated, it.placement, it.tags];
  for (const vector of vectors()) {
    const [one, other] = asked(vector);
    const hashKeyRange = one < other ? [one, other] : [other, one];
    for (const policy of ['keep-all', 'keep-in-range']) {
      const batch = deaggregate(blobs(vector), { hashKeyRange, policy });
      const walked = [...batch].map(plain);
      assert.equal(walked.length, batch.length);
      assert.deepEqual(walked.map((_, index) => plain(batch.at(index))), walked);
      assert.deepEqual(walked.map((_, index) => plain(batch.at(index - batch.length))), walked);
      assert.equal(batch.at(batch.length), undefined);
      const { reports, report } = batch;
      const sum = (name) => reports.reduce((total, it) => total + it[name], 0);
      assert.equal(sum('userRecords'), batch.length);
      assert.equal(sum('dropped'), report.droppedUserRecords);
    }
  }
});

test('what the KPL packed is packed again byte for byte', () => {
  let count = 0;
  for (const vector of vectors().filter(({ id }) => id.startsWith('kpl-1.0.7/'))) {
    const read = deaggregate(blobs(vector));
    if (!read.at(0).isAggregated) continue;
    const aggregator = new Aggregator({ outerPartitionKey: 'kpl', frameSingles: true });
    if (aggregator.pushMany(read).refused.length > 0) {
      // The service takes no leading zeros in a request.
      assert.match(vector.id, /leading-zeros/);
      continue;
    }
    const [record] = aggregator.finish();
    assert.deepEqual([record.data], blobs(vector), vector.id);
    count++;
  }
  assert.ok(count > 50, `${count}`);
});

test('tags are those that were given', () => {
  let count = 0;
  for (const { input, faithful, ...vector } of vectors()) {
    const given = (input ?? []).map((it) => it.tags ?? []);
    if (!faithful || !given.some((tags) => tags.length > 0)) continue;
    const read = [...deaggregate(blobs(vector))].map((it) => it.tags);
    const expected = given.map((tags) => tags.map(({ key, value }) => ({ key, value: value ?? undefined })));
    assert.deepEqual(read, expected);
    count++;
  }
  assert.ok(count > 0);
});
