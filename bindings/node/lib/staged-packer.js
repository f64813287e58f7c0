// Packs user records in the native module, to which they go many at a time.
'use strict';

const native = require('./native.js');
const { encodingRefusal } = require('./new-user-records.js');
const { buffer, stage, stageable } = require('./staging.js');
const { bytes } = require('./values.js');

/** Bits of what the native module answers to a push. */
const FULL = 1;
const REFUSED = 2;

class StagedPacker {
  #core;
  /** Whether full aggregates wait. */
  isFull = false;

  constructor(options, grouping, shards) {
    this.#core = new native.Packer(options, grouping, shards);
  }

  /** Adds one; returns why it is refused, if it is. */
  push(partitionKey, data, explicitHashKey, tags, arrived) {
    const refusal = encodingRefusal(partitionKey, tags);
    if (refusal !== undefined) return refusal;
    const held = bytes('data', data);
    const answer = this.#core.push(partitionKey, held, explicitHashKey, tags, arrived);
    return this.#refused(answer)[0];
  }

  /** Adds all of a list; returns what was refused, by its place. */
  pushMany(records, arrived) {
    const refused = [];
    const note = (place, reasons) => {
      for (const reason of reasons) refused.push({ ...reason, place: place + reason.place });
    };
    let place = 0;
    while (place < records.length) {
      const count = stageable(records, place);
      const used = count === 0 ? 0 : stage(records, place, count);
      if (used > 0) {
        const staged = buffer.subarray(0, used);
        note(place, this.#refused(this.#core.pushStaged(staged, count, arrived)));
        place += count;
        continue;
      }
      for (const end = place + Math.max(count, 1); place < end; place++) {
        const refusal = this.push(...records.at(place), arrived);
        if (refusal !== undefined) note(place, [{ ...refusal, place: 0 }]);
      }
    }
    return refused;
  }

  #refused(answer) {
    if (answer & FULL) this.isFull = true;
    return answer & REFUSED ? this.#core.takeRefused() : [];
  }

  seal() {
    return this.#taken(this.#core.seal());
  }

  finish() {
    return this.#taken(this.#core.finish());
  }

  finishArrivedBefore(time) {
    return this.#taken(this.#core.finishArrivedBefore(time));
  }

  updateShardMap(map, unsent) {
    return this.#taken(this.#core.updateShardMap(map, unsent));
  }

  #taken(records) {
    this.isFull = false;
    return records;
  }

  judge(shardId, record) {
    return this.#core.judge(shardId, record);
  }

  openUserRecords() {
    return this.#core.openUserRecords();
  }

  fullUserRecords() {
    return this.#core.fullUserRecords();
  }
}

module.exports = { StagedPacker };
