// The Node.js peer, aws-kinesis-agg: deaggregate and aggregate.
// README.md beside this folder has the protocol.
'use strict';

const { library, serveWith } = require('./awslabs.js');

serveWith('aws-kinesis-agg', {
  version: library('aws-kinesis-agg/package.json').version,
  with: `protobufjs ${library('protobufjs/package.json').version}`,
});
