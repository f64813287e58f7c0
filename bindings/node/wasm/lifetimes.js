// Node-API: what objects wrap, and references that the module keeps between calls.
'use strict';

const status = require('./status.js');

module.exports = (env) => {
  const references = new Map();
  let last = 0;

  /** Weak as long as the count is zero. */
  const refer = (value, count) => {
    references.set(++last, count > 0 ? { count, value } : { count, weak: new WeakRef(value) });
    return last;
  };

  return {
    napi_wrap(_, handle, address, finalizer, hint, result) {
      const object = env.value(handle);
      if (env.wrapped.has(object)) return status.INVALID_ARGUMENT;
      env.wrap(object, { address, finalizer, hint });
      if (result !== 0) env.memory.setWord(result, refer(object, 0));
      return status.OK;
    },
    napi_unwrap(_, handle, result) {
      const wrap = env.wrapped.get(env.value(handle));
      if (wrap === undefined) return status.INVALID_ARGUMENT;
      env.memory.setWord(result, wrap.address);
      return status.OK;
    },

    napi_create_reference(_, value, count, result) {
      env.memory.setWord(result, refer(env.value(value), count));
      return status.OK;
    },
    napi_delete_reference(_, number) {
      references.delete(number);
      return status.OK;
    },
    napi_reference_unref(_, number, result) {
      const reference = references.get(number);
      if (reference === undefined || reference.count === 0) return status.GENERIC_FAILURE;
      reference.count--;
      if (reference.count === 0) {
        references.set(number, { count: 0, weak: new WeakRef(reference.value) });
      }
      env.memory.setWord(result, reference.count);
      return status.OK;
    },
    napi_get_reference_value(_, number, result) {
      const { count, value, weak } = references.get(number);
      const held = count > 0 ? value : weak.deref();
      env.memory.setWord(result, held === undefined ? 0 : env.handle(held));
      return status.OK;
    },

    // There is one thread: what the module makes for others is never called.
    napi_create_threadsafe_function(...given) {
      env.memory.setWord(given.at(-1), 1);
      return status.OK;
    },
    napi_unref_threadsafe_function: () => status.OK,
    napi_call_threadsafe_function: () => status.GENERIC_FAILURE,
    // The environment ends with its thread, and its memory with it.
    napi_add_env_cleanup_hook: () => status.OK,
  };
};
