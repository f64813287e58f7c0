"""The examples do what they say, over boto3's real shapes, and the documentation's
blocks run."""

import base64
import doctest
import hashlib
import importlib
import json
import re
import sys

import boto3
import pytest
from botocore.stub import ANY, Stubber

import kinesis_agg
from conftest import ROOT
from kinesis_agg import Aggregator, ShardMap, deaggregate

EXAMPLES = ROOT / "bindings/python/examples"
MIDDLE = 2**127
LAST = 2**128 - 1


def example(name, monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    sys.modules.pop(name, None)
    return importlib.import_module(name)


def orders(*totals):
    aggregator = Aggregator(frame_singles=True)
    aggregator.push_many([("k", json.dumps({"total": it}).encode()) for it in totals])
    return aggregator.finish()[0].data


def event(*data):
    return {
        "Records": [
            {
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": "a",
                    "sequenceNumber": str(100 + number),
                    "data": base64.b64encode(it).decode(),
                    "approximateArrivalTimestamp": 1545084650.987,
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": f"shardId-000000000006:{100 + number}",
                "eventName": "aws:kinesis:record",
            }
            for number, it in enumerate(data)
        ]
    }


def test_lambda_handler(monkeypatch, capsys):
    handler = example("lambda_handler", monkeypatch).handler
    assert handler(event(orders(1, 2), orders(3)), None) == {"batchItemFailures": []}
    assert capsys.readouterr().out == "k 1\nk 2\nk 3\n"
    failed = handler(event(orders(1, 2), b"no JSON", orders(3)), None)
    assert failed == {"batchItemFailures": [{"itemIdentifier": "101"}]}


def test_powertools_handler(monkeypatch, capsys):
    handler = example("powertools_handler", monkeypatch).handler
    assert handler(event(orders(1, 2), orders(3)), None) == {"batchItemFailures": []}
    assert len(re.findall('"total":', capsys.readouterr().out)) == 3
    failed = handler(event(orders(1, 2), b"no JSON", orders(3)), None)
    assert {"itemIdentifier": "101"} in failed["batchItemFailures"]


def test_firehose_handler(monkeypatch):
    handler = example("firehose_handler", monkeypatch).handler
    empty = b"\xf3\x89\x9a\xc2\x0a\x00" + hashlib.md5(b"\x0a\x00").digest()
    given = {
        "records": [
            {"recordId": str(number), "data": base64.b64encode(data).decode()}
            for number, data in enumerate([orders(1, 2), b"plain", empty])
        ]
    }
    answers = handler(given, None)["records"]
    assert [(it["recordId"], it["result"]) for it in answers] == [
        ("0", "Ok"), ("1", "Ok"), ("2", "Dropped")
    ]
    assert base64.b64decode(answers[0]["data"]) == b'{"total": 1}\n{"total": 2}\n'


@pytest.fixture
def client():
    return boto3.client(
        "kinesis", region_name="eu-west-1", aws_access_key_id="no", aws_secret_access_key="no"
    )


def list_shards(*shards):
    """ListShards' answer: identifier, starting and ending hash key, closed or not."""
    return {
        "Shards": [
            {
                "ShardId": name,
                "HashKeyRange": {"StartingHashKey": str(start), "EndingHashKey": str(end)},
                "SequenceNumberRange": {
                    "StartingSequenceNumber": "1",
                    **({"EndingSequenceNumber": "2"} if closed else {}),
                },
            }
            for name, start, end, closed in shards
        ]
    }


ONE = list_shards(("s-0", 0, LAST, False))
SPLIT = list_shards(("s-0", 0, LAST, True), ("s-1", 0, MIDDLE - 1, False), ("s-2", MIDDLE, LAST, False))


def test_the_publisher_loses_nothing_through_failures_and_a_split(client, monkeypatch):
    publisher = example("publisher", monkeypatch)
    monkeypatch.setattr(publisher.time, "sleep", lambda seconds: None)
    sent = []

    def shard_of(record):
        # The service has split the shard already.
        return ShardMap.from_list_shards(SPLIT).predict(
            record["PartitionKey"], record.get("ExplicitHashKey")
        )

    class Client:
        """The stubbed client, each request and answer checked against the service's
        model; this decides what arrives."""

        def __init__(self):
            self.calls = 0

        def list_shards(self, **arguments):
            with Stubber(client) as stub:
                stub.add_response("list_shards", ONE if self.calls == 0 else SPLIT, arguments)
                return client.list_shards(**arguments)

        def put_records(self, **arguments):
            self.calls += 1
            if self.calls == 2:
                raise ConnectionError("the network is down")
            results = []
            for number, record in enumerate(arguments["Records"]):
                if self.calls == 1 and number == 0:
                    results.append({"ErrorCode": "InternalFailure", "ErrorMessage": "why"})
                    continue
                results.append({"ShardId": shard_of(record), "SequenceNumber": "1"})
                sent.append((results[-1]["ShardId"], record["Data"]))
            answer = {"Records": results}
            with Stubber(client) as stub:
                stub.add_response("put_records", answer, {"StreamName": "orders", "Records": ANY})
                return client.put_records(**arguments)

    it = publisher.Publisher(Client(), "orders")
    given = [(f"k{number}", b"%d" % number) for number in range(1000)]
    assert [error.record_index for error in it.publish(given + [("", b"")])] == [1000]
    with pytest.raises(ConnectionError):
        it.finish()
    it.finish()
    assert len(it.aggregator) == 0 and it.unsent == []
    # A KCL reader of each shard drops an aggregate that reaches beyond its shard.
    ranges = {"s-1": (0, MIDDLE - 1), "s-2": (MIDDLE, LAST)}
    read = [
        user_record.data
        for shard, data in sent
        for user_record in deaggregate(
            data, hash_key_range=ranges[shard], policy="drop_aggregate"
        )
    ]
    assert sorted(set(read)) == sorted(data for _, data in given)


@pytest.mark.parametrize("name", ["reading", "writing"])
def test_docstrings_say_what_comes_out(name):
    module = importlib.import_module(f"kinesis_agg.{name}")
    result = doctest.testmod(module)
    assert result.attempted > 0 and result.failed == 0


def blocks(file, section=""):
    text = (ROOT / file).read_text(encoding="utf-8")
    text = text[text.index(f"\n{section}\n") if section else 0 :]
    end = text.find("\n## ", 1) if section else len(text)
    return re.findall(r"```(python|text)\n(.*?)```", text[:end], re.DOTALL)


@pytest.mark.parametrize("file, section", [("README.md", "## Python"), ("bindings/python/README.md", "")])
def test_programs_of_the_documentation_print_what_it_shows(file, section, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    found = blocks(file, section)
    assert found and found[0][0] == "python"
    printed = ""
    for language, content in found:
        if language == "python":
            exec(compile(content, file, "exec"), {"__name__": "__main__"})
            printed = capsys.readouterr().out
        else:
            assert printed == content


def test_all_that_is_public_has_a_docstring():
    for name in kinesis_agg.__all__:
        value = getattr(kinesis_agg, name)
        assert isinstance(value, str) or value.__doc__, name
        for member, found in vars(value).items() if isinstance(value, type) else ():
            if not member.startswith("_") and (callable(found) or type(found).__name__ in (
                "getset_descriptor", "member_descriptor", "property", "classmethod"
            )) and not issubclass(value, (str, tuple, BaseException)):
                assert found.__doc__, f"{name}.{member}"
