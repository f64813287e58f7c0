"""Takes aggregated records apart: Kinesis records in, user records out."""

from typing import Any, Optional, Union

from . import _native, shapes
from .options import RangePolicy
from .types import HashKeyRange


class Deaggregator:
    """How Kinesis records are to be read. Has no other state: keep one, and use it
    from any thread.

    ``hash_key_range`` are the starting and the ending hash key of a shard, both
    included: ``policy`` says what becomes of the user records outside. ``strict``
    raises ``MalformedRecordError`` for a record that begins like an aggregate and is
    none, where else it is handed on as it is. ``views`` gives the data as
    ``memoryview`` into the records, without a copy.
    """

    def __init__(
        self,
        *,
        hash_key_range: Optional[HashKeyRange] = None,
        policy: Union[RangePolicy, str] = RangePolicy.KEEP_ALL,
        strict: bool = False,
        views: bool = False,
    ) -> None:
        self._options = (hash_key_range, policy, strict, views)
        self.deaggregate(())  # Tells of a wrong option now.

    def deaggregate(self, records: Any) -> _native.Batch:
        """Reads records, of any shape that ``kinesis_agg.deaggregate`` takes."""
        data, sources = shapes.split(records)
        return _native.read(data, sources, *self._options)


def deaggregate(
    records: Any,
    *,
    hash_key_range: Optional[HashKeyRange] = None,
    policy: Union[RangePolicy, str] = RangePolicy.KEEP_ALL,
    strict: bool = False,
    views: bool = False,
) -> _native.Batch:
    """The user records inside Kinesis records, and the records that are no aggregates
    as they are: nothing gets lost.

    ``records`` is one or many of these, told apart by their shape:

    - the data as ``bytes``, ``bytearray`` or ``memoryview``;
    - a record of boto3's ``get_records``, or its whole answer;
    - a record of a Lambda event, or the whole event: of Kinesis, of a Firehose
      transformation, of Kinesis Data Analytics, of EventBridge Pipes.

    Many at a time are read faster than one by one. The options are those of
    ``Deaggregator``.

    >>> [(it.partition_key, it.data) for it in deaggregate([b"my own bytes"])]
    [('', b'my own bytes')]
    """
    data, sources = shapes.split(records)
    return _native.read(data, sources, hash_key_range, policy, strict, views)
