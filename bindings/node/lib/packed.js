// A Kinesis record that JavaScript has packed, with the names of the native module's.
'use strict';

const { Buffer } = require('node:buffer');

const native = require('./native.js');
const { call } = require('./errors.js');

class Packed {
  #data;
  #native;

  constructor({ partitionKey, explicitHashKey, userRecordCount, isFramed, data }) {
    this.partitionKey = partitionKey;
    this.explicitHashKey = explicitHashKey;
    this.userRecordCount = userRecordCount;
    this.isFramed = isFramed;
    this.size = data.length + Buffer.byteLength(partitionKey);
    this.#data = data;
  }

  data() {
    return this.#data;
  }

  get hashKeySpan() {
    return this.native.hashKeySpan;
  }

  /** The native module's, read from the same bytes, which it does not keep; throws when
   * they were changed. */
  get native() {
    this.#native ??= call(() => {
      const { partitionKey, explicitHashKey, isFramed } = this;
      const sealed = new native.SealedRecord(partitionKey, explicitHashKey, this.#data, isFramed);
      sealed.release();
      return sealed;
    });
    return this.#native;
  }
}

module.exports = { Packed };
