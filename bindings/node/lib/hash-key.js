// The hash key of a partition key.
'use strict';

const native = require('./native.js');
const { string } = require('./values.js');

/** The hash key of records with this partition key and no explicit hash key. */
function hashKey(partitionKey) {
  return BigInt(native.hashKey(string('partitionKey', partitionKey)));
}

module.exports = { hashKey };
