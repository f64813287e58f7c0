// The same as `aws-kinesis-agg.js`, for `import`, with and without names.
import kinesisAgg from './aws-kinesis-agg.js';

export const { RecordAggregator, aggregate, deaggregate, deaggregateSync } = kinesisAgg;
export default kinesisAgg;
