// In the place of the package aws-kinesis-agg: its names, and what they do.
'use strict';

const { aggregate } = require('./lib/aws-kinesis-agg/aggregate.js');
const { RecordAggregator } = require('./lib/aws-kinesis-agg/aggregator.js');
const { deaggregate, deaggregateSync } = require('./lib/aws-kinesis-agg/deaggregate.js');

module.exports = { RecordAggregator, aggregate, deaggregate, deaggregateSync };
