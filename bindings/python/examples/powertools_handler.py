"""A Lambda function on a Kinesis stream with Powertools' batch processor: one Kinesis
record is one item of its batch."""

import json
from typing import Any, Dict

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.kinesis_stream_event import KinesisStreamRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from kinesis_agg import deaggregate

logger = Logger(service="orders")
processor = BatchProcessor(event_type=EventType.KinesisDataStreams)


def record_handler(record: KinesisStreamRecord) -> None:
    for user_record in deaggregate(record.raw_event):
        order = json.loads(user_record.data)
        logger.info("order", extra={"key": user_record.partition_key, "total": order["total"]})


def handler(event: Dict[str, Any], context: LambdaContext) -> Dict[str, Any]:
    return dict(
        process_partial_response(
            event=event, record_handler=record_handler, processor=processor, context=context
        )
    )
