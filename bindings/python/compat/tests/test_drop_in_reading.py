"""``deaggregate_records``: shapes, keys, and what the original gets wrong."""

import base64
import binascii
import contextlib
import copy
import datetime
import hashlib
import pickle
from collections.abc import Mapping

import pytest
from aws_kinesis_agg.aggregator import AggRecord
from aws_kinesis_agg.deaggregator import deaggregate_records, iter_deaggregate_records
from kinesis_agg import Aggregator, UserRecord, _native

from original.programs import boto3_record, delivery_record, kinesis_event, kinesis_record


def packed(*user_records):
    record = AggRecord()
    for user_record in user_records:
        assert record.add_user_record(*user_record)
    return record.get_contents()[2]


MIXED = packed(("a", b"1"), ("b", b"2", "7"), ("a", b"3", "8"), ("c", b"4"), ("b", b"5", "7"))


def keys(records):
    fields = ("partitionKey", "explicitHashKey", "data", "subSequenceNumber")
    return [tuple(record["kinesis"][field] for field in fields) for record in records]


KEYS_OF_MIXED = [
    ("a", None, b"MQ==", 0),
    ("b", "7", b"Mg==", 1),
    ("a", "8", b"Mw==", 2),
    ("c", None, b"NA==", 3),
    ("b", "7", b"NQ==", 4),
]

METADATA = ("kinesisRecordMetadata", "kinesisStreamRecordMetadata")
PIPE = {
    "eventSource": "aws:kinesis",
    "partitionKey": "outer",
    "sequenceNumber": "1",
    "approximateArrivalTimestamp": 1.5,
    "data": base64.b64encode(MIXED).decode(),
}
DIRECT_PUT = {"recordId": "r", "data": base64.b64encode(MIXED).decode()}

