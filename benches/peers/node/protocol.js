// What all programs here do around their work: read the corpus, answer the harness. README.md beside this folder has the protocol.
'use strict';

const fs = require('node:fs');
const readline = require('node:readline');

/** Key and data of each record in the file: lengths in four bytes, lowest first. */
function read(file) {
  const all = fs.readFileSync(file);
  const pairs = [];
  let at = 0;
  const take = () => {
    const start = at + 4;
    at = start + all.readUInt32LE(at);
    return all.subarray(start, at);
  };
  while (at < all.length) {
    pairs.push({ partitionKey: take().toString(), data: take() });
  }
  return pairs;
}

/** Writes what comes out of `pass` into a file of the same form. */
function write(file, pass, bytes) {
  const out = fs.openSync(file, 'w');
  const length = Buffer.alloc(4);
  const put = (part) => {
    length.writeUInt32LE(part.length);
    fs.writeSync(out, Buffer.concat([length, part]));
  };
  pass((key, data) => {
    put(Buffer.from(key));
    put(bytes(data));
  });
  fs.closeSync(out);
}

/** Processor time of the whole process, collector and compilers included, in µs. */
function cpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Answers commands. `work` visits key and data of all that comes out, `bytes` are those
 * of the data; `counts` says that user records come out, and not in. */
function serve({ file, work, counts, bytes, about }) {
  const pairs = read(file);
  const pass = (visit) => work(pairs, visit);
  let userRecords = pairs.length;
  if (counts) {
    userRecords = 0;
    pass(() => userRecords++);
  }
  let touched = 0;
  const touch = (key, data) => {
    const first = typeof data === 'string' ? data.charCodeAt(0) : data[0];
    touched += key.length + data.length + (data.length && first);
  };
  const round = (seconds) => {
    const wall = process.hrtime.bigint();
    const start = cpu();
    let passes = 0;
    let now;
    do {
      pass(touch);
      passes++;
      now = cpu();
    } while (now - start < seconds * 1e6);
    return {
      user_records: passes * userRecords,
      cpu_ns: (now - start) * 1000,
      wall_ns: Number(process.hrtime.bigint() - wall),
      touched,
    };
  };
  const check = (to) => {
    write(to, pass, bytes);
    return { user_records: userRecords };
  };
  const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
  say(about);
  readline.createInterface({ input: process.stdin }).on('line', (line) => {
    const [command, argument] = line.split(/ (.*)/);
    say(command === 'check' ? check(argument) : round(Number(argument)));
  });
}

module.exports = { serve };
