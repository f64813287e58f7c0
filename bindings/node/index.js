// kinesis-agg: the aggregation format of the Kinesis Producer Library, both ways.
'use strict';

const { Aggregator, ShardedAggregator } = require('./lib/aggregators.js');
const { AggregatedRecord } = require('./lib/aggregated-record.js');
const errors = require('./lib/errors.js');
const { hashKey } = require('./lib/hash-key.js');
const { partialBatchResponse, process } = require('./lib/lambdas.js');
const { backend } = require('./lib/native.js');
const { Batch, Deaggregator, deaggregate, deaggregateAsync } = require('./lib/reading.js');
const { ShardMap } = require('./lib/shards.js');
const { UserRecord } = require('./lib/user-record.js');
const { aggregate, aggregateAsync } = require('./lib/writing.js');
const { version } = require('./package.json');

module.exports = {
  AggregatedRecord,
  Aggregator,
  Batch,
  ClosedError: errors.ClosedError,
  Deaggregator,
  InternalError: errors.InternalError,
  KinesisAggError: errors.KinesisAggError,
  MalformedRecordError: errors.MalformedRecordError,
  OptionsError: errors.OptionsError,
  PushError: errors.PushError,
  ShardMap,
  ShardMapError: errors.ShardMapError,
  ShardedAggregator,
  UnsentError: errors.UnsentError,
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
};
