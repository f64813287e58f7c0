"""Packs user records: as the original does, and, with a shard map, without loss."""

from typing import Optional

from ._callbacks import Callbacks
from ._constants import MAX_BYTES_PER_RECORD
from ._record import AggRecord, Data, DataLossWarning, HashKey, Text
from .manager import AggregationManager

__all__ = [
    "AggRecord",
    "AggregationManager",
    "DataLossWarning",
    "KinesisAggregator",
    "RecordAggregator",
]


class RecordAggregator(Callbacks):
    """Packs user records into aggregates, one after the other.

    It does not look where user records belong: for those of one shard, or for
    readers that ignore hash key ranges, as Lambda functions do. Else take an
    ``AggregationManager``.

    ``max_size`` bounds the data of an aggregate in bytes, at most 1 MiB.

    Several threads may use it.
    """

    def __init__(self, max_size: float = MAX_BYTES_PER_RECORD) -> None:
        super().__init__()
        if max_size > MAX_BYTES_PER_RECORD:
            raise ValueError(f"max_size is {max_size}, at most {MAX_BYTES_PER_RECORD}")
        self.max_size = max_size
        self.current_record: AggRecord = AggRecord(max_size)

    def get_num_user_records(self) -> int:
        """User records in the open aggregate."""
        return self.current_record.get_num_user_records()

    def get_size_bytes(self) -> int:
        """The length of the open aggregate's data in bytes."""
        return self.current_record.get_size_bytes()

    def clear_record(self) -> None:
        """Forgets the user records in the open aggregate."""
        with self._lock:
            self.current_record = AggRecord(self.max_size)

    def clear_and_get(self) -> Optional[AggRecord]:
        """Takes out the open aggregate, full or not; None when it is empty.

        Where several threads add, full ones that nobody got come first: call it
        until None.
        """
        self._call_back()
        with self._lock:
            if self._unreturned:
                return self._left_over()
            self.current_record._warn_of_loss()
            return self._take() if self.get_num_user_records() else None

    def add_user_record(
        self,
        partition_key: Text,
        data: Data,
        explicit_hash_key: Optional[HashKey] = None,
    ) -> Optional[AggRecord]:
        """Adds a user record, and returns the aggregate that had no room for it, if
        that is why a new one was begun.

        Raises ``ValueError`` for what does not fit an aggregate of its own, or has keys
        that Kinesis does not take. Whatever it raises, nothing was added.
        """
        # Without the lock: an aggregate that another thread takes takes nothing.
        record = self.current_record
        if record._aggregate.add(partition_key, data, explicit_hash_key, record._limit, False):
            return self._left_over() if self._unreturned else None
        with self._lock:
            if self.current_record.add_user_record(partition_key, data, explicit_hash_key):
                return None
            self.current_record._warn_of_loss()
            full = self._take()
            if self.callbacks:
                self._uncalled.append(full)
        self._call_back()
        # Other threads, or callbacks, may have filled the new one meanwhile.
        another = self.add_user_record(partition_key, data, explicit_hash_key)
        with self._lock:
            if another is not None and not self.callbacks:
                self._unreturned.append(another)
        return full

    def _take(self) -> AggRecord:
        record, self.current_record = self.current_record, AggRecord(self.max_size)
        record._aggregate.take()
        return record


class KinesisAggregator(RecordAggregator):
    """One aggregate, and its bytes.

    What does not fit any more raises ``ValueError``, and is not added: nothing leaves
    unless it is asked for. ``clear_record`` begins anew.
    """

    def add_user_record(
        self,
        partition_key: Text,
        data: Data,
        explicit_hash_key: Optional[HashKey] = None,
    ) -> None:
        """Adds a user record."""
        with self._lock:
            if not self.current_record.add_user_record(partition_key, data, explicit_hash_key):
                size = self.get_size_bytes()
                raise ValueError(f"the aggregate of {size} bytes has no room for the user record")

    def get_aggregated_record_bytes(self) -> bytes:
        """The data of the Kinesis record. Changes nothing."""
        with self._lock:
            self.current_record._warn_of_loss()
            return self.current_record.get_contents()[2]
