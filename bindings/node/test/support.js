// What the tests share. They test `kinesis-agg` as it is installed where they run.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { Aggregator } = require('kinesis-agg');

/** The root of the repository: vectors, samples and examples lie there. */
const ROOT = process.env.KINESIS_AGG_ROOT ?? path.join(__dirname, '../../..');

function vectors() {
  const folder = path.join(ROOT, 'crates/kinesis-agg-testkit/vectors');
  const files = ['', 'producers'].flatMap((under) => {
    const names = fs.readdirSync(path.join(folder, under)).filter((name) => name.endsWith('.jsonl'));
    return names.map((name) => path.join(folder, under, name));
  });
  const lines = files.flatMap((file) => fs.readFileSync(file, 'utf8').trim().split('\n'));
  return lines.map((line) => JSON.parse(line));
}

/** A sample of the shapes that AWS hands out records in. */
function sample(name) {
  const file = path.join(ROOT, 'crates/kinesis-agg-events/tests/samples', `${name}.json`);
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/** An aggregate of these user records: partition key, data, explicit hash key, tags. */
function aggregateOf(...userRecords) {
  const aggregator = new Aggregator({ frameSingles: true });
  const { refused } = aggregator.pushMany(userRecords);
  if (refused.length > 0) throw refused[0];
  const [record] = aggregator.finish();
  return record.data;
}

const CLICKS = [
  ['mia', Buffer.from('click')],
  ['leo', Buffer.from('view'), 12345n, [{ key: 'source', value: 'web' }, { key: 'empty' }]],
  ['mia', Buffer.from('buy')],
];

module.exports = { CLICKS, ROOT, aggregateOf, sample, vectors };
