"""The core, in Rust. Import from ``kinesis_agg`` instead."""

from typing import (
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    Optional,
    Sequence,
    Tuple,
    Type,
    TypeVar,
    Union,
    final,
)

from typing_extensions import disjoint_base

from .errors import PushError
from .options import (
    Grouping,
    Judgement,
    OuterPartitionKey,
    Placement,
    RangePolicy,
    Status,
)
from .types import BytesLike, HashKey, HashKeyRange, NewUserRecordLike, Send, Tag, Time

__all__ = [
    "AggregatedRecord",
    "Aggregator",
    "Batch",
    "OpenAggregate",
    "PushedMany",
    "RecordReport",
    "Report",
    "ShardMap",
    "ShardedAggregator",
    "UserRecord",
    "UserRecordDicts",
    "__version__",
    "decode_base64",
    "forked",
    "hash_key",
    "read",
]

__version__: str

_Self = TypeVar("_Self")

@final
class UserRecord:
    """A user record that was read: out of an aggregate, or a Kinesis record that is
    none, handed on as it is.

    Equal to another when keys, data, tags, sequence and sub-sequence number are.
    """

    @property
    def partition_key(self) -> str:
        """Its own partition key; ``""`` where the record was given as mere bytes."""

    @property
    def explicit_hash_key(self) -> Optional[str]:
        """Its own explicit hash key, as it stands in the aggregate."""

    @property
    def data(self) -> bytes:
        """Its data: ``bytes``, or a ``memoryview`` with ``views=True``."""

    @property
    def sub_sequence_number(self) -> int:
        """Its place in the aggregate, from 0."""

    @property
    def tags(self) -> Tuple[Tag, ...]:
        """Its tags: key and value, or None."""

    @property
    def is_aggregated(self) -> bool:
        """False for a Kinesis record that is no aggregate."""

    @property
    def placement(self) -> Optional[Placement]:
        """Where its hash key lies; None when no range was given, or it is not
        aggregated."""

    @property
    def hash_key(self) -> Optional[int]:
        """Its explicit hash key, else the MD5 of its partition key; None when the
        explicit hash key is no hash key."""

    @property
    def record_index(self) -> int:
        """Which of the Kinesis records that were given it was found in, from 0."""

    @property
    def record(self) -> Any:
        """The Kinesis record it was found in, as it was given."""

    @property
    def sequence_number(self) -> Optional[str]:
        """The sequence number of the Kinesis record, where it has one."""

@final
class RecordReport:
    """What became of one Kinesis record."""

    @property
    def record_index(self) -> int:
        """Which of those that were given, from 0."""

    @property
    def status(self) -> Status:
        """What it turned out to be."""

    @property
    def reason(self) -> Optional[str]:
        """Why it is no aggregate, in words."""

    @property
    def offset(self) -> Optional[int]:
        """Which byte of its data is wrong, where one is."""

    @property
    def user_records(self) -> int:
        """How many user records are handed out of it; 1 for one that is no
        aggregate."""

    @property
    def dropped(self) -> int:
        """How many the range policy leaves out."""

@final
class Report:
    """What became of the Kinesis records of a batch, counted."""

    @property
    def records(self) -> int:
        """Kinesis records in all."""

    @property
    def plain(self) -> int:
        """Those that do not begin like an aggregate."""

    @property
    def damaged(self) -> int:
        """Those that begin like an aggregate and are none."""

    @property
    def empty(self) -> int:
        """Aggregates without any user record."""

    @property
    def dropped_aggregates(self) -> int:
        """Aggregates dropped whole."""

    @property
    def user_records(self) -> int:
        """User records handed out of aggregates."""

    @property
    def dropped_user_records(self) -> int:
        """User records not handed out, by either policy."""

    @property
    def out_of_range(self) -> int:
        """User records out of range, handed out or not."""

    @property
    def unplaceable(self) -> int:
        """User records whose explicit hash key is no hash key; 0 without a range."""

@final
class Batch:
    """The user records of the Kinesis records that were given, in their order.

    Iterate over it as often as you like; several threads may. It has a length, and
    ``batch[0]``, ``batch[-1]`` work.
    """

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[UserRecord]: ...
    def __getitem__(self, index: int, /) -> UserRecord: ...
    @property
    def reports(self) -> Tuple[RecordReport, ...]:
        """What became of each Kinesis record."""

    @property
    def report(self) -> Report:
        """The same, counted."""

def read(
    data: List[BytesLike],
    sources: Optional[List[Tuple[Any, Optional[str], Optional[str], Optional[str]]]],
    hash_key_range: Optional[HashKeyRange],
    policy: Union[RangePolicy, str],
    strict: bool,
    views: bool,
) -> Batch:
    """Reads the data of Kinesis records. A source is the record as it was given, its
    partition key, explicit hash key and sequence number."""

