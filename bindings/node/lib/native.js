// Loads the native module that fits this machine: one built here, or the package
// of its platform.
'use strict';

const path = require('node:path');
const { KinesisAggError } = require('./errors.js');
const { target } = require('./target.js');
const { version } = require('../package.json');

/** What is tried, in this order. */
function candidates(name) {
  const built = path.join(__dirname, '..', 'native', `kinesis-agg.${name}.node`);
  return [built, `kinesis-agg-${name}`];
}

function load() {
  const name = target();
  const causes = [];
  for (const candidate of candidates(name)) {
    try {
      const native = require(candidate);
      if (native.version() === version) return native;
      causes.push(new Error(`${candidate} is of version ${native.version()}, not ${version}`));
    } catch (error) {
      causes.push(error);
    }
  }
  throw noNative(name, causes);
}

function noNative(name, causes) {
  const text =
    `no native module of kinesis-agg for ${name}: install the package kinesis-agg-${name}` +
    ' (optional dependencies must not be omitted), or build it from the sources:\n' +
    causes.map((cause) => `- ${String(cause.message).split('\n')[0]}`).join('\n');
  return new KinesisAggError(text, 'ERR_KINESIS_AGG_NO_NATIVE', { cause: causes });
}

module.exports = load();
