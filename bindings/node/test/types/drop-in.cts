// The types of the drop-in, from a CommonJS module.
import kpl = require('kinesis-agg/aws-kinesis-agg');
import kinesisAgg = require('kinesis-agg');

const lower = { data: '', partitionKey: 'p', sequenceNumber: '1' };
kpl.deaggregate(lower, true, (err, user) => console.log(err, user.data.length), (err, failed) => console.log(err, failed?.partitionKey));
kpl.deaggregateSync(lower, true, (err, users) => users.map((user): string => user.partitionKey));
kpl.deaggregateSync({ Data: new Uint8Array(), PartitionKey: 'p' }, true, (err, users) => users.map((user): string => user.PartitionKey));

const aggregator = new kpl.RecordAggregator((error, encoded) => console.log(error, encoded.data));
aggregator.setMaxSize(5000);
aggregator.addUserRecord({ partitionKey: 'p', data: 'd', explicitHashKey: 5 });
const fits: boolean = aggregator.checkIfUserRecordFits({ PartitionKey: 'p', Data: new Uint8Array() });
const built: Buffer | undefined = aggregator.build()?.data;
aggregator.aggregateRecords([{ partitionKey: 'p', data: Buffer.from('d') }], true);
kpl.aggregate([], (encoded, done) => done(null, encoded.partitionKey), () => {}, (error) => console.log(error.message), 2);
console.log(fits, built, kinesisAgg.deaggregate([]).length);

// @ts-expect-error it has no data
aggregator.addUserRecord({ partitionKey: 'p' });
// @ts-expect-error a record has data
kpl.deaggregateSync({ partitionKey: 'p' }, true, () => {});
