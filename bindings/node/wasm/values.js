// Node-API: numbers, text, and what a value is.
'use strict';

const status = require('./status.js');

/** By the numbers of `napi_valuetype`. */
const TYPES = ['undefined', 'null', 'boolean', 'number', 'string', 'symbol', 'object', 'function', 'external', 'bigint'];
const [UNDEFINED, NULL, TRUE, FALSE, GLOBAL] = [1, 2, 3, 4, 5];

module.exports = (env) => {
  const giveFixed = (result, handle) => {
    env.memory.setWord(result, handle);
    return status.OK;
  };
  const read = (handle, type, wrong, write) => {
    const value = env.value(handle);
    if (typeof value !== type) return wrong;
    write(value);
    return status.OK;
  };

  return {
    napi_get_undefined: (_, result) => giveFixed(result, UNDEFINED),
    napi_get_null: (_, result) => giveFixed(result, NULL),
    napi_get_global: (_, result) => giveFixed(result, GLOBAL),
    napi_get_boolean: (_, value, result) => giveFixed(result, value ? TRUE : FALSE),
    napi_create_double: (_, number, result) => env.give(result, number),
    napi_create_uint32: (_, number, result) => env.give(result, number >>> 0),
    napi_create_string_utf8: (_, address, length, result) =>
      env.give(result, env.memory.text(address, length, 'utf8')),
    napi_create_string_latin1: (_, address, length, result) =>
      env.give(result, env.memory.text(address, length, 'latin1')),

    napi_get_value_bool: (_, value, result) =>
      read(value, 'boolean', status.BOOLEAN_EXPECTED, (it) => env.memory.setByte(result, Number(it))),
    napi_get_value_double: (_, value, result) =>
      read(value, 'number', status.NUMBER_EXPECTED, (it) => env.memory.setDouble(result, it)),
    napi_get_value_uint32: (_, value, result) =>
      read(value, 'number', status.NUMBER_EXPECTED, (it) => env.memory.setWord(result, it >>> 0)),
    /** Without a buffer, the length alone; with one, a zero behind the text. */
    napi_get_value_string_utf8: (_, value, buffer, size, result) =>
      read(value, 'string', status.STRING_EXPECTED, (it) => {
        if (buffer === 0) return env.memory.setWord(result, Buffer.byteLength(it));
        const written = env.memory.bytes.write(it, buffer, size - 1, 'utf8');
        env.memory.setByte(buffer + written, 0);
        return env.memory.setWord(result, written);
      }),

    napi_typeof(_, handle, result) {
      const value = env.value(handle);
      env.memory.setWord(result, TYPES.indexOf(value === null ? 'null' : typeof value));
      return status.OK;
    },
    napi_strict_equals(_, one, other, result) {
      env.memory.setByte(result, Number(env.value(one) === env.value(other)));
      return status.OK;
    },
  };
};
