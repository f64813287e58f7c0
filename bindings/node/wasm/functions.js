// Node-API: functions and classes of the module, and calls of those of JavaScript.
'use strict';

const status = require('./status.js');

/** Bits of `napi_property_attributes`. */
const WRITABLE = 1;
const ENUMERABLE = 2;
const CONFIGURABLE = 4;
const STATIC = 1024;

/** The words of a `napi_property_descriptor`. */
const WORDS = ['text', 'key', 'method', 'getter', 'setter', 'value', 'attributes', 'data'];

module.exports = (env) => {
  const words = (count, address) =>
    Array.from({ length: count }, (_, place) => env.memory.word(address + place * 4));
  const values = (count, address) => words(count, address).map((handle) => env.value(handle));
  const named = (name, made) => Object.defineProperty(made, 'name', { value: name });

  /** A function that calls a callback of the module. */
  const functionOf = (name, callback, data) => {
    const called = env.functionAt(callback);
    return named(name, function (...given) {
      return env.run(called, { self: this, given, data, target: new.target });
    });
  };

  const classOf = (name, callback, data) => {
    const called = env.functionAt(callback);
    return named(name, function (...given) {
      if (new.target === undefined) throw new TypeError(`${name} is a class: it needs new`);
      env.run(called, { self: this, given, data, target: new.target });
    });
  };

  const descriptors = (count, address) =>
    Array.from({ length: count }, (_, place) => {
      const given = words(WORDS.length, address + place * WORDS.length * 4);
      return Object.fromEntries(WORDS.map((word, at) => [word, given[at]]));
    });

  const define = (object, { text, key, method, getter, setter, value, attributes, data }) => {
    const name = text === 0 ? env.value(key) : env.memory.text(text, -1);
    const property = {
      enumerable: (attributes & ENUMERABLE) !== 0,
      configurable: (attributes & CONFIGURABLE) !== 0,
    };
    if (getter !== 0 || setter !== 0) {
      if (getter !== 0) property.get = functionOf(`get ${name}`, getter, data);
      if (setter !== 0) property.set = functionOf(`set ${name}`, setter, data);
    } else {
      property.value = method === 0 ? env.value(value) : functionOf(name, method, data);
      property.writable = (attributes & WRITABLE) !== 0;
    }
    Object.defineProperty(object, name, property);
  };

  return {
    napi_create_function: (_, text, length, callback, data, result) =>
      env.give(result, functionOf(env.memory.text(text, length), callback, data)),
    napi_define_class(_, text, length, callback, data, count, address, result) {
      const made = classOf(env.memory.text(text, length), callback, data);
      for (const descriptor of descriptors(count, address)) {
        define(descriptor.attributes & STATIC ? made : made.prototype, descriptor);
      }
      return env.give(result, made);
    },
    napi_define_properties: (_, object, count, address) =>
      env.attempt(() => {
        for (const descriptor of descriptors(count, address)) define(env.value(object), descriptor);
      }),

    /** `count` is how many arguments there is room for, and then how many were given. */
    napi_get_cb_info(_, information, count, handles, self, data) {
      const { call, memory } = env;
      if (count !== 0) {
        const room = handles === 0 ? 0 : memory.word(count);
        for (let place = 0; place < room; place++) {
          memory.setWord(handles + place * 4, env.handle(call.given[place]));
        }
        memory.setWord(count, call.given.length);
      }
      if (self !== 0) memory.setWord(self, env.handle(call.self));
      memory.setWord(data, call.data);
      return status.OK;
    },
    napi_call_function: (_, self, called, count, handles, result) =>
      env.attempt(() => {
        const answer = Reflect.apply(env.value(called), env.value(self), values(count, handles));
        return env.give(result, answer);
      }),
    napi_new_instance: (_, made, count, handles, result) =>
      env.attempt(() =>
        env.give(result, Reflect.construct(env.value(made), values(count, handles))),
      ),
  };
};
