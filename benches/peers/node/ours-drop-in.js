// The Node.js peer kinesis-agg/aws-kinesis-agg, this project's drop-in.
// README.md beside this folder has the protocol.
'use strict';

const { library, serveWith } = require('./awslabs.js');

serveWith('kinesis-agg/aws-kinesis-agg', {
  version: library('kinesis-agg/package.json').version,
  with: 'no protobuf library',
});
