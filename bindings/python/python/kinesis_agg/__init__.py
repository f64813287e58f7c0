"""The aggregation format of the Kinesis Producer Library (KPL), both ways.

The KPL packs many *user records* into one Kinesis record, an *aggregate*. This
package takes them apart, and packs them, and loses none on the way.

Reading, from whatever shape the records come in::

    from kinesis_agg import deaggregate

    def handler(event, context):
        for user_record in deaggregate(event):
            print(user_record.partition_key, user_record.data)

Writing, for readers of all kinds::

    from kinesis_agg import ShardedAggregator

    def send(records):
        entries = [it.put_records_entry() for it in records]
        answer = client.put_records(StreamName="orders", Records=entries)
        if answer.get("FailedRecordCount"):
            raise RuntimeError("they stay in the aggregator, and come again")

    with ShardedAggregator(send=send) as aggregator:
        aggregator.push("customer-7", b"click")
        aggregator.push("customer-7", b"buy")

Where to start: ``deaggregate``, ``Deaggregator``, ``UserRecord``; ``aggregate``,
``Aggregator``, ``ShardedAggregator``, ``ShardMap``; ``process`` in Lambda functions.
"""

import os as _os

from ._native import (
    AggregatedRecord,
    Aggregator,
    Batch,
    PushedMany,
    RecordReport,
    Report,
    ShardedAggregator,
    UserRecord,
    __version__,
    forked as _forked,
    hash_key,
)
from .errors import (
    ClosedError,
    InternalError,
    KinesisAggError,
    MalformedRecordError,
    OptionsError,
    PushError,
    ShardMapError,
    UnsentError,
)
from .lambdas import partial_batch_response, process
from .options import Grouping, Judgement, OuterPartitionKey, Placement, RangePolicy, Status
from .reading import Deaggregator, deaggregate
from .shards import Shard, ShardMap
from .writing import NewUserRecord, aggregate

if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(after_in_child=_forked)

__all__ = [
    "AggregatedRecord",
    "Aggregator",
    "Batch",
    "ClosedError",
    "Deaggregator",
    "Grouping",
    "InternalError",
    "Judgement",
    "KinesisAggError",
    "MalformedRecordError",
    "NewUserRecord",
    "OptionsError",
    "OuterPartitionKey",
    "Placement",
    "PushError",
    "PushedMany",
    "RangePolicy",
    "RecordReport",
    "Report",
    "Shard",
    "ShardMap",
    "ShardMapError",
    "ShardedAggregator",
    "Status",
    "UnsentError",
    "UserRecord",
    "__version__",
    "aggregate",
    "deaggregate",
    "hash_key",
    "partial_batch_response",
    "process",
]
