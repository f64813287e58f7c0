"""The module ``aws_kinesis_agg``, over ``kinesis_agg``: functions and shapes of the
original, right keys, nothing lost, many times faster.

Reading, in a Lambda function::

    from aws_kinesis_agg.deaggregator import iter_deaggregate_records

    def handler(event, context):
        for record in iter_deaggregate_records(event["Records"]):
            payload = base64.b64decode(record["kinesis"]["data"])

Writing, with an aggregate for each shard::

    from aws_kinesis_agg.aggregator import AggregationManager

    manager = AggregationManager(boto3.client("kinesis"), StreamName="orders")
    for key, data in events:
        full = manager.add_user_record(key, data)
        if full:
            send(full.get_contents())

UPGRADING.md of the distribution ``kinesis-agg-compat`` says what differs from the
original, and which names of ``kinesis_agg`` new code takes instead.
"""

from ._constants import DIGEST_SIZE, MAGIC, MAX_BYTES_PER_RECORD
from ._neighbour import warn_of_the_original as _warn_of_the_original
from .aggregator import (
    AggRecord,
    AggregationManager,
    DataLossWarning,
    KinesisAggregator,
    RecordAggregator,
)
from .deaggregator import deaggregate_records, iter_deaggregate_records

_warn_of_the_original(__path__)

__all__ = [
    "DIGEST_SIZE",
    "MAGIC",
    "MAX_BYTES_PER_RECORD",
    "AggRecord",
    "AggregationManager",
    "DataLossWarning",
    "KinesisAggregator",
    "RecordAggregator",
    "deaggregate_records",
    "iter_deaggregate_records",
]
