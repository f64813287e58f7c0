"""What this package raises. Wrong types are a plain ``TypeError``."""

from typing import Optional, Tuple


class KinesisAggError(Exception):
    """The base of all errors of this package."""


class MalformedRecordError(KinesisAggError, ValueError):
    """A Kinesis record cannot be read, or begins like an aggregate and is none.

    reason        what is wrong, in words
    record_index  which of the Kinesis records that were given, from 0
    offset        which byte of its data, where one is wrong
    """

    def __init__(
        self, reason: str, record_index: Optional[int] = None, offset: Optional[int] = None
    ) -> None:
        super().__init__(reason, record_index, offset)
        self.reason = reason
        self.record_index = record_index
        self.offset = offset

    def __str__(self) -> str:
        return _in_record(self.record_index, self.reason)


class PushError(KinesisAggError, ValueError):
    """A user record was refused; the aggregator is as it was.

    reason        partition_key_length, partition_key_encoding, explicit_hash_key,
                  tag_encoding or too_large
    message       the same in words
    record_index  which of the user records that were given together, from 0
    value, limit  what is too much, and how much may be: characters of a key, bytes of
                  a record
    others        the errors of user records refused after it, by ``aggregate``
    """

    def __init__(
        self,
        message: str,
        reason: str,
        record_index: Optional[int] = None,
        value: Optional[int] = None,
        limit: Optional[int] = None,
    ) -> None:
        super().__init__(message, reason, record_index, value, limit)
        self.message = message
        self.reason = reason
        self.record_index = record_index
        self.value = value
        self.limit = limit
        self.others: Tuple[PushError, ...] = ()

    def __str__(self) -> str:
        return _in_record(self.record_index, self.message)


class OptionsError(KinesisAggError, ValueError):
    """An option is out of its bounds, or does not go with another."""


class ShardMapError(KinesisAggError, ValueError):
    """The shards leave a hash key out, or own one twice."""


class ClosedError(KinesisAggError, ValueError):
    """The object was closed, as with a closed file."""


class UnsentError(KinesisAggError):
    """User records wait in an aggregator that is to be closed.

    They are still there: ``finish()`` hands them out.
    """


class InternalError(KinesisAggError):
    """A fault of this package: please report it. The object can only be closed.

    Also raised in a forked process for an object that another thread was using at
    the moment of the fork.
    """


def _in_record(record_index: Optional[int], text: str) -> str:
    return text if record_index is None else f"record {record_index}: {text}"
