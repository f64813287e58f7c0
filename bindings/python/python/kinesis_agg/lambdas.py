"""What a Lambda function answers to a batch of a Kinesis stream.

Needs ``ReportBatchItemFailures`` in the event source mapping: then Lambda goes on
with the lowest sequence number of the answer.
"""

import logging
from typing import Any, Callable, Dict, Iterable, List, Mapping, Set

from . import _native
from .reading import deaggregate

Response = Dict[str, List[Dict[str, str]]]

_log = logging.getLogger("kinesis_agg")


def process(
    event: Mapping[str, Any], handler: Callable[[_native.UserRecord], object]
) -> Response:
    """Calls ``handler`` with each user record of a Lambda event, in their order, and
    returns the function's answer.

    Where it raises an exception, that is logged, and the Kinesis record is reported:
    Lambda sends it and all behind it again, so nothing more of its shard is handled.
    User records before the failed one, in the same aggregate, come again, too.
    """
    failed: List[_native.UserRecord] = []
    stopped: Set[str] = set()
    for user_record in deaggregate(event):
        shard = str(user_record.record.get("eventID", "")).partition(":")[0]
        if shard in stopped:
            continue
        try:
            handler(user_record)
        except Exception:
            _log.exception("user record failed: %r", user_record)
            stopped.add(shard)
            failed.append(user_record)
    return partial_batch_response(failed)


def partial_batch_response(failed: Iterable[_native.UserRecord]) -> Response:
    """The answer of a function that these user records failed in: the sequence
    numbers of their Kinesis records, each once, the lowest first."""
    numbers: Set[str] = set()
    for user_record in failed:
        if user_record.sequence_number is None:
            raise ValueError("a user record of no Lambda event has no sequence number")
        numbers.add(user_record.sequence_number)
    return {"batchItemFailures": [{"itemIdentifier": it} for it in sorted(numbers, key=int)]}
