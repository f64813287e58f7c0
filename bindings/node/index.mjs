// The same as `index.js`, for `import`.
import kinesisAgg from './index.js';

export const {
  AggregatedRecord,
  Aggregator,
  Batch,
  ClosedError,
  Deaggregator,
  InternalError,
  KinesisAggError,
  MalformedRecordError,
  OptionsError,
  PushError,
  ShardMap,
  ShardMapError,
  ShardedAggregator,
  UnsentError,
  UserRecord,
  aggregate,
  aggregateAsync,
  backend,
  deaggregate,
  deaggregateAsync,
  hashKey,
  partialBatchResponse,
  process,
  version,
} = kinesisAgg;
export default kinesisAgg;
