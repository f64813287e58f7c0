"""An aggregate, and what is said when it may be dropped."""

import warnings
from typing import Any, Optional, Tuple, Union

from kinesis_agg import _native

from ._constants import MAX_BYTES_PER_RECORD

Text = Union[str, bytes]
Data = Union[str, bytes, bytearray, memoryview]
HashKey = Union[str, bytes, int]


class DataLossWarning(UserWarning):
    """User records of several hash keys share an aggregate, and nobody has looked
    whether one shard owns them all: a KCL reader drops the aggregate if not."""


class AggRecord:
    """An aggregated record: takes user records while they fit.

    ``max_size`` bounds its data in bytes; together with its partition key it is
    never above 1 MiB.
    """

    def __init__(self, max_size: float = MAX_BYTES_PER_RECORD) -> None:
        self.max_size = max_size
        self._aggregate = _native.OpenAggregate()

    @property
    def max_size(self) -> float:
        """The limit, as it was given."""
        return self._max_size

    @max_size.setter
    def max_size(self, max_size: float) -> None:
        self._limit = int(min(max(max_size, 0), MAX_BYTES_PER_RECORD))
        self._max_size = max_size

    def get_num_user_records(self) -> int:
        """How many user records are inside."""
        return len(self._aggregate)

    def get_size_bytes(self) -> int:
        """The length of its data in bytes, exactly."""
        return self._aggregate.size()

    def add_user_record(
        self,
        partition_key: Text,
        data: Data,
        explicit_hash_key: Optional[HashKey] = None,
    ) -> bool:
        """Takes a user record, or returns False when it does not fit with the others.

        Text is written as UTF-8. Raises ``ValueError`` when it would not fit alone,
        or Kinesis does not take its keys, and changes nothing then.
        """
        return self._aggregate.add(partition_key, data, explicit_hash_key, self._limit, True)

    def get_contents(self) -> Tuple[Any, Any, bytes]:
        """Partition key, explicit hash key or None, and data, for PutRecord. The keys
        are those of the first user record, as they were given."""
        data = self._aggregate.contents()
        partition_key, explicit_hash_key = self._aggregate.keys() or ("", "")
        return partition_key, explicit_hash_key, data

    def get_partition_key(self) -> Any:
        """The partition key of the first user record; None when there is none."""
        keys = self._aggregate.keys()
        return keys and keys[0]

    def get_explicit_hash_key(self) -> Any:
        """The explicit hash key of the first user record; None when it has none."""
        keys = self._aggregate.keys()
        return keys and keys[1]

    def clear(self) -> None:
        """Forgets all user records."""
        self._aggregate = _native.OpenAggregate()

    def _warn_of_loss(self) -> None:
        if self._aggregate.has_several_hash_keys():
            warnings.warn(
                "user records of several hash keys share an aggregated record: a KCL reader "
                "drops it if they belong to several shards. Take an AggregationManager; or "
                "ignore this DataLossWarning, if all readers ignore hash key ranges, as Lambda "
                "functions do",
                DataLossWarning,
                stacklevel=3,
            )

    @classmethod
    def _of(
        cls,
        max_size: float,
        partition_key: Any,
        explicit_hash_key: Any,
        data: bytes,
        user_records: int,
        several_hash_keys: bool,
    ) -> "AggRecord":
        """One with these contents."""
        record = cls(max_size)
        if user_records:
            record._aggregate = _native.OpenAggregate.of(
                data, user_records, several_hash_keys, partition_key, explicit_hash_key
            )
        return record

    def __reduce__(self) -> Tuple[Any, ...]:
        several_hash_keys = self._aggregate.has_several_hash_keys()
        contents = (*self.get_contents(), self.get_num_user_records(), several_hash_keys)
        return type(self)._of, (self.max_size, *contents)
