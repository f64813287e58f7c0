"""Programs as the original's documentation has them, and what comes out of them.

They run against whichever ``aws_kinesis_agg`` is installed: ``record.py`` writes down
what the original answers, ``test_drop_in_original.py`` compares.

Only what the original gets right is here; what it gets wrong has tests of its own.
"""

import base64
import threading

from aws_kinesis_agg import MAX_BYTES_PER_RECORD
from aws_kinesis_agg.aggregator import AggRecord, RecordAggregator
from aws_kinesis_agg.deaggregator import deaggregate_records, iter_deaggregate_records

HASH_KEYS = ["0", "339606600942967391854603552402021847292", str(2**128 - 1)]


def shown(value):
    """The value in JSON's terms, the order of names in dictionaries included."""
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return [[key, shown(inner)] for key, inner in value.items()]
    if isinstance(value, (list, tuple)):
        return [shown(inner) for inner in value]
    return value


def packed(user_records, max_size=MAX_BYTES_PER_RECORD):
    """The data of one aggregate."""
    aggregator = RecordAggregator(max_size)
    for user_record in user_records:
        assert aggregator.add_user_record(*user_record) is None
    return aggregator.clear_and_get().get_contents()[2]


def without_hash_keys():
    return packed([("first", b"\x00\xff"), ("zweiter Schlüssel", "Grüße"), ("鍵", b"")])


def with_hash_keys():
    return packed([(f"key-{key}", f"data of {key}", key) for key in HASH_KEYS])


def kinesis_event(*blobs):
    """An event of a Kinesis stream, as Lambda hands it out."""
    return {"Records": [kinesis_record(number, blob) for number, blob in enumerate(blobs)]}


def kinesis_record(number, blob):
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "outer",
            "sequenceNumber": f"4959033827149025660855969253836157109592157598913658889{number}",
            "data": base64.b64encode(blob).decode(),
            "approximateArrivalTimestamp": 1545084650.987,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000006:4959{number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/lambda-role",
        "awsRegion": "us-east-2",
        "eventSourceARN": "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream",
    }


def delivery_record(number, blob, metadata):
    """A record of a function that transforms for Firehose, or prepares for Analytics."""
    return {
        "recordId": f"4966{number}",
        "approximateArrivalTimestamp": 1510772160000,
        "data": base64.b64encode(blob).decode(),
        metadata: {
            "sequenceNumber": f"4954698525079{number}",
            "subsequenceNumber": "",
            "partitionKey": "outer",
            "shardId": "shardId-000000000000",
            "approximateArrivalTimestamp": 1510772160000 + number,
        },
    }


def boto3_record(number, blob):
    """A record as boto3's get_records hands it out; its time would be a datetime."""
    return {
        "SequenceNumber": f"4955{number}",
        "ApproximateArrivalTimestamp": 1510772160.5,
        "Data": blob,
        "PartitionKey": "outer",
    }


def blobs():
    plain = [b"plain", b"", b"\xf3\x89\x9a\xc2", b"\xf3\x89\x9a\xc2 no checksum behind this"]
    return [without_hash_keys(), *plain, with_hash_keys()]


def read_in_bulk():
    """The handler of the documentation."""
    user_records = deaggregate_records(kinesis_event(*blobs())["Records"])
    payloads = [base64.b64decode(record["kinesis"]["data"]) for record in user_records]
    return payloads, f"Successfully processed {len(user_records)} records."


def read_by_generator():
    payloads = []
    record_count = 0
    for record in iter_deaggregate_records(kinesis_event(*blobs())["Records"]):
        payloads.append(base64.b64decode(record["kinesis"]["data"]))
        record_count += 1
    return payloads, f"Successfully processed {record_count} records."


def read_lambda():
    return deaggregate_records(kinesis_event(*blobs())["Records"])


def read_lambda_with_more_in_it():
    record = kinesis_record(7, with_hash_keys())
    record["kinesis"].update(recordId="7", encryptionType="NONE")
    return deaggregate_records([record])


def read_lambda_data_in_bytes():
    record = kinesis_record(8, with_hash_keys())
    record["kinesis"]["data"] = record["kinesis"]["data"].encode()
    return deaggregate_records([record])


def read_lambda_data_with_line_breaks():
    record = kinesis_record(9, with_hash_keys())
    data = record["kinesis"]["data"]
    record["kinesis"]["data"] = data[:76] + "\r\n" + data[76:]
    return deaggregate_records([record])


def read_one_record():
    return deaggregate_records(kinesis_record(0, without_hash_keys()))


