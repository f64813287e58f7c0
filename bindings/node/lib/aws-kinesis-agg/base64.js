// The data of user records in base64.
'use strict';

const native = require('../native.js');

/** The data of the user records of a blob, one after the other. The native module makes
 * texts of up to 4 KiB of them: a call for each would take longer than its work. */
class Base64 {
  #texts;
  #number = 0;
  #text = '';
  #at = 0;

  constructor(blob, words) {
    this.#texts = native.base64Texts(blob, words);
  }

  /** The next, of so many bytes. */
  next(bytes) {
    const length = Math.trunc((bytes + 2) / 3) * 4;
    if (length === 0) return '';
    if (this.#at === this.#text.length) {
      this.#text = this.#texts[this.#number++];
      this.#at = 0;
    }
    return this.#text.substring(this.#at, (this.#at += length));
  }
}

module.exports = { Base64 };
