"""An aggregate for each shard of a stream: what a KCL reader never drops."""

import logging
import threading
import time
import warnings
from typing import Any, Iterable, List, Mapping, Optional, Union

import kinesis_agg
from kinesis_agg import Grouping, Judgement, ShardMap, _native

from ._callbacks import Callbacks
from ._constants import MAX_BYTES_PER_RECORD
from ._record import AggRecord, Data, DataLossWarning, HashKey, Text

_log = logging.getLogger(__name__)


class AggregationManager(Callbacks):
    """Packs user records into an aggregate for each shard of a stream.

    ``client`` is boto3's for Kinesis; ``StreamName`` or ``StreamARN`` says which
    stream. Its shards are asked for now, and again with the first user record that
    comes ``refresh_seconds`` later or more. If that fails, it is logged, and the
    shards that are known stay.

    ``grouping`` is one of ``kinesis_agg.Grouping``:

    - ``pinned``: the user records of an aggregate carry the hash key of its first, as
      explicit hash key, where they have none. No reader drops it, whatever becomes of
      the shard.
    - ``shard``: they keep their keys. Give the answer to each PutRecord to ``confirm``:
      when the shard was split meanwhile, the user records are to be sent again.
    - ``hash_key``: an aggregate for each hash key. Needs no client.

    ``max_size`` bounds data and partition key of a record together, in bytes.

    Several threads may use it.
    """

    def __init__(
        self,
        client: Any = None,
        *,
        grouping: Union[Grouping, str] = Grouping.PINNED,
        max_size: int = MAX_BYTES_PER_RECORD,
        refresh_seconds: float = 60.0,
        **stream: str,
    ) -> None:
        super().__init__()
        self._client = client
        self._stream = stream
        self._refresh_seconds = refresh_seconds
        self._refreshed = time.monotonic()
        shard_map = None if client is None else ShardMap.fetch(client, **stream)
        self._shards = shard_map and shard_map.open_shards
        self._aggregator = kinesis_agg.ShardedAggregator(
            grouping, shard_map, max_size=max_size, frame_singles=True
        )

    def add_user_record(
        self,
        partition_key: Text,
        data: Data,
        explicit_hash_key: Optional[HashKey] = None,
    ) -> Optional[AggRecord]:
        """Adds a user record, and returns an aggregate that is full, if there is one.

        Those that callbacks get are not returned. When a callback raises, the user
        record was added all the same.
        """
        self._refresh_if_due()
        full = self._aggregator.push(
            _text(partition_key), _bytes(data), _hash_key(explicit_hash_key)
        )
        if full:
            self._hand_out(self._aggregator.seal())
        self._call_back()
        return self._left_over() if self._unreturned else None

    def clear_and_get(self) -> Optional[AggRecord]:
        """Takes out an aggregate, full or not; None when there is none. There is one for
        each shard: call it until None."""
        self._call_back()
        with self._lock:
            if not self._unreturned:
                self._unreturned.extend(map(ManagedRecord, self._aggregator.finish()))
            return self._left_over()

    def clear_and_get_all(self) -> List[AggRecord]:
        """Takes out all aggregates, full or not."""
        return list(iter(self.clear_and_get, None))

    def get_num_user_records(self) -> int:
        """User records in the open aggregates."""
        return self._aggregator.user_record_count

    def refresh(self) -> None:
        """Asks for the shards of the stream now. Where they have changed, aggregates that
        reach beyond one are cut anew."""
        with self._refreshing:
            self._refresh(())

    def confirm(self, record: AggRecord, answer: Mapping[str, Any]) -> bool:
        """Whether every reader gets the user records of ``record``, one of this manager's,
        now that PutRecord, or PutRecords for it, has answered with ``ShardId``.

        False: they are handed out again, cut by a fresh shard map, as full aggregates
        are.
        """
        if not isinstance(record, ManagedRecord):
            raise TypeError("the record is none that a manager handed out")
        shard_id = answer["ShardId"]
        judgement = self._aggregator.judge(shard_id, record.aggregated)
        if judgement == Judgement.UNKNOWN_SHARD and self._client is not None:
            self.refresh()
            judgement = self._aggregator.judge(shard_id, record.aggregated)
        if judgement == Judgement.KEYS_IGNORED:
            warnings.warn(
                "the stream ignores partition keys: no aggregate is safe there for a KCL reader",
                DataLossWarning,
                stacklevel=2,
            )
        if judgement in (Judgement.DELIVERED, Judgement.KEYS_IGNORED):
            return True
        with self._refreshing:
            self._refresh([record.aggregated])
        self._call_back()
        return False

    def _renew_locks(self) -> None:
        super()._renew_locks()
        self._refreshing = threading.Lock()

    def _refresh_if_due(self) -> None:
        if self._client is None or time.monotonic() - self._refreshed < self._refresh_seconds:
            return
        # Others go on with the old map while one asks.
        if not self._refreshing.acquire(blocking=False):
            return
        try:
            self._refresh(())
        except Exception:
            _log.exception("no fresh shard map; the old one stays")
        finally:
            self._refreshing.release()

    def _refresh(self, unsent: Iterable[kinesis_agg.AggregatedRecord]) -> None:
        if self._client is None:
            raise ValueError("without a client there are no shards to ask for")
        self._refreshed = time.monotonic()
        shard_map = ShardMap.fetch(self._client, **self._stream)
        if unsent or shard_map.open_shards != self._shards:
            self._shards = shard_map.open_shards
            self._hand_out(self._aggregator.update_shard_map(shard_map, unsent))

    def _hand_out(self, records: Iterable[kinesis_agg.AggregatedRecord]) -> None:
        with self._lock:
            waiting = self._uncalled if self.callbacks else self._unreturned
            waiting.extend(map(ManagedRecord, records))


class ManagedRecord(AggRecord):
    """An aggregate that a manager handed out: full."""

    def __init__(self, aggregated: kinesis_agg.AggregatedRecord) -> None:
        super().__init__()
        #: What it is in ``kinesis_agg``.
        self.aggregated = aggregated
        self._aggregate = _native.OpenAggregate.of(
            aggregated.data,
            aggregated.user_record_count,
            False,
            aggregated.partition_key,
            aggregated.explicit_hash_key,
        )

    def add_user_record(
        self, partition_key: Text, data: Data, explicit_hash_key: Optional[HashKey] = None
    ) -> bool:
        """Takes none."""
        return False


def _text(key: Text) -> str:
    return key.decode() if isinstance(key, bytes) else key


def _bytes(data: Data) -> Union[bytes, bytearray, memoryview]:
    return data.encode() if isinstance(data, str) else data


def _hash_key(key: Optional[HashKey]) -> Union[str, int, None]:
    """Empty text is none, as in the original."""
    if isinstance(key, bytes):
        key = key.decode()
    return None if key == "" else key
