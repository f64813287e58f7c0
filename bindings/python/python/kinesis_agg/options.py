"""The words that options take and answers give.

Each is a ``str`` too, so its value may be written instead:
``grouping="hash_key"`` is ``grouping=Grouping.HASH_KEY``.
"""

from enum import Enum


class _Word(str, Enum):
    def __str__(self) -> str:
        return str(self.value)


class RangePolicy(_Word):
    """What becomes of user records outside the hash key range that was given."""

    #: All are handed out, and each tells whether it is in range.
    KEEP_ALL = "keep_all"
    #: Those out of range are left out, and counted. What lies nowhere is kept.
    KEEP_IN_RANGE = "keep_in_range"
    #: One out of range drops its whole aggregate, as in the KCL.
    DROP_AGGREGATE = "drop_aggregate"


class Placement(_Word):
    """Where the hash key of a user record lies, seen from the range."""

    IN_RANGE = "in_range"
    OUT_OF_RANGE = "out_of_range"
    #: Its explicit hash key is no number from 0 to 2**128 - 1.
    UNPLACEABLE = "unplaceable"


class Status(_Word):
    """What a Kinesis record turned out to be.

    All but the first two are handed on as they are: a plain record is ordinary,
    the others begin like an aggregate and are none.
    """

    AGGREGATED = "aggregated"
    #: An aggregate that ``RangePolicy.DROP_AGGREGATE`` dropped whole.
    DROPPED = "dropped"
    #: It does not begin like an aggregate.
    PLAIN = "plain"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    CHECKSUM = "checksum"
    MALFORMED = "malformed"
    #: A user record names a key that is not there.
    INDEX_OUTSIDE_TABLE = "index_outside_table"


class OuterPartitionKey(_Word):
    """The partition key that an aggregate is sent with."""

    #: That of its first user record.
    FIRST = "first"
    #: Always ``a``, as in the KPL.
    KPL = "kpl"


class Grouping(_Word):
    """Which user records may share an aggregate.

    A KCL reader drops an aggregate whole when one user record in it belongs to
    another shard: all groupings but ``NONE`` avoid that.
    """

    #: Any. For readers that ignore shards, as Lambda does.
    NONE = "none"
    #: Those with the same hash key. Needs no shard map; packs many keys poorly.
    HASH_KEY = "hash_key"
    #: Those of one shard by the shard map. Packs best; judge each answer.
    SHARD = "shard"
    #: Those of one shard by the shard map, or all under ``pinned_to``; user
    #: records without explicit hash key are given the aggregate's.
    PINNED = "pinned"


class Judgement(_Word):
    """What the shard in the service's answer means for a record."""

    #: Every reader gets all of its user records.
    DELIVERED = "delivered"
    #: It reaches beyond its shard: send all of it again, cut by a new map.
    SEND_AGAIN = "send_again"
    #: The map does not know the shard: judge again with a fresh map.
    UNKNOWN_SHARD = "unknown_shard"
    #: The stream ignores keys: no aggregate is safe there for a KCL reader.
    KEYS_IGNORED = "keys_ignored"
