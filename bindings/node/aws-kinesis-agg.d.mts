// The same types for `import`.
import * as kinesisAgg from './aws-kinesis-agg.js';

export * from './aws-kinesis-agg.js';
export default kinesisAgg;
