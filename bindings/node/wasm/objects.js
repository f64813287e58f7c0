// Node-API: objects and their properties, arrays, errors.
'use strict';

const status = require('./status.js');

module.exports = (env) => {
  const named = (object, address) => [env.value(object), env.memory.text(address, -1)];
  const errorOf = (code, message) => {
    const error = new Error(message);
    if (code !== undefined) error.code = code;
    return error;
  };

  return {
    napi_create_object: (_, result) => env.give(result, {}),
    napi_create_array_with_length: (_, length, result) => env.give(result, new Array(length)),
    napi_coerce_to_object: (_, value, result) =>
      env.attempt(() => env.give(result, Object(env.value(value)))),
    napi_coerce_to_string: (_, value, result) =>
      env.attempt(() => env.give(result, String(env.value(value)))),
    napi_get_prototype: (_, object, result) =>
      env.attempt(() => env.give(result, Object.getPrototypeOf(env.value(object)))),

    napi_get_property: (_, object, key, result) =>
      env.attempt(() => env.give(result, env.value(object)[env.value(key)])),
    napi_has_own_property: (_, object, key, result) =>
      env.attempt(() =>
        env.memory.setByte(result, Number(Object.hasOwn(env.value(object), env.value(key)))),
      ),
    napi_get_named_property: (_, object, name, result) =>
      env.attempt(() => {
        const [holder, key] = named(object, name);
        return env.give(result, holder[key]);
      }),
    napi_set_named_property: (_, object, name, value) =>
      env.attempt(() => {
        const [holder, key] = named(object, name);
        holder[key] = env.value(value);
      }),

    napi_get_array_length(_, array, result) {
      if (!Array.isArray(env.value(array))) return status.ARRAY_EXPECTED;
      env.memory.setWord(result, env.value(array).length);
      return status.OK;
    },
    napi_get_element: (_, array, place, result) =>
      env.attempt(() => env.give(result, env.value(array)[place])),
    napi_set_element: (_, array, place, value) =>
      env.attempt(() => {
        env.value(array)[place] = env.value(value);
      }),

    napi_create_error: (_, code, message, result) =>
      env.give(result, errorOf(env.value(code), env.value(message))),
    napi_is_error(_, value, result) {
      env.memory.setByte(result, Number(env.value(value) instanceof Error));
      return status.OK;
    },
    napi_throw: (_, error) =>
      env.attempt(() => {
        env.pending.push(env.value(error));
      }),
    napi_throw_error: (_, code, message) =>
      env.attempt(() => {
        const word = code === 0 ? undefined : env.memory.text(code, -1);
        env.pending.push(errorOf(word, env.memory.text(message, -1)));
      }),
    napi_is_exception_pending(_, result) {
      env.memory.setByte(result, env.pending.length);
      return status.OK;
    },
    napi_get_and_clear_last_exception: (_, result) => env.give(result, env.pending.pop()),
  };
};
