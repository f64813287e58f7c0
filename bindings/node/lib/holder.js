// What holds a native object: the classes of the API that are given back to it.
'use strict';

const { Packed } = require('./packed.js');
const { wrongType } = require('./values.js');

let read;

/** Keeps a native object where users do not see it. A WeakMap of all would keep what it
 * holds alive, data and all, until the collector looks at old objects, which it does
 * seldom. */
class Holder {
  #native;

  constructor(native) {
    this.#native = native;
  }

  static {
    read = (value) => (isObject(value) && #native in value ? value.#native : undefined);
  }
}

const isObject = (value) => typeof value === 'object' && value !== null;

/** What one of ours holds: the native object, or what JavaScript has packed. */
function heldBy(object, what = 'this', wanted = 'one of its class') {
  const found = read(object);
  if (found === undefined) throw wrongType(what, wanted, object);
  return found;
}

/** The native object of one of ours. */
function nativeOf(object, what = 'this', wanted = 'one of its class') {
  const found = heldBy(object, what, wanted);
  return found instanceof Packed ? found.native : found;
}

module.exports = { Holder, heldBy, nativeOf };
