"""Shards, and the map of them."""

from typing import Any, Iterable, List, Mapping, NamedTuple, Tuple, Type, TypeVar, Union

from . import _native

_Map = TypeVar("_Map", bound="ShardMap")


class Shard(NamedTuple):
    """A shard and the hash keys that it owns, both ends included."""

    id: str
    starting_hash_key: Union[int, str]
    ending_hash_key: Union[int, str]


class ShardMap(_native.ShardMap):
    """The shards of a stream at one time: which of them owns a hash key.

    ``shards`` are the open ones, which own each hash key once; ``closed`` ones are
    known to ``judge`` alone. Raises ``ShardMapError`` where a hash key is left out
    or owned twice.
    """

    @property
    def open_shards(self) -> Tuple[Shard, ...]:
        """The open shards, by ascending hash keys."""
        return tuple(Shard(*shard) for shard in self._open_shards())

    @classmethod
    def from_list_shards(
        cls: Type[_Map], answer: Union[Mapping[str, Any], Iterable[Mapping[str, Any]]]
    ) -> _Map:
        """The map of what boto3's ``list_shards`` answers: one answer, several, or a
        list of their ``Shards``."""
        found = list(_shards(answer))
        closed = [_shard(shard) for shard in found if _is_closed(shard)]
        return cls([_shard(shard) for shard in found if not _is_closed(shard)], closed)

    @classmethod
    def fetch(cls: Type[_Map], client: Any, **stream: Any) -> _Map:
        """Asks for the shards of a stream, all pages of them.

        ``client`` is boto3's, ``stream`` says which: ``StreamName="orders"`` or
        ``StreamARN="arn:…"``."""
        answers: List[Mapping[str, Any]] = [client.list_shards(**stream)]
        while answers[-1].get("NextToken"):
            # The service takes either the name or the token; the ARN goes with both.
            asked = {key: value for key, value in stream.items() if key == "StreamARN"}
            answers.append(client.list_shards(NextToken=answers[-1]["NextToken"], **asked))
        return cls.from_list_shards(answers)


def _shards(answer: Any) -> Iterable[Mapping[str, Any]]:
    if not isinstance(answer, Mapping):
        for part in answer:
            yield from _shards(part)
    elif "Shards" in answer:
        yield from answer["Shards"]
    else:
        yield answer


def _shard(shard: Mapping[str, Any]) -> Shard:
    keys = shard["HashKeyRange"]
    return Shard(shard["ShardId"], keys["StartingHashKey"], keys["EndingHashKey"])


def _is_closed(shard: Mapping[str, Any]) -> bool:
    return shard["SequenceNumberRange"].get("EndingSequenceNumber") is not None
