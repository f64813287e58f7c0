"""The shapes that Kinesis records come in, and their data and keys.

Knows names of fields alone; what is in the data is for the core to say.

    bytes              the data
    boto3              {"Data": bytes, "PartitionKey", "SequenceNumber"}
    Lambda             {"kinesis": {"data": base64, "partitionKey", "sequenceNumber"}}
    Firehose           {"recordId", "data": base64, "kinesisRecordMetadata"}
    Analytics          {"recordId", "data": base64, "kinesisStreamRecordMetadata"}
    EventBridge Pipes  {"data": base64, "partitionKey", "sequenceNumber"}

    {"Records": [...]}, {"records": [...]}, any iterable: many of them
"""

import binascii
from collections.abc import Iterable, Mapping
from typing import Any, List, Optional, Tuple

from .errors import MalformedRecordError

#: A record as it was given, its partition key, explicit hash key, sequence number.
Source = Tuple[Any, Optional[str], Optional[str], Optional[str]]

_BYTES = (bytes, bytearray, memoryview)
#: Where a record of a Firehose transformation or of Analytics has its keys.
_METADATA = ("kinesisRecordMetadata", "kinesisStreamRecordMetadata")


def split(records: Any) -> Tuple[List[Any], Optional[List[Source]]]:
    """The data of each record, and where it is from; None for mere bytes."""
    if isinstance(records, _BYTES):
        return [records], None
    listed = _listed(records)
    if all(type(record) is bytes for record in listed):
        return listed, None
    data: List[Any] = []
    sources: List[Source] = []
    for index, record in enumerate(listed):
        _add(index, record, data, sources)
    return data, sources


def _listed(records: Any) -> List[Any]:
    """Many records as a list; one record as a list of one."""
    if isinstance(records, Mapping):
        for name in ("Records", "records"):
            if name in records:
                return list(records[name])
        return [records]
    if isinstance(records, str) or not isinstance(records, Iterable):
        return [records]
    return list(records)


def _add(index: int, record: Any, data: List[Any], sources: List[Source]) -> None:
    if not isinstance(record, Mapping):
        data.append(_checked(index, record))
        sources.append((record, None, None, None))
    elif "Data" in record:
        _add_fields(index, record, "Data", "PartitionKey", "ExplicitHashKey", "SequenceNumber",
                    record, data, sources)
    else:
        fields = _nested(record)
        _add_fields(index, fields, "data", "partitionKey", "explicitHashKey", "sequenceNumber",
                    record, data, sources)


def _add_fields(
    index: int,
    fields: Any,
    payload: str,
    partition_key: str,
    explicit_hash_key: str,
    sequence_number: str,
    record: Any,
    data: List[Any],
    sources: List[Source],
) -> None:
    get = fields.get
    found = get(payload)
    if found is None:
        raise MalformedRecordError("no record of Kinesis, Lambda, Firehose or Analytics", index)
    data.append(_decoded(index, found) if isinstance(found, str) else _checked(index, found))
    sources.append((record, get(partition_key), get(explicit_hash_key), get(sequence_number)))


def _nested(record: Any) -> Any:
    """The part of a record of Lambda that has its data and its keys."""
    if "kinesis" in record:
        return record["kinesis"]
    for name in _METADATA:
        if name in record:
            return {**record[name], "data": record.get("data")}
    return record


def _decoded(index: int, text: str) -> bytes:
    try:
        return binascii.a2b_base64(text.encode("ascii"))
    except ValueError as error:
        raise MalformedRecordError(f"data is no base64: {error}", index) from error


def _checked(index: int, data: Any) -> Any:
    if isinstance(data, str):
        raise TypeError(f"record {index}: str is no data of a record; base64 is to be decoded")
    return data
