"""The vectors that all implementations of this project share, read by
``deaggregate_records``: what comes out, in a short form."""

import base64
import contextlib
import hashlib
import io
import json
from pathlib import Path

from aws_kinesis_agg.deaggregator import deaggregate_records

from .programs import kinesis_event, shown

FOLDER = Path(__file__).parents[5] / "crates/kinesis-agg-testkit/vectors"


def vectors():
    for file in sorted(FOLDER.glob("**/*.jsonl")):
        with open(file, encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def event(vector):
    blobs = vector["batch"] if "batch" in vector else [vector["aggregate"]]
    return kinesis_event(*map(base64.b64decode, blobs))


def read(vector):
    """What comes out of a vector; the name of the exception, if one does."""
    records = event(vector)["Records"]
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            return deaggregate_records(records)
        except Exception as error:
            return type(error).__name__


def digest(answer):
    return hashlib.sha256(json.dumps(shown(answer)).encode()).hexdigest()[:16]


def verdict(vector):
    """What the KCL makes of a vector, in the shape of the original; None where it
    loses user records."""
    if vector["kcl"]["outcome"] not in ("aggregated", "passthrough"):
        return None
    (record,) = event(vector)["Records"]
    if vector["kcl"]["outcome"] == "passthrough":
        return [record]
    return [user_record(record, it) for it in vector["kcl"]["records"]]


def user_record(record, inside):
    kinesis = record["kinesis"]
    inner = {
        "kinesisSchemaVersion": kinesis["kinesisSchemaVersion"],
        "sequenceNumber": kinesis["sequenceNumber"],
        "approximateArrivalTimestamp": kinesis["approximateArrivalTimestamp"],
        "explicitHashKey": inside["explicitHashKey"],
        "partitionKey": inside["partitionKey"],
        "subSequenceNumber": inside["subSequenceNumber"],
        "aggregated": True,
        "data": inside["data"].encode(),
    }
    rest = {key: value for key, value in record.items() if key != "kinesis"}
    return {"kinesis": inner, **rest}
