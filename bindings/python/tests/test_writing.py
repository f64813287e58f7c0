"""User records in, Kinesis records out: both aggregators, and `aggregate`."""

import datetime
import gc
import weakref

import pytest

from kinesis_agg import (
    Aggregator,
    ClosedError,
    Grouping,
    Judgement,
    NewUserRecord,
    OptionsError,
    PushError,
    Shard,
    ShardedAggregator,
    ShardMap,
    UnsentError,
    aggregate,
    deaggregate,
    hash_key,
)

MIDDLE = 2**127
LAST = 2**128 - 1
ONE = ShardMap([Shard("s-0", 0, LAST)])
TWO = ShardMap([("s-1", 0, MIDDLE - 1), ("s-2", str(MIDDLE), str(LAST))], closed=[("s-0", 0, LAST)])


def data_of(records):
    return [it.data for it in deaggregate([it.data for it in records])]


def test_sizes_are_exact_around_the_limit():
    for length in range(900, 1001):
        aggregator = Aggregator(max_size=1000)
        assert aggregator.push("k", b"a") is False
        size = aggregator.size_after("ключ", b"b" * length, LAST)
        full = aggregator.push("ключ", b"b" * length, LAST) if length < 930 else None
        if full is None:
            continue
        assert full == (size > 1000) and len(aggregator) == 2
        records = aggregator.finish()
        assert len(records) == (2 if size > 1000 else 1)
        if size <= 1000:
            assert records[0].size == size
    assert aggregator.size == 2


def test_a_single_user_record_goes_as_it_is():
    aggregator = Aggregator()
    aggregator.push("k", b"d", "7")
    (record,) = aggregator.finish()
    assert (record.partition_key, record.explicit_hash_key, record.data) == ("k", "7", b"d")
    assert record.put_records_entry() == {"PartitionKey": "k", "ExplicitHashKey": "7", "Data": b"d"}
    assert not record.is_framed and record.user_record_count == 1
    assert record.hash_key_span == (7, 7)
    framing = Aggregator(frame_singles=True, outer_hash_key=False, outer_partition_key="kpl")
    framing.push("k", b"d")
    (record,) = framing.finish()
    assert record.is_framed and record.partition_key == "a" and record.explicit_hash_key is None
    assert record.put_records_entry() == {"PartitionKey": "a", "Data": record.data}


def test_refused_user_records_are_named_and_nothing_else_changes():
    aggregator = Aggregator(max_size=100)
    for arguments, reason, value, limit in [
        (("", b""), "partition_key_length", 0, 256),
        (("k" * 257, b""), "partition_key_length", 257, 256),
        (("k", b"d" * 100), "too_large", 101, 100),
        (("k", b"", "01"), "explicit_hash_key", None, None),
        (("k", b"", ""), "explicit_hash_key", None, None),
        (("k", b"", 2**128), "explicit_hash_key", None, None),
        (("k", b"", -1), "explicit_hash_key", None, None),
        (("k", b"", "\ud800"), "explicit_hash_key", None, None),
        (("\ud800", b""), "partition_key_encoding", None, None),
        (("k", b"", None, [("\ud800", None)]), "tag_encoding", None, None),
        (("k", b"", None, [("t", "\ud800")]), "tag_encoding", None, None),
    ]:
        with pytest.raises(PushError) as caught:
            aggregator.push(*arguments)
        error = caught.value
        assert isinstance(error, ValueError) and str(error) == error.message
        assert (error.reason, error.value, error.limit) == (reason, value, limit)
        assert error.record_index is None and len(aggregator) == 0


def test_many_are_taken_but_for_those_refused():
    aggregator = ShardedAggregator(Grouping.NONE)
    pushed = aggregator.push_many(
        [("a", b"0"), ("", b"1"), NewUserRecord("b", b"2", 5), ("\ud800", b"3"), ("c", b"4", "x")]
    )
    assert pushed.full is False
    assert [(it.record_index, it.reason) for it in pushed.refused] == [
        (1, "partition_key_length"),
        (3, "partition_key_encoding"),
        (4, "explicit_hash_key"),
    ]
    assert data_of(aggregator.finish()) == [b"0", b"2"]


def test_one_of_a_wrong_type_keeps_all_out():
    for aggregator in (Aggregator(), ShardedAggregator()):
        for wrong in [3, "text", ("k",), ("k", "text"), (b"k", b"d"), ["k", b"d"], ("k", b"d", 1.5)]:
            with pytest.raises(TypeError, match="record 1: "):
                aggregator.push_many([("k", b"d"), wrong])
        with pytest.raises(TypeError):
            aggregator.push_many(5)
        assert len(aggregator) == 0


