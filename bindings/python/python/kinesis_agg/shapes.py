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

import base64
from collections.abc import Iterable, Mapping
from typing import Any, List, Optional, Tuple

from .errors import MalformedRecordError

#: A record as it was given, its partition key, explicit hash key, sequence number.
Source = Tuple[Any, Optional[str], Optional[str], Optional[str]]

#: What the data and the three keys are called, by the SDK and in events.
_SDK = ("Data", "PartitionKey", "ExplicitHashKey", "SequenceNumber")
_EVENT = ("data", "partitionKey", "explicitHashKey", "sequenceNumber")
#: Where a record of Firehose or of Analytics has its keys.
_METADATA = ("kinesisRecordMetadata", "kinesisStreamRecordMetadata")


def split(records: Any) -> Tuple[List[Any], Optional[List[Source]]]:
    """The data of each record, and where it is from; None for mere bytes."""
    listed = _listed(records)
    if all(type(record) is bytes for record in listed):
        return listed, None
    data: List[Any] = []
    sources: List[Source] = []
    for index, record in enumerate(listed):
        found, source = _read(index, record)
        data.append(found)
        sources.append(source)
    return data, sources


def _listed(records: Any) -> List[Any]:
    """Many records as a list; one record as a list of one."""
    if isinstance(records, Mapping):
        for name in ("Records", "records"):
            if name in records:
                return list(records[name])
        return [records]
    one = isinstance(records, (bytes, bytearray, memoryview, str))
    return [records] if one or not isinstance(records, Iterable) else list(records)


def _read(index: int, record: Any) -> Tuple[Any, Source]:
    if not isinstance(record, Mapping):
        return record, (record, None, None, None)
    fields, names = (record, _SDK) if "Data" in record else (_nested(record), _EVENT)
    if not isinstance(fields, Mapping) or fields.get(names[0]) is None:
        raise MalformedRecordError("no record of Kinesis, Lambda, Firehose or Analytics", index)
    data, partition_key, explicit_hash_key, sequence_number = map(fields.get, names)
    if isinstance(data, str):
        data = _decoded(index, data)
    return data, (record, partition_key, explicit_hash_key, sequence_number)


def _nested(record: Any) -> Any:
    """The part of a record of an event that has its data and its keys."""
    if "kinesis" in record:
        return record["kinesis"]
    for name in _METADATA:
        if name in record:
            return {**record[name], "data": record.get("data")}
    return record


def _decoded(index: int, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise MalformedRecordError(f"data is no base64: {error}", index) from error
