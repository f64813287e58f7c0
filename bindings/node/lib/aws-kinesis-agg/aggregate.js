// Aggregates many user records, and sends them through a handler.
'use strict';

const { RecordAggregator } = require('./aggregator.js');

/** Calls `encodedRecordHandler(record, done)` for each Kinesis record, `queueSize` of them
 * at a time, and `afterPutAggregatedRecords` when all are done. */
function aggregate(
  records,
  encodedRecordHandler,
  afterPutAggregatedRecords,
  errorCallback,
  queueSize = 1,
) {
  const encoded = [];
  const aggregator = new RecordAggregator((error, record) => {
    if (error) errorCallback(error, record);
    else encoded.push(record);
  });
  aggregator.aggregateRecords(records, true);
  if (encoded.length > 0) {
    setImmediate(run, encoded, encodedRecordHandler, queueSize, afterPutAggregatedRecords, errorCallback);
    return;
  }
  errorCallback(new Error('No records'));
  afterPutAggregatedRecords();
}

/** Keeps so many handlers busy until nothing is left. */
function run(encoded, handler, queueSize, afterAll, errorCallback) {
  let next = 0;
  let left = encoded.length;
  const start = () => {
    if (next < encoded.length) handle(encoded[next++], handler, finished, errorCallback);
  };
  const finished = () => {
    left--;
    if (left === 0) afterAll();
    else setImmediate(start);
  };
  for (let busy = 0; busy < queueSize; busy++) start();
}

/** One that throws has failed; one that calls back twice has done so once. */
function handle(record, handler, finished, errorCallback) {
  let isDone = false;
  const done = (error, result) => {
    if (isDone) return;
    isDone = true;
    if (error) errorCallback(error, result);
    finished();
  };
  try {
    handler(record, done);
  } catch (error) {
    if (isDone) throw error;
    done(error, record);
  }
}

module.exports = { aggregate };