def test_full_ones_wait_until_they_are_sealed():
    aggregator = Aggregator(max_count=2)
    assert [aggregator.push("k", bytes([it])) for it in range(5)] == [False, False, True, True, True]
    assert (len(aggregator), aggregator.user_record_count) == (5, 1)
    assert [it.user_record_count for it in aggregator.seal()] == [2, 2]
    assert aggregator.seal() == [] and len(aggregator) == 1
    assert [it.user_record_count for it in aggregator.finish()] == [1]
    assert aggregator.finish() == []


def test_leaving_with_unsent_user_records_is_an_error():
    with pytest.raises(UnsentError):
        with Aggregator() as aggregator:
            aggregator.push("k", b"d")
    assert not aggregator.closed and data_of(aggregator.finish()) == [b"d"]
    with aggregator:
        pass
    assert aggregator.closed


def test_an_exception_in_the_block_comes_out_as_it_is():
    with pytest.raises(KeyError):
        with ShardedAggregator() as aggregator:
            aggregator.push("k", b"d")
            raise KeyError
    assert len(aggregator) == 1
    sent = []
    with pytest.raises(KeyError):
        with ShardedAggregator(send=sent.extend) as aggregator:
            aggregator.push("k", b"d")
            raise KeyError
    assert data_of(sent) == [b"d"]


def test_closed_is_closed():
    for aggregator in (Aggregator(), ShardedAggregator()):
        aggregator.push("k", b"d")
        with pytest.raises(UnsentError):
            aggregator.close()
        aggregator.close(discard=True)
        aggregator.close()
        assert aggregator.closed
        for call in [
            lambda: aggregator.push("k", b"d"),
            lambda: aggregator.push_many([]),
            aggregator.seal,
            aggregator.finish,
            lambda: len(aggregator),
            aggregator.__enter__,
            lambda: aggregator.user_record_count,
        ]:
            with pytest.raises(ClosedError):
                call()
    assert isinstance(ClosedError(), ValueError)


def test_send_gets_everything_in_order():
    sent = []
    with Aggregator(max_count=3, send=sent.append) as aggregator:
        for number in range(10):
            assert aggregator.push("k", bytes([number])) is False
        aggregator.push_many([("k", bytes([number])) for number in range(10, 20)])
    assert [[it.user_record_count for it in call] for call in sent] == [[3], [3], [3], [3, 3, 3], [2]]
    assert data_of([it for call in sent for it in call]) == [bytes([it]) for it in range(20)]


def test_what_send_could_not_send_stays():
    calls = []

    def send(records):
        calls.append(records)
        if len(calls) < 3:
            raise OSError("no network")

    aggregator = Aggregator(max_count=1, send=send)
    aggregator.push("k", b"0")
    with pytest.raises(OSError):
        aggregator.push("k", b"1")
    assert len(aggregator) == 2
    with pytest.raises(OSError):
        aggregator.push("k", b"2")
    aggregator.push("k", b"3")
    assert data_of(calls[2]) == [b"0", b"1", b"2"] and len(aggregator) == 1
    calls.clear()
    with pytest.raises(OSError):
        with aggregator:
            pass
    assert not aggregator.closed and data_of(aggregator.finish()) == [b"3"]


def test_send_may_use_the_aggregator():
    sent = []

    def send(records):
        sent.extend(records)
        if len(sent) < 5:
            aggregator.push("k", b"more")

    with ShardedAggregator(max_count=1, send=send) as aggregator:
        aggregator.push_many([("k", b"0"), ("k", b"1")])
    assert sorted(data_of(sent)) == [b"0", b"1"] + [b"more"] * 4


def test_an_aggregator_and_its_sender_are_collected_together():
    class Sender:
        def __init__(self):
            self.aggregator = Aggregator(send=self.send)

        def send(self, records):
            pass

    sender = Sender()
    gone = weakref.ref(sender)
    del sender
    gc.collect()
    assert gone() is None


def test_options_are_checked():
    for options in [
        {"max_size": 0},
        {"max_size": 2**24},
        {"max_count": 0},
        {"outer_partition_key": "b"},
    ]:
        for kind in (Aggregator, ShardedAggregator):
            with pytest.raises(OptionsError):
                kind(**options)
    for arguments in [
        {"grouping": "shards"},
        {"grouping": "shard"},
        {"grouping": Grouping.PINNED},
        {"pinned_to": 5},
        {"grouping": "hash_key", "outer_hash_key": False},
        {"grouping": "pinned", "pinned_to": 2**128},
    ]:
        with pytest.raises(OptionsError):
            ShardedAggregator(**arguments)
    for wrong in [{"max_size": -1}, {"max_size": 2**70}]:
        with pytest.raises((OverflowError, ValueError)):
            Aggregator(**wrong)
    for wrong in [{"max_size": "1"}, {"max_size": 1.5}, {"outer_partition_key": 1}]:
        with pytest.raises(TypeError):
            Aggregator(**wrong)


