"""``AggregationManager``: no KCL reader drops what it packs, through splits and merges."""

import logging
import random
import time

import boto3
import pytest
from aws_kinesis_agg.aggregator import AggregationManager, AggRecord, DataLossWarning
from botocore.stub import ANY, Stubber
from kinesis_agg import RangePolicy, ShardMapError, deaggregate, hash_key

END = 2**128


class Stream:
    """A stream, and a client of it in boto3's shapes."""

    def __init__(self, shards=2):
        self.count = self.asked = 0
        self.broken = False
        self.shards = {}  # Identifier to range and records; closed ones, too.
        self.open = []
        for number in range(shards):
            self.add(END * number // shards, END * (number + 1) // shards - 1)

    def add(self, start, end):
        name = f"shardId-{self.count:012}"
        self.count += 1
        self.shards[name] = (start, end, [])
        self.open.append(name)

    def split(self, name):
        start, end, _ = self.shards[name]
        self.open.remove(name)
        middle = (start + end) // 2
        self.add(start, middle)
        self.add(middle + 1, end)

    def merge(self):
        first, second = sorted(self.open, key=lambda it: self.shards[it])[:2]
        self.open = [it for it in self.open if it not in (first, second)]
        self.add(self.shards[first][0], self.shards[second][1])

    def list_shards(self, StreamName, NextToken=None):
        self.asked += 1
        if self.broken:
            raise OSError("no network")
        assert StreamName == "orders"
        return {"Shards": [self.described(name) for name in self.shards]}

    def described(self, name):
        start, end, _ = self.shards[name]
        numbers = {"StartingSequenceNumber": "1"}
        if name not in self.open:
            numbers["EndingSequenceNumber"] = "2"
        keys = {"StartingHashKey": str(start), "EndingHashKey": str(end)}
        return {"ShardId": name, "HashKeyRange": keys, "SequenceNumberRange": numbers}

    def put_record(self, StreamName, Data, PartitionKey, ExplicitHashKey=None):
        assert len(Data) + len(PartitionKey.encode()) <= 1024 * 1024
        key = hash_key(PartitionKey) if ExplicitHashKey is None else int(ExplicitHashKey)
        for name in self.open:
            start, end, records = self.shards[name]
            if start <= key <= end:
                records.append(Data)
                return {"ShardId": name, "SequenceNumber": "1"}
        raise AssertionError("no shard")

    def read(self):
        """What KCL readers of all shards hand out, the keys with the data."""
        for start, end, records in self.shards.values():
            policy = RangePolicy.DROP_AGGREGATE
            for it in deaggregate(records, hash_key_range=(start, end), policy=policy):
                yield it.partition_key, it.data


def sent(stream, record):
    assert record.get_size_bytes() == len(record.get_contents()[2])
    key, explicit_hash_key, data = record.get_contents()
    assert explicit_hash_key is not None
    return stream.put_record("orders", data, key, explicit_hash_key)


def user_records(count):
    chosen = random.Random(7)
    for number in range(count):
        explicit = str(chosen.randrange(END)) if number % 5 == 0 else None
        yield f"ключ-{chosen.randrange(60)}", f"{number} " + "x" * chosen.randrange(90), explicit


@pytest.mark.parametrize("shards", [1, 2, 7])
@pytest.mark.parametrize("grouping", ["pinned", "shard", "hash_key"])
def test_every_reader_gets_all(shards, grouping):
    stream = Stream(shards)
    manager = AggregationManager(stream, grouping=grouping, StreamName="orders", max_size=3000)
    written = []
    for user_record in user_records(2000):
        full = manager.add_user_record(*user_record)
        written.append((user_record[0], user_record[1].encode()))
        if full:
            assert manager.confirm(full, sent(stream, full))
    assert manager.get_num_user_records() > 0
    for record in manager.clear_and_get_all():
        assert manager.confirm(record, sent(stream, record))
    assert sorted(stream.read()) == sorted(written)
    assert manager.clear_and_get() is None
    assert manager.get_num_user_records() == 0


@pytest.mark.parametrize("grouping", ["pinned", "shard", "hash_key"])
@pytest.mark.parametrize("refresh_seconds", [0, 3600])
def test_splits_and_merges_lose_nothing(grouping, refresh_seconds):
    stream = Stream(3)
    manager = AggregationManager(
        stream,
        grouping=grouping,
        StreamName="orders",
        max_size=2000,
        refresh_seconds=refresh_seconds,
    )
    written = []

    def deliver(record):
        while record:
            manager.confirm(record, sent(stream, record))
            record = None

    for number, user_record in enumerate(user_records(3000)):
        if number % 300 == 150:
            stream.split(random.Random(number).choice(stream.open))
        if number % 700 == 650:
            stream.merge()
        deliver(manager.add_user_record(*user_record))
        written.append((user_record[0], user_record[1].encode()))
    while record := manager.clear_and_get():
        deliver(record)
    # What was to be sent again is seen again, in part; nothing is missing.
    assert set(stream.read()) == set(written)
    if grouping != "shard":
        assert sorted(stream.read()) == sorted(written)


def test_a_pinned_aggregate_survives_a_split_without_confirmation():
    stream = Stream(1)
    manager = AggregationManager(stream, StreamName="orders")
    for number in range(100):
        manager.add_user_record(f"k{number}", f"{number}")
    stream.split(stream.open[0])
    for record in manager.clear_and_get_all():
        sent(stream, record)
    assert len(list(stream.read())) == 100


def test_user_records_are_grouped_by_shard():
    stream = Stream(4)
    manager = AggregationManager(stream, grouping="shard", StreamName="orders")
    for number in range(400):
        manager.add_user_record(f"k{number}", b"d")
    records = manager.clear_and_get_all()
    assert len(records) == 4
    assert {sent(stream, record)["ShardId"] for record in records} == set(stream.open)
    assert [
        it
        for record in records
        for it in deaggregate(record.get_contents()[2])
        if it.explicit_hash_key
    ] == []


def test_shards_are_asked_for_again_when_due(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    stream = Stream(1)
    manager = AggregationManager(stream, StreamName="orders", refresh_seconds=30)
    for later, asked in [(0, 1), (29, 1), (1, 2), (5, 2), (30, 3)]:
        now[0] += later
        manager.add_user_record("k", "d")
        assert stream.asked == asked
    manager.refresh()
    assert stream.asked == 4


def test_without_an_answer_the_old_shards_stay(caplog):
    stream = Stream(2)
    manager = AggregationManager(stream, StreamName="orders", refresh_seconds=0)
    stream.broken = True
    with caplog.at_level(logging.ERROR):
        manager.add_user_record("k", "d")
    assert "old one stays" in caplog.text
    with pytest.raises(OSError):
        manager.refresh()
    stream.broken = False
    manager.add_user_record("k", "e")
    (record,) = manager.clear_and_get_all()
    assert record.get_num_user_records() == 2


def test_what_landed_beyond_its_shard_is_handed_out_again():
    stream = Stream(1)
    manager = AggregationManager(
        stream, grouping="shard", StreamName="orders", refresh_seconds=3600
    )
    for number in range(50):
        manager.add_user_record(f"k{number}", f"{number}")
    (record,) = manager.clear_and_get_all()
    stream.split(stream.open[0])
    assert not manager.confirm(record, sent(stream, record))
    again = manager.clear_and_get_all()
    assert len(again) == 2
    assert all(manager.confirm(it, sent(stream, it)) for it in again)
    assert len(list(stream.read())) == 50


def test_callbacks_get_full_aggregates_and_they_are_not_returned():
    stream = Stream(2)
    manager = AggregationManager(stream, StreamName="orders", max_size=1000)
    got = []
    manager.on_record_complete(got.append, False)
    for user_record in user_records(500):
        assert manager.add_user_record(*user_record) is None
    got += manager.clear_and_get_all()
    assert sum(record.get_num_user_records() for record in got) == 500


def test_a_callback_that_raises_loses_nothing():
    manager = AggregationManager(grouping="hash_key", max_size=100)
    got, broken = [], [True]

    def send(record):
        if broken:
            raise OSError("no network")
        got.append(record)

    manager.on_record_complete(send, False)
    manager.add_user_record("k", "x" * 60)
    with pytest.raises(OSError):
        manager.add_user_record("k", "y" * 60)
    broken.clear()
    got += manager.clear_and_get_all()
    # The second was added all the same.
    assert [it.data[:1] for record in got for it in deaggregate(record.get_contents()[2])] == [
        b"x",
        b"y",
    ]


def test_a_stream_that_ignores_keys_is_warned_of():
    manager = AggregationManager(Stream(2), StreamName="orders")
    manager.add_user_record("k", "d", 0)
    (record,) = manager.clear_and_get_all()
    with pytest.warns(DataLossWarning, match="ignores"):
        assert manager.confirm(record, {"ShardId": "shardId-000000000001"})


def test_with_the_shapes_of_boto3():
    client = boto3.client(
        "kinesis", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    stream = Stream(4)
    described = [stream.described(name) for name in stream.shards]
    with Stubber(client) as stub:
        arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
        stub.add_response(
            "list_shards", {"Shards": described[:3], "NextToken": "more"}, {"StreamARN": arn}
        )
        stub.add_response(
            "list_shards", {"Shards": described[3:]}, {"StreamARN": arn, "NextToken": "more"}
        )
        manager = AggregationManager(client, StreamARN=arn)
        manager.add_user_record("k", "d")
        (record,) = manager.clear_and_get_all()
        key, explicit_hash_key, data = record.get_contents()
        shard = manager._aggregator.shard_map.predict("k")
        stub.add_response(
            "put_record",
            {"ShardId": shard, "SequenceNumber": "1"},
            {
                "StreamARN": arn,
                "Data": ANY,
                "PartitionKey": "k",
                "ExplicitHashKey": str(hash_key("k")),
            },
        )
        answer = client.put_record(
            StreamARN=arn, Data=data, PartitionKey=key, ExplicitHashKey=explicit_hash_key
        )
        assert manager.confirm(record, answer)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("shards", [[], ["no shard"], [("a", 0, 5)]])
def test_shards_that_are_none_raise(shards):
    class Client:
        def list_shards(self, **stream):
            return (
                {
                    "Shards": [
                        {
                            "ShardId": name,
                            "HashKeyRange": {
                                "StartingHashKey": str(start),
                                "EndingHashKey": str(end),
                            },
                            "SequenceNumberRange": {},
                        }
                        for name, start, end in shards
                    ]
                }
                if shards != ["no shard"]
                else {"Shards": shards}
            )

    with pytest.raises((ShardMapError, TypeError)):
        AggregationManager(Client(), StreamName="orders")


def test_without_a_client_an_aggregate_of_one_hash_key_arrives_anywhere():
    manager = AggregationManager(grouping="hash_key")
    manager.add_user_record("k", "d")
    manager.add_user_record("l", "d")
    records = manager.clear_and_get_all()
    assert len(records) == 2
    assert all(manager.confirm(record, {"ShardId": "any"}) for record in records)
    with pytest.raises(ValueError, match="client"):
        manager.refresh()
    with pytest.raises(ValueError, match="shard map"):
        AggregationManager(grouping="pinned")


def test_what_is_refused_changes_nothing():
    manager = AggregationManager(grouping="hash_key", max_size=100)
    manager.add_user_record(b"k", "d", b"7")
    for user_record in [("", "d"), ("k", "d", "x"), ("k", "d" * 100), (b"\xff", "d")]:
        with pytest.raises(ValueError):
            manager.add_user_record(*user_record)
    for user_record in [(None, "d"), ("k", 7), ("k", "d", 1.5)]:
        with pytest.raises(TypeError):
            manager.add_user_record(*user_record)
    (record,) = manager.clear_and_get_all()
    assert record.get_contents()[:2] == ("k", "7")
    assert record.get_num_user_records() == 1
    assert record.add_user_record("k", "e") is False
    with pytest.raises(TypeError):
        manager.confirm(AggRecord(), {"ShardId": "s"})