SHAPES = {
    "record of Lambda": kinesis_record(0, MIXED),
    "event of Lambda": kinesis_event(MIXED),
    "records of Lambda": kinesis_event(MIXED)["Records"],
    "record of Firehose": delivery_record(0, MIXED, METADATA[0]),
    "event of Firehose": {"records": [delivery_record(0, MIXED, METADATA[0])]},
    "record put to Firehose": DIRECT_PUT,
    "record of Analytics": delivery_record(0, MIXED, METADATA[1]),
    "record of boto3": boto3_record(0, MIXED),
    "answer of boto3": {"Records": [boto3_record(0, MIXED)], "MillisBehindLatest": 0},
    "record of the AWS CLI": boto3_record(0, base64.b64encode(MIXED).decode()),
    "batch of a pipe": [PIPE],
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("data_format", [None, "Boto3", "boto3", "Lambda", "Firehose", "Analytics"])
def test_user_records_without_explicit_hash_key_have_none(name, data_format):
    records = SHAPES[name]
    assert keys(deaggregate_records(records, data_format)) == KEYS_OF_MIXED
    found = iter_deaggregate_records(records, data_format=data_format)
    assert keys(found) == KEYS_OF_MIXED


def test_named_boto3_takes_bytes_for_the_data_in_any_shape():
    record = kinesis_record(0, b"")
    record["kinesis"]["data"] = MIXED
    assert keys(deaggregate_records(record, data_format="Boto3")) == KEYS_OF_MIXED


def test_metadata_of_boto3_is_carried_over():
    arrived = datetime.datetime(2026, 1, 2)
    record = {**boto3_record(3, MIXED), "ApproximateArrivalTimestamp": arrived}
    for found in deaggregate_records([record]):
        assert found["kinesis"]["approximateArrivalTimestamp"] is arrived
        assert found["kinesis"]["sequenceNumber"] == "49553"


def test_metadata_that_is_missing_loses_no_user_record():
    bare = {"kinesis": {"data": base64.b64encode(MIXED).decode()}}
    found = deaggregate_records([bare, {"Data": MIXED}])
    assert keys(found) == KEYS_OF_MIXED * 2
    assert found[0]["kinesis"]["sequenceNumber"] is None


def test_a_damaged_aggregate_comes_out_whole():
    # A user record in its midst names a partition key that is not there.
    message = b"\x0a\x01k" + b"\x1a\x05\x08\x00\x1a\x01x" + b"\x1a\x05\x08\x07\x1a\x01y"
    blob = b"\xf3\x89\x9a\xc2" + message + hashlib.md5(message).digest()
    records = kinesis_event(MIXED, blob, MIXED)["Records"]
    found = deaggregate_records(records)
    assert found[5] is records[1]
    assert keys(found[:5]) == keys(found[6:]) == KEYS_OF_MIXED


def test_user_records_share_no_dictionary():
    for shape in ("record of Lambda", "record of boto3", "record of Firehose"):
        whole = deaggregate_records(SHAPES[shape])
        seen = []
        for record in iter_deaggregate_records(SHAPES[shape]):
            seen.append(copy.deepcopy(record))
            record["kinesis"].clear()
            record.clear()
        assert seen == whole


def test_what_came_in_is_unchanged():
    event = kinesis_event(MIXED, b"plain")
    before = copy.deepcopy(event)
    found = deaggregate_records(event)
    assert event == before
    assert found[-1] is event["Records"][1]


def test_dictionaries_are_plain_ones():
    found = deaggregate_records(kinesis_event(MIXED))
    assert {type(record) for record in found} == {type(it["kinesis"]) for it in found} == {dict}
    assert pickle.loads(pickle.dumps(found)) == found


def test_keys_are_read_as_the_kcl_does():
    user_records = [("schlüssel-€", "grüße"), ("鍵" * 256, b"\xff"), ("\U0001f511", "")]
    found = deaggregate_records(packed(*user_records))
    assert [(it.partition_key, it.data) for it in found] == [
        ("schlüssel-€", "grüße".encode()),
        ("鍵" * 256, b"\xff"),
        ("\U0001f511", b""),
    ]


@pytest.mark.parametrize("form", [bytes, bytearray, memoryview])
def test_bytes_in_user_records_out(form):
    found = deaggregate_records(form(MIXED))
    assert {type(it) for it in found} == {UserRecord}
    assert [it.explicit_hash_key for it in found] == [None, "7", "8", None, "7"]
    assert list(iter_deaggregate_records([form(MIXED), form(b"plain")]))[:5] == found
    assert [it.data for it in deaggregate_records(iter([b"plain", MIXED]))][0] == b"plain"


def test_records_are_read_as_they_come():
    taken = []

    def stream():
        for number in range(3):
            taken.append(number)
            yield kinesis_record(number, MIXED)

    found = iter_deaggregate_records(stream())
    assert taken == []
    next(found)
    assert taken == [0]
    assert len(list(found)) == 14
    assert list(found) == []


def test_what_stands_before_a_bad_record_comes_out_first():
    records = [kinesis_record(0, MIXED), {"no": "record"}, kinesis_record(2, MIXED)]
    found = iter_deaggregate_records(records)
    assert keys(next(found) for _ in range(5)) == KEYS_OF_MIXED
    with pytest.raises(KeyError, match="kinesis"):
        next(found)
    assert list(found) == []


def test_an_iterator_can_be_closed():
    found = iter_deaggregate_records(kinesis_event(MIXED))
    next(found)
    found.close()
    assert list(found) == []
    found.close()


def test_more_records_than_are_read_together():
    records = [kinesis_record(number % 10, MIXED) for number in range(2500)]
    assert keys(deaggregate_records(records)) == KEYS_OF_MIXED * 2500


def test_base64_is_that_of_python():
    for length in range(200):
        data = bytes((length * 7 + 31 * place) % 256 for place in range(length))
        text = base64.b64encode(data)
        assert (
            deaggregate_records(boto3_record(0, packed(("k", data))))[0]["kinesis"]["data"] == text
        )
        assert _native.decode_base64(text) == _native.decode_base64(text.decode()) == data


ODD_BASE64 = [
    "", "A", "AA", "AAA", "AA=", "AA==", "AB==", "AAB=", "AAA=A", "AA==AA==", "=AAA", "A=AA",
    "AA=A",
    "====", "AA-_", "A A A A", "AAAA\n", " AAAA", "AAAAA", "AAAA=", "AAAA==", "\0AAA", "AAé=",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD_BASE64)
def test_odd_base64_is_what_python_takes_it_for(text):
    record = kinesis_record(0, b"")
    record["kinesis"]["data"] = text
    try:
        data = binascii.a2b_base64(text)
    except ValueError as error:
        with pytest.raises(type(error)):
            deaggregate_records(record)
        return
    assert deaggregate_records(record) == [record]
    with contextlib.suppress(ValueError):  # The native reader takes the usual form alone.
        assert _native.decode_base64(text) == data


def test_records_may_be_any_mapping():
    class Wrapped(Mapping):
        def __init__(self, inside):
            self.inside = inside

        def __getitem__(self, key):
            value = self.inside[key]
            return Wrapped(value) if isinstance(value, dict) else value

        def __iter__(self):
            return iter(self.inside)

        def __len__(self):
            return len(self.inside)

    for record in (kinesis_record(0, MIXED), boto3_record(0, MIXED)):
        assert deaggregate_records([Wrapped(record)]) == deaggregate_records([record])
        assert deaggregate_records(Wrapped(record)) == deaggregate_records(record)


def test_tags_are_no_hindrance():
    aggregator = Aggregator(frame_singles=True)
    aggregator.push("k", b"d", tags=[("name", "value")])
    (record,) = aggregator.finish()
    assert keys(deaggregate_records({"Data": record.data})) == [("k", None, b"ZA==", 0)]


def test_data_of_any_length_is_in_base64():
    given = [bytes(place * 151 % 256 for place in range(length)) for length in range(300)]
    read = deaggregate_records(boto3_record(0, packed(*(("k", data) for data in given))))
    assert [it["kinesis"]["data"] for it in read] == list(map(base64.b64encode, given))