@pytest.mark.parametrize(
    "arguments",
    [
        {"grouping": "hash_key"},
        {"grouping": "shard", "shard_map": TWO},
        {"grouping": "pinned", "shard_map": TWO},
        {"grouping": "pinned", "pinned_to": "5"},
    ],
)
def test_grouped_aggregates_stay_in_their_shard(arguments):
    aggregator = ShardedAggregator(**arguments)
    given = [(f"k{it % 7}", bytes([it]), it if it % 3 == 0 else None) for it in range(100)]
    assert not aggregator.push_many(given).refused
    assert aggregator.user_record_count == 100
    records = aggregator.finish()
    assert sum(it.user_record_count for it in records) == 100
    for record in records:
        low, high = record.hash_key_span
        assert (low < MIDDLE) == (high < MIDDLE)
        key = record.explicit_hash_key
        shard = TWO.predict(record.partition_key, key)
        assert aggregator.judge(shard, record) == TWO.judge(shard, record) == Judgement.DELIVERED


def test_a_split_cuts_what_waits_and_what_was_not_sent():
    aggregator = ShardedAggregator("shard", ONE)
    given = [(f"k{it}", bytes([it])) for it in range(100)]
    aggregator.push_many(given[:50])
    unsent = aggregator.finish()
    aggregator.push_many(given[50:])
    assert len(unsent) == 1 and TWO.judge("s-1", unsent[0]) == Judgement.SEND_AGAIN
    assert TWO.judge("s-7", unsent[0]) == Judgement.UNKNOWN_SHARD
    assert aggregator.shard_map is ONE
    records = aggregator.update_shard_map(TWO, unsent) + aggregator.finish()
    assert aggregator.shard_map is TWO
    assert sorted(data_of(records)) == sorted(data for _, data in given)
    for record in records:
        shard = TWO.predict("", record.explicit_hash_key)
        assert TWO.judge(shard, record) == Judgement.DELIVERED


def test_judgements_without_a_map():
    aggregator = ShardedAggregator()
    aggregator.push_many([("k", b"0"), ("k", b"1")])
    (record,) = aggregator.finish()
    assert aggregator.judge("any", record) is Judgement.DELIVERED
    aggregator = ShardedAggregator(shard_map=TWO)
    assert aggregator.shard_map is TWO
    other = "s-2" if TWO.predict("k") == "s-1" else "s-1"
    assert aggregator.judge(other, record) is Judgement.KEYS_IGNORED


def test_the_caller_bounds_how_long_user_records_wait():
    aggregator = ShardedAggregator()
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    aggregator.push("old", b"0", arrived=day)
    aggregator.push_many([("new", b"1")], arrived=day.timestamp() + 0.5)
    assert data_of(aggregator.finish_arrived_before(day)) == []
    assert data_of(aggregator.finish_arrived_before(day + datetime.timedelta(seconds=0.5))) == [b"0"]
    assert data_of(aggregator.finish_arrived_before(day.timestamp() + 1)) == [b"1"]
    for wrong in (-1, float("nan"), float("inf")):
        with pytest.raises(ValueError):
            aggregator.push("k", b"", arrived=wrong)
    with pytest.raises(TypeError):
        aggregator.push("k", b"", arrived="now")


def test_the_open_aggregates_are_bounded():
    aggregator = ShardedAggregator(max_open=2)
    assert [aggregator.push(key, b"d") for key in "abc"] == [False, False, True]
    assert [it.partition_key for it in aggregator.seal()] == ["a"]


def test_aggregate_packs_whatever_is_iterated():
    given = ((f"k{it % 3}", b"d" * 50) for it in range(5000))
    records = list(aggregate(given, max_size=51200))
    assert sum(it.user_record_count for it in records) == 5000
    assert all(it.hash_key_span == (hash_key(it.partition_key),) * 2 for it in records)
    again = list(aggregate(deaggregate([it.data for it in records]), grouping="none"))
    assert len(again) == 1 and again[0].user_record_count == 5000


def test_aggregate_hands_out_all_that_is_not_refused():
    given = [("k", b"%d" % it) for it in range(3000)]
    given[20], given[2000] = ("", b"refused"), ("k", b"refused", "x")
    records = []
    with pytest.raises(PushError) as caught:
        for record in aggregate(given):
            records.append(record)
    error = caught.value
    assert error.record_index == 20 and [it.record_index for it in error.others] == [2000]
    assert data_of(records) == [it[1] for it in given if it[1] != b"refused"]


def test_records_are_equal_by_what_they_hold():
    def made():
        aggregator = Aggregator()
        aggregator.push_many([("k", b"0"), ("l", b"1")])
        return aggregator.finish()[0]

    assert made() == made() and hash(made()) == hash(made()) and len({made(), made()}) == 1
    assert made() != 1
    assert repr(made()).startswith('AggregatedRecord(partition_key="k", explicit_hash_key=')
