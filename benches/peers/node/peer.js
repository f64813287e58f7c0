// The Node.js peer, aws-kinesis-agg: deaggregate and aggregate.
// README.md beside this folder has the protocol.
'use strict';

const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const readline = require('node:readline');

const [what, file, modules] = process.argv.slice(2);
const library = createRequire(path.join(modules, 'package.json'));
const kpl = library('aws-kinesis-agg');

/** Its own limit is 1 MiB and fixed; a caller that flushes can keep another. */
const LIMIT = 51200;

/** What surrounds a user record: tags, lengths, an index. */
const AROUND = 32;

/** Key and data of each record in the file: lengths in four bytes, lowest first. */
function read() {
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

/** The data of user records comes out in base64, whatever went in. */
function deaggregate(records, visit) {
  for (const record of records) {
    kpl.deaggregateSync(record, true, (error, users) => {
      if (error) throw error;
      for (const user of users) visit(user.partitionKey, user.data);
    });
  }
}

function aggregate(users, visit) {
  const aggregator = new kpl.RecordAggregator((error, aggregated) => {
    if (error) throw error;
    visit(aggregated.partitionKey, aggregated.data);
  });
  for (const user of users) {
    const more = user.partitionKey.length + user.data.length + AROUND;
    if (aggregator.length() > 0 && aggregator.totalBytes + more > LIMIT) {
      aggregator.flushBufferedRecords();
    }
    aggregator.aggregateRecords([user], false);
  }
  if (aggregator.length() > 0) aggregator.flushBufferedRecords();
}

const pairs = read();
const deaggregates = what === 'deaggregate';
const pass = (visit) => (deaggregates ? deaggregate : aggregate)(pairs, visit);
let userRecords = pairs.length;
if (deaggregates) {
  userRecords = 0;
  pass(() => userRecords++);
}
let touched = 0;

/** The first byte, or the first character of base64. */
const touch = deaggregates
  ? (key, data) => {
      touched += key.length + data.length + (data.length && data.charCodeAt(0));
    }
  : (key, data) => {
      touched += key.length + data.length + (data.length && data[0]);
    };

function check(to) {
  const out = fs.openSync(to, 'w');
  const write = (bytes) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    buffered.push(length, bytes);
    size += bytes.length + 4;
    if (size > 1 << 16) flush();
  };
  let buffered = [];
  let size = 0;
  const flush = () => {
    fs.writeSync(out, Buffer.concat(buffered));
    buffered = [];
    size = 0;
  };
  pass((key, data) => {
    write(Buffer.from(key));
    write(deaggregates ? Buffer.from(data, 'base64') : data);
  });
  flush();
  fs.closeSync(out);
  return { user_records: userRecords };
}

/** Processor time of the whole process, collector and compilers included, in µs. */
function cpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function round(seconds) {
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
}

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

say({
  version: library('aws-kinesis-agg/package.json').version,
  runtime: `Node.js ${process.versions.node}`,
  with: `protobufjs ${library('protobufjs/package.json').version}`,
});
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, argument] = line.split(/ (.*)/);
  say(command === 'check' ? check(argument) : round(Number(argument)));
});