def read_one_plain_record():
    return deaggregate_records(kinesis_record(0, b"plain"))


def read_a_tuple():
    return deaggregate_records(tuple(kinesis_event(*blobs())["Records"]))


def read_a_generator():
    return deaggregate_records(record for record in kinesis_event(*blobs())["Records"])


def read_nothing():
    return deaggregate_records([])


def read_firehose():
    metadata = "kinesisRecordMetadata"
    records = [delivery_record(*numbered, metadata) for numbered in enumerate(blobs())]
    return deaggregate_records(records)


def read_analytics():
    metadata = "kinesisStreamRecordMetadata"
    records = [delivery_record(*numbered, metadata) for numbered in enumerate(blobs())]
    return deaggregate_records(records)


def read_boto3():
    records = [boto3_record(*numbered) for numbered in enumerate(blobs())]
    return list(iter_deaggregate_records(records, data_format="Boto3"))


def read_one_record_of_boto3():
    return list(iter_deaggregate_records(boto3_record(1, blobs()[0]), data_format="Boto3"))


def user_records():
    for number in range(200):
        yield f"key-{number:03}", "x" * (number % 60), str(number) if number % 3 else None


def write_iteratively():
    sent = []
    aggregator = RecordAggregator(max_size=1000)
    for partition_key, data, explicit_hash_key in user_records():
        result = aggregator.add_user_record(partition_key, data, explicit_hash_key)
        if result:
            sent.append((result.get_num_user_records(), result.get_contents()))
    last = aggregator.clear_and_get()
    return sent, last.get_contents(), aggregator.get_num_user_records()


def write_by_callback():
    sent = []
    aggregator = RecordAggregator(1000)
    aggregator.on_record_complete(lambda record: sent.append(record.get_contents()), False)
    for user_record in user_records():
        aggregator.add_user_record(*user_record)
    sent.append(aggregator.clear_and_get().get_contents())
    return sent


def write_by_callback_on_threads():
    sent = []
    aggregator = RecordAggregator(1000)
    aggregator.on_record_complete(lambda record: sent.append(record.get_contents()))
    before = set(threading.enumerate())
    for user_record in user_records():
        aggregator.add_user_record(*user_record)
    for thread in set(threading.enumerate()) - before:
        thread.join()
    return sorted(sent)


def write_and_look():
    aggregator = RecordAggregator()
    seen = [aggregator.clear_and_get(), aggregator.get_size_bytes(), aggregator.max_size]
    for number in range(140):
        aggregator.add_user_record(b"key-%d" % number, b"d" * number, b"%d" % number)
        seen.append((aggregator.get_num_user_records(), aggregator.get_size_bytes()))
    record = aggregator.current_record
    seen += [record.get_partition_key(), record.get_explicit_hash_key(), record.get_contents()]
    aggregator.clear_record()
    return [*seen, aggregator.get_num_user_records(), aggregator.get_size_bytes()]


def write_to_a_record():
    record = AggRecord(100)
    seen = [record.get_partition_key(), record.get_explicit_hash_key(), record.get_contents()]
    while record.add_user_record(f"key-{len(seen)}", b"data"):
        seen.append((record.get_contents(), record.get_size_bytes()))
    return [*seen, record.get_num_user_records()]


def write_what_is_too_large():
    aggregator = RecordAggregator(100)
    try:
        aggregator.add_user_record("key", "x" * 100)
    except ValueError:
        return "ValueError", aggregator.clear_and_get()


def ask_for_too_much():
    try:
        RecordAggregator(MAX_BYTES_PER_RECORD + 1)
    except ValueError:
        return "ValueError"


def there_and_back():
    event = kinesis_event(packed([("partition_key", "abcdefghijklmnopqrstuvwxyz")]))
    record = deaggregate_records(event["Records"])[0]["kinesis"]
    data = base64.b64decode(record["data"])
    return record["partitionKey"], record["explicitHashKey"], data.decode()


#: By name.
PROGRAMS = {
    program.__name__: program
    for program in (
        read_in_bulk,
        read_by_generator,
        read_lambda,
        read_lambda_with_more_in_it,
        read_lambda_data_in_bytes,
        read_lambda_data_with_line_breaks,
        read_one_record,
        read_one_plain_record,
        read_a_tuple,
        read_a_generator,
        read_nothing,
        read_firehose,
        read_analytics,
        read_boto3,
        read_one_record_of_boto3,
        write_iteratively,
        write_by_callback,
        write_by_callback_on_threads,
        write_and_look,
        write_to_a_record,
        write_what_is_too_large,
        ask_for_too_much,
        there_and_back,
    )
}
