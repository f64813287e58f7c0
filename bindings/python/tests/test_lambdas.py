"""What a Lambda function answers."""

import base64
import json
import logging

import pytest

from kinesis_agg import Aggregator, deaggregate, partial_batch_response, process


def kinesis(number, data, shard="shardId-000000000006"):
    return {
        "kinesis": {
            "partitionKey": "a",
            "sequenceNumber": str(number),
            "data": base64.b64encode(data).decode(),
        },
        "eventID": f"{shard}:{number}",
        "eventSource": "aws:kinesis",
    }


def packed(*data):
    aggregator = Aggregator()
    aggregator.push_many([("k", it) for it in data])
    return aggregator.finish()[0].data


def test_all_user_records_are_handled(root):
    event = json.loads((root / "examples/data/lambda-event.json").read_text())
    handled = []
    assert process(event, handled.append) == {"batchItemFailures": []}
    assert handled == list(deaggregate(event)) and len(handled) == 13


def test_a_failed_user_record_ends_its_shard(caplog):
    event = {
        "Records": [
            kinesis(9, packed(b"0", b"1")),
            kinesis(10, packed(b"2", b"bad", b"3")),
            kinesis(11, b"4"),
            kinesis(5, b"5", shard="shardId-000000000007"),
        ]
    }
    handled = []

    def handler(user_record):
        if user_record.data == b"bad":
            raise ValueError("why")
        handled.append(user_record.data)

    with caplog.at_level(logging.ERROR, "kinesis_agg"):
        answer = process(event, handler)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "10"}]}
    assert handled == [b"0", b"1", b"2", b"5"]
    assert "user record failed" in caplog.text and "ValueError: why" in caplog.text


def test_what_ends_a_process_is_not_swallowed():
    def handler(user_record):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        process({"Records": [kinesis(1, b"x")]}, handler)


def test_failures_are_named_once_the_lowest_first():
    records = [kinesis(number, packed(b"0", b"1")) for number in (10, 9, 100)]
    failed = partial_batch_response(deaggregate(records))
    assert [it["itemIdentifier"] for it in failed["batchItemFailures"]] == ["9", "10", "100"]
    assert partial_batch_response([]) == {"batchItemFailures": []}
