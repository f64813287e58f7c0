// What functions of Node-API answer.
'use strict';

module.exports = {
  OK: 0,
  INVALID_ARGUMENT: 1,
  STRING_EXPECTED: 3,
  NUMBER_EXPECTED: 6,
  BOOLEAN_EXPECTED: 7,
  ARRAY_EXPECTED: 8,
  GENERIC_FAILURE: 9,
  PENDING_EXCEPTION: 10,
};
