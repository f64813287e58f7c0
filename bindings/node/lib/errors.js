// What this package throws. Wrong types are a plain `TypeError`.
'use strict';

/** The base of all errors of this package. */
class KinesisAggError extends Error {
  constructor(message, code, options) {
    super(message, options);
    this.code = code;
  }
}

/** A Kinesis record cannot be read, or begins like an aggregate and is none. */
class MalformedRecordError extends KinesisAggError {
  constructor(reason, recordIndex, offset) {
    super(`record ${recordIndex}: ${reason}`, 'ERR_KINESIS_AGG_MALFORMED_RECORD');
    this.reason = reason;
    this.recordIndex = recordIndex;
    this.offset = offset;
  }
}

/** A user record was refused; the aggregator is as it was. */
class PushError extends KinesisAggError {
  constructor({ message, code, value, limit }, recordIndex) {
    super(recordIndex === undefined ? message : `user record ${recordIndex}: ${message}`, code);
    this.recordIndex = recordIndex;
    this.value = value ?? undefined;
    this.limit = limit ?? undefined;
  }
}

/** An option is out of its bounds, or does not go with another. */
class OptionsError extends KinesisAggError {}

/** The shards leave a hash key out, or own one twice. */
class ShardMapError extends KinesisAggError {}

/** The object was closed. */
class ClosedError extends KinesisAggError {
  constructor() {
    super('it is closed', 'ERR_KINESIS_AGG_CLOSED');
  }
}

/** User records wait in an aggregator that is to be closed; they are still there. */
class UnsentError extends KinesisAggError {
  constructor(userRecords) {
    const text = `${userRecords} user records wait to be sent: finish() hands them out`;
    super(text, 'ERR_KINESIS_AGG_UNSENT');
  }
}

/** A fault of this package: please report it. The object can only be closed. */
class InternalError extends KinesisAggError {
  constructor(cause) {
    const text = 'a fault of kinesis-agg, which may have written more to stderr';
    super(text, 'ERR_KINESIS_AGG_INTERNAL', { cause });
  }
}

for (const ErrorClass of [
  KinesisAggError,
  MalformedRecordError,
  PushError,
  OptionsError,
  ShardMapError,
  ClosedError,
  UnsentError,
  InternalError,
]) {
  Object.defineProperty(ErrorClass.prototype, 'name', {
    value: ErrorClass.name,
    configurable: true,
    writable: true,
  });
}

/** Our error for one of the native module. */
function translated(error) {
  switch (error?.code) {
    case 'ERR_KINESIS_AGG_OPTIONS':
      return new OptionsError(error.message, error.code);
    case 'ERR_KINESIS_AGG_SHARD_MAP':
      return new ShardMapError(error.message, error.code);
    case 'ERR_KINESIS_AGG_CHANGED_RECORD':
      return new KinesisAggError(error.message, error.code);
    default:
      return error instanceof KinesisAggError ? error : new InternalError(error);
  }
}

/** Calls the native module. */
function call(work) {
  try {
    return work();
  } catch (error) {
    throw translated(error);
  }
}

module.exports = {
  KinesisAggError,
  MalformedRecordError,
  PushError,
  OptionsError,
  ShardMapError,
  ClosedError,
  UnsentError,
  InternalError,
  translated,
  call,
};
