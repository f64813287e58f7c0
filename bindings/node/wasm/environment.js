// What Node-API calls an environment: the values that the module holds by numbers, and the
// calls that go into it.
//
//   JavaScript --> run --> module --> functions of Node-API --> JavaScript
//
// Handles live as long as the call into the module in which they were made. So do the copies
// of the caller's bytes: the module sees its own memory alone.
'use strict';

const { Memory } = require('./memory.js');
const { OK, PENDING_EXCEPTION } = require('./status.js');

/** Any number but zero: there is one environment. */
const ENVIRONMENT = 1;

/** Handles that always are; zero is none. */
const FIXED = [undefined, undefined, null, true, false, globalThis];

class Environment {
  /** The address and finalizer of what an object wraps. */
  wrapped = new WeakMap();
  /** An exception that the call ends with: a list of one, or of none. */
  pending = [];
  /** The innermost call: `self`, `given`, `data`, `target`. */
  call = undefined;

  #values = [...FIXED];
  #exports;
  #top;
  /** Done when the outermost call ends: copies are freed. */
  #afterwards = [];
  #depth = 0;
  /** Errors that ended the module's code in the middle: panics, and a stack that is full. */
  #traps = new WeakSet();
  #finalizers = new FinalizationRegistry((wrap) => this.finalize(wrap));

  /** The module was instantiated. */
  open(exports) {
    this.#exports = exports;
    this.memory = new Memory(exports);
    this.#top = exports.__stack_pointer.value;
  }

  /** The handle of a value. */
  handle(value) {
    return this.#values.push(value) - 1;
  }

  value(handle) {
    return this.#values[handle];
  }

  /** Answers with a value. */
  give(result, value) {
    this.memory.setWord(result, this.handle(value));
    return OK;
  }

  /** Does what may throw; the module goes on, and ends its call with the exception. */
  attempt(work) {
    if (this.pending.length > 0) return PENDING_EXCEPTION;
    try {
      return work() ?? OK;
    } catch (error) {
      if (this.#traps.has(error)) throw error;
      this.pending.push(error);
      return PENDING_EXCEPTION;
    }
  }

  /** The function of the module that an address stands for. */
  functionAt(address) {
    return this.#exports.__indirect_function_table.get(address);
  }

  /** Puts something off until the outermost call ends. */
  afterwards(work) {
    this.#afterwards.push(work);
  }

  /** The bytes, where the module sees them until the outermost call ends. */
  lay(bytes) {
    const address = this.memory.lay(bytes);
    this.afterwards(() => this.memory.free(address));
    return address;
  }

  /** Calls a callback of the module: `callback(environment, information) -> handle`. */
  run(callback, call) {
    const before = this.call;
    this.call = call;
    try {
      return this.#enter(() => this.value(callback(ENVIRONMENT, ENVIRONMENT)));
    } catch (error) {
      if (this.#traps.has(error)) this.#forget(call.self);
      throw error;
    } finally {
      this.call = before;
    }
  }

  /** Lets the module free what an object that is gone had wrapped. */
  finalize({ finalizer, address, hint }) {
    if (finalizer !== 0) this.#enter(() => this.functionAt(finalizer)(ENVIRONMENT, address, hint));
  }

  wrap(object, wrap) {
    this.wrapped.set(object, wrap);
    this.#finalizers.register(object, wrap, wrap);
  }

  #enter(work) {
    const handles = this.#values.length;
    this.#depth++;
    let result;
    try {
      result = work();
    } catch (error) {
      // A panic unwinds nothing. Calls do not nest but by way of `new`: this one began at
      // the top of the stack.
      this.#exports.__stack_pointer.value = this.#top;
      this.#traps.add(error);
      this.pending.length = 0;
      throw error;
    } finally {
      this.#depth--;
      this.#values.length = handles;
      if (this.#depth === 0) this.#finish();
    }
    if (this.pending.length > 0) throw this.pending.pop();
    return result;
  }

  #finish() {
    const afterwards = this.#afterwards;
    if (afterwards.length > 0) {
      this.#afterwards = [];
      for (const work of afterwards) work();
    }
    this.memory.growAhead();
  }

  /** What a panic left half done is neither used nor freed. */
  #forget(object) {
    const wrap = this.wrapped.get(object);
    if (wrap === undefined) return;
    this.wrapped.delete(object);
    this.#finalizers.unregister(wrap);
  }
}

module.exports = { ENVIRONMENT, Environment };