@final
class AggregatedRecord:
    """A Kinesis record that is ready to be sent, with one or more user records."""

    @property
    def partition_key(self) -> str:
        """The partition key to send it with."""

    @property
    def explicit_hash_key(self) -> Optional[str]:
        """The explicit hash key to send it with, if any."""

    @property
    def data(self) -> bytes:
        """An aggregate, or the bare data of a single user record."""

    @property
    def user_record_count(self) -> int:
        """How many user records are inside; at least 1."""

    @property
    def is_framed(self) -> bool:
        """False for a single user record that goes as it is."""

    @property
    def size(self) -> int:
        """Bytes that count against the stream's limit: data and partition key."""

    @property
    def hash_key_span(self) -> Tuple[int, int]:
        """Lowest and highest hash key inside."""

    def put_records_entry(self) -> Dict[str, Any]:
        """An entry of ``Records`` for boto3's ``put_records``."""

@final
class PushedMany:
    """What came of many user records."""

    @property
    def full(self) -> bool:
        """Whether full aggregates wait to be sealed."""

    @property
    def refused(self) -> List[PushError]:
        """The user records that were refused, each with its ``record_index``; all
        others were taken."""

@final
class Aggregator:
    """Packs user records into aggregates, one after the other.

    It does not look where they belong: for readers that ignore shards, as Lambda
    does, or for user records of one shard. Else take a ``ShardedAggregator``.

    ``max_size`` bounds a Kinesis record, data and partition key, in bytes: 1 MiB
    unless given, at most 10 MiB. ``max_count`` bounds its user records.
    ``outer_hash_key=False`` sends aggregates without explicit hash key.
    ``frame_singles=True`` makes an aggregate of a single user record, too.

    ``send`` is called with a list of ``AggregatedRecord``: whenever some are full,
    and with the rest at the end of a ``with`` block. If it raises, the exception
    comes out of the call, and its records stay: the next ``seal()``, ``finish()``
    or ``send`` has them again. It may use the aggregator. With several threads it
    may run on several at once.

    Without ``send``, records are fetched by ``seal()`` and ``finish()``; leaving a
    ``with`` block while user records wait raises ``UnsentError``.
    """

    def __new__(
        cls: Type[_Self],
        *,
        max_size: int = 1048576,
        max_count: Optional[int] = None,
        outer_partition_key: Union[OuterPartitionKey, str] = OuterPartitionKey.FIRST,
        outer_hash_key: bool = True,
        frame_singles: bool = False,
        send: Optional[Send] = None,
    ) -> _Self: ...
    def push(
        self,
        partition_key: str,
        data: BytesLike,
        explicit_hash_key: Optional[HashKey] = None,
        tags: Sequence[Tag] = (),
    ) -> bool:
        """Adds a user record, and tells whether full aggregates wait to be sealed.

        Raises ``PushError`` when it is refused; nothing has changed then."""

    def push_many(self, user_records: Iterable[NewUserRecordLike]) -> PushedMany:
        """Adds many user records: tuples of what ``push`` takes, ``NewUserRecord`` or
        ``UserRecord``.

        All of them are looked at first: where one has a wrong type, none is taken.
        What is refused keeps none of the others out."""

    def seal(self) -> List[AggregatedRecord]:
        """Hands out the aggregates that are full, in the order they were begun."""

    def finish(self) -> List[AggregatedRecord]:
        """Hands out all, the open aggregate too. More can be pushed afterwards."""

    def size_after(
        self,
        partition_key: str,
        data: BytesLike,
        explicit_hash_key: Optional[HashKey] = None,
        tags: Sequence[Tag] = (),
    ) -> int:
        """The size that the open aggregate would have with this user record in it,
        exact to the byte. Keys are not checked."""

    @property
    def size(self) -> int:
        """The size of the open aggregate as a Kinesis record; 0 when it is empty."""

    @property
    def user_record_count(self) -> int:
        """User records in the open aggregate."""

    def __len__(self) -> int:
        """All user records that wait here: in the open aggregate and in full ones."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""

    def close(self, *, discard: bool = False) -> None:
        """Ends the aggregator. While user records wait it raises ``UnsentError``,
        unless they are to be discarded."""

    def __enter__(self: _Self) -> _Self: ...
    def __exit__(self, kind: object, error: object, traceback: object, /) -> None: ...

@final
class ShardedAggregator:
    """Packs user records into aggregates of one stream, grouped so that no reader
    loses any.

    ``shard_map`` is needed with ``Grouping.SHARD``, and with ``Grouping.PINNED``
    unless ``pinned_to`` names a hash key; with others it serves ``judge`` alone.
    ``max_open`` and ``max_open_bytes`` bound the open aggregates and their memory:
    beyond, the one opened first is full. All other options are those of
    ``Aggregator``.
    """

    def __new__(
        cls: Type[_Self],
        grouping: Union[Grouping, str] = Grouping.HASH_KEY,
        shard_map: Optional[ShardMap] = None,
        *,
        pinned_to: Optional[HashKey] = None,
        max_open: int = 4096,
        max_open_bytes: int = 67108864,
        max_size: int = 1048576,
        max_count: Optional[int] = None,
        outer_partition_key: Union[OuterPartitionKey, str] = OuterPartitionKey.FIRST,
        outer_hash_key: bool = True,
        frame_singles: bool = False,
        send: Optional[Send] = None,
    ) -> _Self: ...
    def push(
        self,
        partition_key: str,
        data: BytesLike,
        explicit_hash_key: Optional[HashKey] = None,
        tags: Sequence[Tag] = (),
        *,
        arrived: Optional[Time] = None,
    ) -> bool:
        """Adds a user record, and tells whether full aggregates wait to be sealed.

        ``arrived`` is when it came, in seconds or as a datetime: see
        ``finish_arrived_before``. Raises ``PushError`` when it is refused; nothing has
        changed then."""

    def push_many(
        self,
        user_records: Iterable[NewUserRecordLike],
        *,
        arrived: Optional[Time] = None,
    ) -> PushedMany:
        """Adds many user records: tuples of what ``push`` takes, ``NewUserRecord`` or
        ``UserRecord``.

        All of them are looked at first: where one has a wrong type, none is taken.
        What is refused keeps none of the others out."""

    def seal(self) -> List[AggregatedRecord]:
        """Hands out the aggregates that are full, in the order they were filled."""

    def finish(self) -> List[AggregatedRecord]:
        """Hands out all, the open aggregates too. More can be pushed afterwards."""

    def finish_arrived_before(self, time: Time) -> List[AggregatedRecord]:
        """Hands out what is full, and the open aggregates whose first user record
        ``arrived`` before ``time``."""

    def judge(self, shard_id: str, record: AggregatedRecord) -> Judgement:
        """Whether ``record``, one of this aggregator's, counts as delivered, now that
        the service has answered that it lies in this shard."""

    def update_shard_map(
        self, shard_map: ShardMap, unsent: Iterable[AggregatedRecord] = ()
    ) -> List[AggregatedRecord]:
        """Goes on with other shards.

        ``unsent`` are records that wait to be sent, or are to be sent again, in the
        order of sending. What comes back takes their place: cut where one reached
        beyond a shard of the new map, and behind them pieces of open aggregates.
        Full ones that wait here are among them."""

    @property
    def shard_map(self) -> Optional[ShardMap]:
        """The map that is used now."""

    @property
    def user_record_count(self) -> int:
        """User records in the open aggregates."""

    def __len__(self) -> int:
        """All user records that wait here: in open aggregates and in full ones."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""

    def close(self, *, discard: bool = False) -> None:
        """Ends the aggregator. While user records wait it raises ``UnsentError``,
        unless they are to be discarded."""

    def __enter__(self: _Self) -> _Self: ...
    def __exit__(self, kind: object, error: object, traceback: object, /) -> None: ...

