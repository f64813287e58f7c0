"""A Lambda function on a Kinesis stream.

The event source mapping reports batch item failures: `ReportBatchItemFailures`.
"""

import json
from typing import Any, Dict

from kinesis_agg import UserRecord, process


def handle(user_record: UserRecord) -> None:
    order = json.loads(user_record.data)
    print(user_record.partition_key, order["total"])


def handler(event: Dict[str, Any], context: object) -> Dict[str, Any]:
    # What raises is logged, and comes again with all behind it.
    return dict(process(event, handle))
