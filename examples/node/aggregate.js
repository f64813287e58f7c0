// An aggregator in front of PutRecords of the AWS SDK v3: user records by shard, and
// each answer judged, so that a KCL reader gets all of them, whatever splits.
//
//   node aggregate.js ../data/records.ndjson
//
// With the SDK, `client` is `new Kinesis({})` of `@aws-sdk/client-kinesis`. Here it is a
// stand-in, of a stream that is split behind the aggregator's back.
'use strict';

const { readFileSync } = require('node:fs');
const { ShardMap, ShardedAggregator } = require('kinesis-agg');

const STREAM = { StreamName: 'orders' };
/** What PutRecords takes at once. */
const ENTRIES = 500;

/** Sends records until all of their user records are delivered. */
async function send(client, aggregator, records) {
  let unsent = records;
  while (unsent.length > 0) {
    const batch = unsent.slice(0, ENTRIES);
    const entries = batch.map((record) => record.toPutRecordsEntry());
    const answer = await client.putRecords({ ...STREAM, Records: entries });
    const verdicts = await judged(client, aggregator, batch, answer.Records);
    if (verdicts.includes('keys-ignored')) throw new Error('the stream ignores keys: aggregate nothing');
    const again = batch.filter((_, place) => verdicts[place] !== 'delivered');
    unsent = [...again, ...unsent.slice(ENTRIES)];
    if (verdicts.includes('send-again')) unsent = await cutAnew(client, aggregator, unsent);
  }
}

/** An entry with an ErrorCode was not taken: it is sent again as it is. Of a shard that
 * the map does not know, a fresh one tells. */
async function judged(client, aggregator, batch, answers) {
  const judge = () => answers.map(({ ErrorCode, ShardId }, place) =>
    ErrorCode ? 'not-taken' : aggregator.judge(ShardId, batch[place]));
  if (!judge().includes('unknown-shard')) return judge();
  const map = await ShardMap.fetch(client, STREAM);
  return answers.map(({ ErrorCode, ShardId }, place) =>
    ErrorCode ? 'not-taken' : map.judge(ShardId, batch[place]));
}

async function cutAnew(client, aggregator, unsent) {
  return aggregator.updateShardMap(await ShardMap.fetch(client, STREAM), unsent);
}

/** A stream of two shards, one of which gives way to two others at the first request. */
function standIn() {
  const shard = (id, start, end, closed) => ({
    ShardId: `shardId-00000000000${id}`,
    HashKeyRange: { StartingHashKey: String(start), EndingHashKey: String(end - 1n) },
    SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: closed ? '2' : undefined },
  });
  const quarter = 1n << 126n;
  let shards = [shard(0, 0n, 2n * quarter), shard(1, 2n * quarter, 4n * quarter)];
  const split = [
    shard(0, 0n, 2n * quarter, true), shard(1, 2n * quarter, 4n * quarter),
    shard(2, 0n, quarter), shard(3, quarter, 2n * quarter),
  ];
  return {
    async listShards() {
      return { Shards: shards };
    },
    async putRecords({ Records }) {
      shards = split;
      const map = ShardMap.fromListShards(shards);
      const answers = Records.map((it) => ({ ShardId: map.predict(it.PartitionKey, it.ExplicitHashKey) }));
      answers.forEach(({ ShardId }) => console.log('one record to %s', ShardId));
      return { Records: answers };
    },
  };
}

async function main(file) {
  const client = standIn();
  const aggregator = new ShardedAggregator('shard', await ShardMap.fetch(client, STREAM));
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const { PartitionKey, Data } = JSON.parse(line);
    const full = aggregator.push(PartitionKey, Buffer.from(Data, 'base64'));
    if (full) await send(client, aggregator, aggregator.seal());
  }
  await send(client, aggregator, aggregator.finish());
  aggregator.close();
}

main(process.argv[2]);
