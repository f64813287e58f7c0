// The memory of a WebAssembly module: numbers, text and bytes in it.
'use strict';

/** What Node-API calls a length that ends at a zero byte. */
const UP_TO_ZERO = 0xffffffff;

/** Numbers in WebAssembly's memory have their lowest byte first, whatever the machine. */
class Memory {
  #exports;
  #bytes;
  #numbers;
  /** When it was made, or grew ahead. */
  #size;

  constructor(exports) {
    this.#exports = exports;
    this.#look();
    this.#size = this.#bytes.length;
  }

  /** A memory that has grown has another buffer; the old one is empty then. */
  #look() {
    const { buffer } = this.#exports.memory;
    this.#bytes = Buffer.from(buffer);
    this.#numbers = new DataView(buffer);
  }

  get bytes() {
    if (this.#bytes.length === 0) this.#look();
    return this.#bytes;
  }

  get numbers() {
    if (this.#bytes.length === 0) this.#look();
    return this.#numbers;
  }

  /** A 32-bit number: a handle, an address, a size. */
  word(address) {
    return this.numbers.getUint32(address, true);
  }

  setWord(address, number) {
    if (address !== 0) this.numbers.setUint32(address, number, true);
  }

  setByte(address, number) {
    this.bytes[address] = number;
  }

  setDouble(address, number) {
    this.numbers.setFloat64(address, number, true);
  }

  text(address, length, encoding) {
    const { bytes } = this;
    const end = length >>> 0 === UP_TO_ZERO ? bytes.indexOf(0, address) : address + length;
    return bytes.toString(encoding, address, end);
  }

  /** A copy that JavaScript owns. */
  copy(address, length) {
    const copy = new ArrayBuffer(length);
    new Uint8Array(copy).set(this.bytes.subarray(address, address + length));
    return copy;
  }

  /** Copies bytes in; the address is to be freed. */
  lay(bytes) {
    const address = this.#exports.malloc(bytes.length) >>> 0;
    if (address === 0) throw new RangeError('the memory of WebAssembly is full');
    this.bytes.set(bytes, address);
    return address;
  }

  free(address) {
    this.#exports.free(address);
  }

  /** After it has grown: lets it grow by a quarter at once, as the allocator asks for a page
   * at a time, and each time V8 thinks that there is garbage to be collected. What is not
   * used takes no memory of the machine. */
  growAhead() {
    const { length } = this.bytes;
    if (length === this.#size) return;
    const address = this.#exports.malloc(length >>> 2);
    if (address !== 0) this.free(address);
    this.#size = this.bytes.length;
  }
}

module.exports = { Memory };
