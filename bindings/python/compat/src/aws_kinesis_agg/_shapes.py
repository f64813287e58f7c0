"""The shapes that Kinesis records come in, and the one they leave in.

Lambda     {"kinesis": {"data": base64, ...}, ...}                as it is
boto3      {"Data": bytes, "PartitionKey", "SequenceNumber"}      made into it
Firehose   {"recordId", "data": base64, "kinesisRecordMetadata"}  made into it
Analytics  {"recordId", "data": base64, "kinesisStreamRecordMetadata"}
Pipes      {"data": base64, "partitionKey", "sequenceNumber"}
"""

import binascii
from collections.abc import Mapping
from typing import Any, Dict, Iterable, Optional, Tuple

from kinesis_agg import _native

from ._constants import MAGIC

#: The inner and the outer dictionary of a user record, but for what is its own; None
#: for an outer one that has nothing else.
Template = Tuple[Dict[str, Any], Optional[Dict[str, Any]]]

_BYTES = (bytes, bytearray, memoryview)
_METADATA = ("kinesisStreamRecordMetadata", "kinesisRecordMetadata")
_FORMATS = ("lambda", "firehose", "analytics", "boto3")


def is_raw(data_format: Optional[str]) -> bool:
    """Whether bytes are the data itself, whatever the shape."""
    return isinstance(data_format, str) and data_format.lower() == "boto3"


def listed(records: Any) -> Iterable[Any]:
    """Many records; one record, an event or an answer as a list."""
    if not isinstance(records, Mapping):
        return records  # type: ignore[no-any-return]
    for name in ("Records", "records"):
        if name in records:
            return records[name]  # type: ignore[no-any-return]
    return [records]


def prepared(record: Any, raw: bool) -> Tuple[bytes, Any, Optional[Template]]:
    """The data of a record, the record in the shape of Lambda, and what its user
    records are made from, if it may have any."""
    if isinstance(record, str):
        raise TypeError("a record is str; its data is to be decoded from base64")
    from_boto3 = "kinesis" not in record and "Data" in record
    record = _in_shape_of_lambda(record)
    kinesis = record["kinesis"]
    data = _decoded(kinesis["data"], raw or from_boto3)
    return data, record, _template(record, kinesis) if data.startswith(MAGIC) else None


def _in_shape_of_lambda(record: Any) -> Any:
    if "kinesis" in record:
        return record
    if "Data" in record:
        return {"kinesis": _from_boto3(record)}
    for name in _METADATA:
        if name in record:
            return {"kinesis": _from_metadata(record, record[name])}
    if "data" in record:
        return {"kinesis": _from_metadata(record, record)}
    raise KeyError("kinesis")


def _from_boto3(record: Any) -> Dict[str, Any]:
    get = record.get
    return {
        "kinesisSchemaVersion": "1.0",
        "sequenceNumber": get("SequenceNumber"),
        "partitionKey": get("PartitionKey"),
        "approximateArrivalTimestamp": get("ApproximateArrivalTimestamp"),
        "data": record["Data"],
    }


def _from_metadata(record: Any, metadata: Any) -> Dict[str, Any]:
    get = metadata.get
    return {
        # No part of these shapes: the only version there is.
        "kinesisSchemaVersion": "1.0",
        "sequenceNumber": get("sequenceNumber"),
        "partitionKey": get("partitionKey"),
        "approximateArrivalTimestamp": get("approximateArrivalTimestamp"),
        "shardId": get("shardId"),
        "data": record["data"],
        "recordId": record.get("recordId"),
    }


def _template(record: Any, kinesis: Any) -> Template:
    get = kinesis.get
    inner = {
        "kinesisSchemaVersion": get("kinesisSchemaVersion"),
        "sequenceNumber": get("sequenceNumber"),
        "approximateArrivalTimestamp": get("approximateArrivalTimestamp"),
        "explicitHashKey": None,
        "partitionKey": "",
        "subSequenceNumber": 0,
        "aggregated": True,
        "data": b"",
    }
    if "recordId" in kinesis:
        inner["recordId"] = kinesis["recordId"]
    outer = {"kinesis": None}
    for key, value in record.items():
        if key not in ("kinesis", "data"):
            outer[key] = value
    return inner, outer if len(outer) > 1 else None


def _decoded(data: Any, raw: bool) -> bytes:
    if raw and isinstance(data, _BYTES):
        return bytes(data)
    try:
        return _native.decode_base64(data)
    except (TypeError, ValueError):
        return binascii.a2b_base64(data)  # Takes more forms than the usual one.
