// User records as they are handed out.
'use strict';

const native = require('./native.js');

/** A user record that was read: out of an aggregate, or a Kinesis record that is none,
 * handed on as it is. */
class UserRecord {
  #table;
  /** Its place among those of aggregates; -1 when it is not of one. */
  #number;

  constructor(table, number, partitionKey, explicitHashKey, data, subSequenceNumber, recordIndex) {
    this.#table = table;
    this.#number = number;
    this.partitionKey = partitionKey;
    this.explicitHashKey = explicitHashKey;
    this.data = data;
    this.subSequenceNumber = subSequenceNumber;
    this.recordIndex = recordIndex;
  }

  get isAggregated() {
    return this.#number >= 0;
  }

  get tags() {
    return this.#table.tagsOf(this.#number).map(({ key, value }) => ({ key, value }));
  }

  get placement() {
    return this.#table.placement(this.#number);
  }

  get inRange() {
    const { placement } = this;
    return placement === undefined ? undefined : placement === 'in-range';
  }

  get hashKey() {
    const { partitionKey, explicitHashKey } = this;
    if (explicitHashKey !== undefined) return hashKeyOf(explicitHashKey);
    if (partitionKey === '' && !this.isAggregated) return undefined;
    return BigInt(native.hashKey(partitionKey));
  }

  get record() {
    return this.#table.sources[this.recordIndex].record;
  }

  get sequenceNumber() {
    return this.#table.sources[this.recordIndex].sequenceNumber;
  }
}

/** The hash key that the digits are; undefined when they are none. */
function hashKeyOf(digits) {
  if (!/^[0-9]+$/.test(digits)) return undefined;
  const key = BigInt(digits);
  return key < 1n << 128n ? key : undefined;
}

module.exports = { UserRecord };
