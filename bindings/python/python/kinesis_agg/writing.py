"""Packs user records in one go."""

from itertools import islice
from typing import Any, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Union

from . import _native
from .errors import PushError
from .options import Grouping
from .shards import ShardMap
from .types import BytesLike, HashKey, NewUserRecordLike, Tag

#: How many user records are pushed together.
_TOGETHER = 1024


class NewUserRecord(NamedTuple):
    """A user record to be packed. ``explicit_hash_key`` is a number below 2**128, as
    ``int`` or in decimal digits."""

    partition_key: str
    data: BytesLike
    explicit_hash_key: Optional[HashKey] = None
    tags: Sequence[Tag] = ()


def aggregate(
    user_records: Iterable[NewUserRecordLike],
    *,
    grouping: Union[Grouping, str] = Grouping.HASH_KEY,
    shard_map: Optional[ShardMap] = None,
    **options: Any,
) -> Iterator[_native.AggregatedRecord]:
    """Packs user records, and hands out Kinesis records as they get full.

    The options are those of ``ShardedAggregator``. A user record that is refused keeps
    none of the others out: once they are handed out, ``PushError`` is raised for it,
    with its ``record_index``, and with the errors of further ones in ``others``.

    >>> clicks = [("mia", b"click"), ("mia", b"buy")]
    >>> [record.user_record_count for record in aggregate(clicks)]
    [2]
    """
    aggregator = _native.ShardedAggregator(grouping, shard_map, **options)
    return _packed(aggregator, iter(user_records))


def _packed(
    aggregator: _native.ShardedAggregator, rest: Iterator[NewUserRecordLike]
) -> Iterator[_native.AggregatedRecord]:
    before = 0
    refused: List[PushError] = []
    while together := list(islice(rest, _TOGETHER)):
        pushed = aggregator.push_many(together)
        if pushed.full:
            yield from aggregator.seal()
        for error in pushed.refused:
            error.record_index = before + (error.record_index or 0)
            refused.append(error)
        before += len(together)
    yield from aggregator.finish()
    if refused:
        refused[0].others = tuple(refused[1:])
        raise refused[0]
