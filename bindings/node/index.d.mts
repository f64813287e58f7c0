// The same types for `import`.
import * as kinesisAgg from './index.js';

export * from './index.js';
export default kinesisAgg;
