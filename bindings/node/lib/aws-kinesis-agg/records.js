// Records of aws-kinesis-agg: their fields in either casing, `data` or `Data`.
'use strict';

/** `data` of v2 and Lambda, `Data` of v3; the other fields alike. */
function lowerCase(record) {
  return renamed(record, (name) => name.charAt(0).toLowerCase() + name.slice(1));
}

function upperCase(record) {
  return renamed(record, (name) => name.charAt(0).toUpperCase() + name.slice(1));
}

function renamed(record, rename) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));
}

const isUpperCase = (record) => record.Data !== undefined;

module.exports = { isUpperCase, lowerCase, upperCase };
