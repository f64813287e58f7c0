// The types of the natural API, from an ES module: what is right compiles, what is wrong
// does not.
import kinesisAgg, {
  Aggregator,
  Deaggregator,
  KinesisAggError,
  MalformedRecordError,
  PushError,
  ShardMap,
  ShardedAggregator,
  aggregate,
  aggregateAsync,
  deaggregate,
  deaggregateAsync,
  hashKey,
  process,
  type BatchResponse,
  type LambdaRecord,
  type Status,
} from 'kinesis-agg';

for (const user of deaggregate([Buffer.from('x')], { policy: 'keep-in-range', hashKeyRange: [0n, '5'] })) {
  const text: string = user.partitionKey + (user.explicitHashKey ?? '');
  const number: number = user.data.length + user.subSequenceNumber + text.length;
  const bytes: Uint8Array = user.record;
  console.log(number, bytes, user.tags[0]?.value?.length, user.inRange === true);
}
const sdk = deaggregate({ Records: [{ Data: new Uint8Array(), PartitionKey: 'p', SequenceNumber: '1' }] });
const partitionKey: string | undefined = sdk.at(0)?.record.PartitionKey;
const status: Status | undefined = sdk.reports[0]?.status;

export const handler = (event: { Records: LambdaRecord[] }): Promise<BatchResponse> =>
  process(event, async (user) => console.log(user.record.kinesis.partitionKey));

async function* source() {
  yield [Buffer.from('x')];
}
for await (const user of deaggregateAsync(source())) console.log(user.sequenceNumber);
for await (const user of new Deaggregator().deaggregateAsync(source())) console.log(user.hashKey);

const aggregator: Aggregator = new kinesisAgg.Aggregator({ maxSize: 5 });
const full: boolean = aggregator.push('k', Buffer.from('d'), { explicitHashKey: 5n, tags: [{ key: 'k' }] });
const map = ShardMap.fromListShards({ Shards: [] });
const sharded = new ShardedAggregator('shard', map, { maxOpen: 5 });
sharded.push('k', new Uint8Array(), { arrived: new Date() });
const { refused } = sharded.pushMany([['k', Buffer.from('d')], { partitionKey: 'k', data: Buffer.from('d') }]);
refused.map((error: PushError) => error.recordIndex);
for (const record of aggregate(deaggregate(Buffer.from('x')), { grouping: 'none' })) record.toPutRecordsEntry();
for await (const record of aggregateAsync([['k', Buffer.from('')]])) record.hashKeySpan[0].toString();
const error: KinesisAggError = new Error() as MalformedRecordError;
console.log(partitionKey, status, full, error.code, hashKey('k') > 5n);

// @ts-expect-error a policy that is none
deaggregate([], { policy: 'other' });
// @ts-expect-error no record
deaggregate('text');
// @ts-expect-error text is no data
aggregator.push('k', 'text');
// @ts-expect-error for ShardedAggregator alone
aggregator.push('k', Buffer.from(''), { arrived: 5 });
// @ts-expect-error a number is no hash key: it is not exact
aggregator.push('k', Buffer.from(''), { explicitHashKey: 5 });
// @ts-expect-error a grouping that is none
new ShardedAggregator('other');
// @ts-expect-error read only
sdk.length = 5;
// @ts-expect-error made by aggregators alone
new kinesisAgg.AggregatedRecord();