@disjoint_base
class ShardMap:
    def __new__(
        cls: Type[_Self],
        shards: Iterable[Tuple[str, HashKey, HashKey]],
        closed: Iterable[Tuple[str, HashKey, HashKey]] = (),
    ) -> _Self: ...
    def predict(self, partition_key: str, explicit_hash_key: Optional[HashKey] = None) -> str:
        """The identifier of the shard that a user record of these keys belongs to."""

    def judge(self, shard_id: str, record: AggregatedRecord) -> Judgement:
        """Whether ``record`` counts as delivered, now that the service has answered
        that it lies in this shard: every reader gets all of its user records."""

    def _open_shards(self) -> List[Tuple[str, int, int]]: ...

def hash_key(partition_key: str) -> int:
    """The hash key of records with this partition key and no explicit hash key."""

def decode_base64(text: Union[str, bytes]) -> bytes:
    """The bytes of standard base64 with its padding; ``ValueError`` for all else."""

def forked() -> None:
    """Tells the core that this process was forked off another."""

# What the module aws_kinesis_agg of the distribution kinesis-agg-compat uses.

@final
class OpenAggregate:
    """An aggregate that takes user records while they fit, and can be read any time."""

    @staticmethod
    def of(
        data: bytes,
        user_records: int,
        several_hash_keys: bool,
        partition_key: Any,
        explicit_hash_key: Any,
    ) -> OpenAggregate:
        """One that is sealed, with the keys of its first user record."""

    def add(
        self,
        partition_key: Union[str, bytes],
        data: Union[str, BytesLike],
        explicit_hash_key: Union[str, bytes, int, None],
        max_size: int,
        taken: bool,
    ) -> bool:
        """Takes the user record, or says False if it does not fit with the others, or,
        unless ``taken``, if the aggregate was taken."""

    def take(self) -> None:
        """From here on it is no aggregator's."""

    def contents(self) -> bytes:
        """The data of the Kinesis record."""

    def keys(self) -> Optional[Tuple[Any, Any]]:
        """The keys of the first user record, as they were given."""

    def has_several_hash_keys(self) -> bool:
        """Whether the user records belong to more than one hash key."""

    def size(self) -> int:
        """Length of the data in bytes."""

    def __len__(self) -> int: ...

@final
class UserRecordDicts:
    """Iterates over the user records of batches of Kinesis records, as dictionaries."""

    def __new__(cls: Type[_Self], batches: Iterable[Iterable[Any]]) -> _Self: ...
    def __iter__(self: _Self) -> _Self: ...
    def __next__(self) -> Any: ...
    def close(self) -> None:
        """Ends it."""
