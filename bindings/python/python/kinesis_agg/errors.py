"""What this package raises. Wrong types are a plain ``TypeError``."""

from typing import Optional, Tuple


class KinesisAggError(Exception):
    """The base of all errors of this package."""


class MalformedRecordError(KinesisAggError, ValueError):
    """A Kinesis record cannot be read, or begins like an aggregate and is none."""

    def __init__(
        self, reason: str, record_index: Optional[int] = None, offset: Optional[int] = None
    ) -> None:
        super().__init__(reason, record_index, offset)
        #: What is wrong, in words.
        self.reason = reason
        #: Which of the Kinesis records that were given, from 0.
        self.record_index = record_index
        #: Which byte of its data, where one is wrong.
        self.offset = offset

    def __str__(self) -> str:
        return _in_record(self.record_index, self.reason)


class PushError(KinesisAggError, ValueError):
    """A user record was refused; the aggregator is as it was."""

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
        #: ``partition_key_length``, ``partition_key_encoding``,
        #: ``explicit_hash_key``, ``tag_encoding`` or ``too_large``.
        self.reason = reason
        #: Which of the user records that were given together, from 0.
        self.record_index = record_index
        #: The length or size that is above ``limit``.
        self.value = value
        #: What it may be at most: characters of a key, bytes of a record.
        self.limit = limit
        #: The errors of user records that were refused after it, by ``aggregate``.
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
