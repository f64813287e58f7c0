"""A Firehose transformation: each Kinesis record that was delivered becomes the lines
of its user records."""

import base64
from collections import defaultdict
from typing import Any, Dict, List

from kinesis_agg import deaggregate


def handler(event: Dict[str, Any], context: object) -> Dict[str, Any]:
    lines: Dict[str, List[bytes]] = defaultdict(list)
    for user_record in deaggregate(event):
        lines[user_record.record["recordId"]].append(user_record.data + b"\n")
    return {"records": [answer(it["recordId"], lines[it["recordId"]]) for it in event["records"]]}


def answer(record_id: str, lines: List[bytes]) -> Dict[str, str]:
    data = base64.b64encode(b"".join(lines)).decode()
    # An aggregate may be empty: then there is nothing to deliver.
    return {"recordId": record_id, "result": "Ok" if lines else "Dropped", "data": data}
