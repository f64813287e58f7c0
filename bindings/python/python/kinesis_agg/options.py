"""The words that options take and answers give.

Each is a ``str`` too, so its value may be written instead:
``grouping="hash_key"`` is ``grouping=Grouping.HASH_KEY``.
"""

from enum import Enum


class _Word(str, Enum):
    def __str__(self) -> str:
        return str(self.value)


class RangePolicy(_Word):
    """What becomes of user records outside the hash key range that was given.

    KEEP_ALL        all are handed out, and each tells whether it is in range
    KEEP_IN_RANGE   those out of range are left out, and counted; what lies nowhere
                    is kept
    DROP_AGGREGATE  one out of range drops its whole aggregate, as in the KCL
    """

    KEEP_ALL = "keep_all"
    KEEP_IN_RANGE = "keep_in_range"
    DROP_AGGREGATE = "drop_aggregate"


class Placement(_Word):
    """Where the hash key of a user record lies, seen from the range.

    UNPLACEABLE: its explicit hash key is no number from 0 to 2**128 - 1.
    """

    IN_RANGE = "in_range"
    OUT_OF_RANGE = "out_of_range"
    UNPLACEABLE = "unplaceable"


class Status(_Word):
    """What a Kinesis record turned out to be.

    AGGREGATED           its user records are handed out
    DROPPED              an aggregate that ``RangePolicy.DROP_AGGREGATE`` dropped whole
    PLAIN                it does not begin like an aggregate: ordinary

    The others begin like an aggregate and are none. Like plain ones they are handed
    on as they are:

    TOO_SHORT, TOO_LONG  no room for a message and its checksum; 4 GiB or more
    CHECKSUM             the checksum is another one's
    MALFORMED            the message cannot be read
    INDEX_OUTSIDE_TABLE  a user record names a key that is not there
    """

    AGGREGATED = "aggregated"
    DROPPED = "dropped"
    PLAIN = "plain"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    CHECKSUM = "checksum"
    MALFORMED = "malformed"
    INDEX_OUTSIDE_TABLE = "index_outside_table"


class OuterPartitionKey(_Word):
    """The partition key that an aggregate is sent with: that of its FIRST user record,
    or always ``a``, as in the KPL."""

    FIRST = "first"
    KPL = "kpl"


class Grouping(_Word):
    """Which user records may share an aggregate.

    A KCL reader drops an aggregate whole when one user record in it belongs to
    another shard; all but NONE avoid that.

    NONE      any: for readers that ignore shards, as Lambda does
    HASH_KEY  those with the same hash key; needs no shard map, and packs poorly when
              keys are many
    SHARD     those of one shard by the shard map; packs best, and each answer of the
              service is to be judged
    PINNED    those of one shard by the shard map, or all under ``pinned_to``; user
              records without explicit hash key are given the aggregate's
    """

    NONE = "none"
    HASH_KEY = "hash_key"
    SHARD = "shard"
    PINNED = "pinned"


class Judgement(_Word):
    """What the shard in the service's answer means for a record.

    DELIVERED      every reader gets all of its user records
    SEND_AGAIN     it reaches beyond its shard: send all of it again, cut by a new map
    UNKNOWN_SHARD  the map does not know the shard: judge again with a fresh map
    KEYS_IGNORED   the stream ignores keys: no aggregate is safe there for a KCL reader
    """

    DELIVERED = "delivered"
    SEND_AGAIN = "send_again"
    UNKNOWN_SHARD = "unknown_shard"
    KEYS_IGNORED = "keys_ignored"
