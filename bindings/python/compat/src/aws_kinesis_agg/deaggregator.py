"""Takes aggregated records apart: Kinesis records in, user records out.

What is no aggregate comes out as it is. All of one aggregate are handed out, or,
when anything in it is wrong, the Kinesis record itself: never a part.
"""

from itertools import islice
from typing import Any, Iterable, Iterator, List, Optional

import kinesis_agg
from kinesis_agg import _native

from . import _shapes

#: Kinesis records of a list that are read together.
_TOGETHER = 1000

_BYTES = (bytes, bytearray, memoryview)


def deaggregate_records(records: Any, data_format: Optional[str] = None) -> List[Any]:
    """The same as ``iter_deaggregate_records``, as a list."""
    return list(iter_deaggregate_records(records, data_format))


def iter_deaggregate_records(records: Any, data_format: Optional[str] = None) -> Iterator[Any]:
    """Iterates over the user records inside Kinesis records.

    ``records`` is one Kinesis record or many, as Lambda, a Firehose transformation,
    Kinesis Data Analytics or boto3's ``get_records`` hand them out, or the whole event
    or answer. A user record has the shape of a record of a Lambda event, its data in
    base64, as bytes. A Kinesis record that is no aggregate comes out as it is, or in
    that shape with its data unchanged.

    ``records`` may also be the data of a Kinesis record, in bytes, or many of them:
    then ``kinesis_agg.UserRecord`` objects come out.

    Shapes are told apart by themselves. ``data_format="Boto3"`` besides says that bytes
    are the data, and not base64 of it, whatever the shape.

    A list is read many records at a time, which is faster; anything else that can be
    iterated over is read record by record, as they come.
    """
    batches = _batches(records, _shapes.is_raw(data_format))
    return iter(_native.UserRecordDicts(batches))


def _batches(records: Any, raw: bool) -> Iterator[Iterable[Any]]:
    """What ``UserRecordDicts`` takes, a batch at a time."""
    if isinstance(records, _BYTES):
        records = [records]
    for batch in _together(_shapes.listed(records)):
        if isinstance(batch[0], _BYTES):
            yield kinesis_agg.deaggregate(batch)
        else:
            yield from _prepared(batch, raw)


def _together(records: Any) -> Iterator[List[Any]]:
    """Many at a time of what is there already, else one by one."""
    together = _TOGETHER if isinstance(records, (list, tuple)) else 1
    records = iter(records)
    while batch := list(islice(records, together)):
        yield batch


def _prepared(batch: List[Any], raw: bool) -> Iterator[List[Any]]:
    """The batch, and then the error of the first record that cannot be read: what
    stands before it comes out first."""
    prepared = []
    try:
        for record in batch:
            prepared.append(_shapes.prepared(record, raw))
    except Exception:
        yield prepared
        raise
    yield prepared
