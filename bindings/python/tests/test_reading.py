"""Records of all shapes in, user records out."""

import array
import base64
import copy
import gc
import hashlib
import json
import random
import weakref

import pytest

from conftest import ROOT
from kinesis_agg import (
    Aggregator,
    Deaggregator,
    KinesisAggError,
    MalformedRecordError,
    OptionsError,
    Placement,
    RangePolicy,
    Status,
    UserRecord,
    deaggregate,
    hash_key,
)

SAMPLES = ROOT / "crates/kinesis-agg-events/tests/samples"


def seen(batch):
    return [(it.partition_key, it.explicit_hash_key, it.data) for it in batch]


INSIDE = [("mia", None, b"click"), ("leo", "12345", b"view"), ("mia", None, b"buy")]


def test_an_aggregate_gives_its_user_records(aggregate):
    batch = deaggregate(aggregate)
    assert seen(batch) == INSIDE
    assert [it.sub_sequence_number for it in batch] == [0, 1, 2]
    assert [it.tags for it in batch] == [(), (("source", "web"), ("empty", None)), ()]
    assert [it.hash_key for it in batch] == [hash_key("mia"), 12345, hash_key("mia")]
    first = batch[0]
    assert first.is_aggregated and first.record is aggregate and first.record_index == 0
    assert first.placement is None and first.sequence_number is None
    assert batch[0].partition_key is not None and batch[2].partition_key == "mia"


@pytest.mark.parametrize(
    "shape",
    [
        bytes,
        bytearray,
        memoryview,
        lambda data: memoryview(b"_" + data + b"_")[1:-1],
        lambda data: [data],
        lambda data: (it for it in [bytearray(data)]),
        lambda data: {"Data": data},
        lambda data: {"Data": base64.b64encode(data).decode()},
        lambda data: {"Records": [{"Data": data, "PartitionKey": "a", "SequenceNumber": "1"}]},
        lambda data: {"kinesis": {"data": base64.b64encode(data).decode()}},
        lambda data: {"Records": [{"kinesis": {"data": base64.b64encode(data).decode()}}]},
        lambda data: {"data": base64.b64encode(data).decode(), "partitionKey": "a"},
        lambda data: {"records": [{"recordId": "1", "data": base64.b64encode(data).decode()}]},
    ],
)
def test_every_shape_gives_the_same(shape, aggregate):
    assert seen(deaggregate(shape(aggregate))) == INSIDE


def test_any_buffer_is_read(aggregate):
    words = array.array("H", aggregate[: len(aggregate) // 2 * 2])
    assert seen(deaggregate([words])) == [("", None, words.tobytes())]
    strided = memoryview(aggregate + aggregate)[::2]
    assert seen(deaggregate(strided)) == [("", None, strided.tobytes())]


@pytest.mark.parametrize(
    "sample, numbers",
    [
        ("lambda-kinesis.json", True),
        ("lambda-kinesis-window.json", True),
        ("get-records-cli-v2.json", True),
        ("get-records-cli-v1.json", True),
        ("pipes-kinesis.json", True),
        ("firehose-transform-from-stream.json", True),
        ("firehose-transform.json", False),
        ("analytics-preprocess-stream.json", True),
        ("analytics-preprocess-firehose.json", False),
    ],
)
def test_the_samples_of_all_formats_are_read(sample, numbers):
    given = json.loads((SAMPLES / sample).read_text())
    before = copy.deepcopy(given)
    batch = deaggregate(given)
    assert given == before
    assert len(batch) > 0 and all(it.user_records > 0 for it in batch.reports)
    for it in batch:
        assert (it.sequence_number is not None) == numbers
        assert it.record in (given if isinstance(given, list) else
                             given.get("Records") or given.get("records"))


def test_plain_records_come_out_as_they_are():
    record = {"Data": b"own", "PartitionKey": "mia", "SequenceNumber": "7", "ExplicitHashKey": "9"}
    (it,) = deaggregate(record)
    assert (it.partition_key, it.explicit_hash_key, it.data) == ("mia", "9", b"own")
    assert it.record is record and it.sequence_number == "7"
    assert not it.is_aggregated and it.sub_sequence_number == 0 and it.tags == ()
    (bare,) = deaggregate(b"own")
    assert bare.partition_key == "" and bare.hash_key is None


def test_damaged_records_pass_through_with_the_reason(aggregate):
    turned = aggregate[:-1] + bytes([aggregate[-1] ^ 1])
    batch = deaggregate([turned, aggregate, b"plain", aggregate[:10]])
    assert [it.status for it in batch.reports] == [
        Status.CHECKSUM,
        Status.AGGREGATED,
        Status.PLAIN,
        Status.TOO_SHORT,
    ]
    assert len(batch) == 6 and batch[0].data == turned and batch[-1].data == aggregate[:10]
    assert batch.reports[0].reason == "the checksum is not that of the message"
    assert (batch.report.records, batch.report.plain, batch.report.damaged) == (4, 1, 2)
    assert batch.report.user_records == 3


def test_strict_raises_for_the_first_damaged_record(root):
    wrong = bytes.fromhex((root / "examples/data/wrong-index.hex").read_text())
    with pytest.raises(MalformedRecordError) as caught:
        Deaggregator(strict=True).deaggregate([b"plain", wrong])
    error = caught.value
    assert isinstance(error, ValueError) and isinstance(error, KinesisAggError)
    assert error.record_index == 1 and error.offset == deaggregate(wrong).reports[0].offset
    assert "partition key index" in error.reason and str(error).startswith("record 1: ")
    assert len(deaggregate([b"plain", wrong])) == 2


def test_policies_do_what_they_say(aggregate):
    low = (0, 20000)  # Only leo's.
    kept = deaggregate(aggregate, hash_key_range=low)
    assert [it.placement for it in kept] == [
        Placement.OUT_OF_RANGE,
        Placement.IN_RANGE,
        Placement.OUT_OF_RANGE,
    ]
    some = deaggregate(aggregate, hash_key_range=("0", "20000"), policy=RangePolicy.KEEP_IN_RANGE)
    assert [it.sub_sequence_number for it in some] == [1] and some[0].partition_key == "leo"
    assert some.reports[0].dropped == 2 and some.report.dropped_user_records == 2
    none = deaggregate([aggregate, b"x"], hash_key_range=low, policy="drop_aggregate")
    assert [it.data for it in none] == [b"x"]
    assert none.reports[0].status == "dropped" and none.report.dropped_aggregates == 1


def test_views_are_views_of_the_record(aggregate):
    batch = deaggregate(aggregate, views=True)
    assert all(type(it.data) is memoryview and it.data.obj is aggregate for it in batch)
    assert [bytes(it.data) for it in batch] == [data for _, _, data in INSIDE]
    (plain,) = deaggregate(b"own", views=True)
    assert type(plain.data) is memoryview and plain.data == b"own"


def test_user_records_outlive_all_else(aggregate):
    kept = [list(deaggregate(bytes(bytearray(aggregate)), views=views)) for views in (0 == 1, True)]
    gc.collect()
    assert seen(kept[0]) == INSIDE == [(k, e, bytes(d)) for k, e, d in seen(kept[1])]


def test_equality_and_hash(aggregate):
    one, other = deaggregate(aggregate), deaggregate(aggregate, views=True)
    assert list(one) == list(other) and list(map(hash, one)) == list(map(hash, other))
    assert one[0] != one[2] and one[0] != "mia"
    assert deaggregate(b"x")[0] != deaggregate({"Data": b"x", "SequenceNumber": "1"})[0]
    with pytest.raises(TypeError):
        one[0] < one[1]


def test_walks_are_independent(aggregate):
    batch = deaggregate([aggregate] * 3)
    assert [(a.data, b.data) for a, b in zip(batch, batch)] == [(it.data,) * 2 for it in batch]
    walk = iter(batch)
    next(walk)
    assert walk.__length_hint__() == 8 and len(list(walk)) == 8 and list(walk) == []
    with pytest.raises(IndexError):
        batch[9]
    with pytest.raises(IndexError):
        batch[-10]


def everything(it):
    keys = (it.partition_key, it.explicit_hash_key, it.sequence_number)
    return (*keys, bytes(it.data), it.sub_sequence_number, it.record_index, it.is_aggregated)


@pytest.mark.parametrize("views", [False, True])
def test_user_records_that_are_held_stay_as_they_are(aggregate, views):
    # Walks hand out objects again, but only those that nobody holds.
    records = [aggregate, b"own", {"Data": aggregate, "SequenceNumber": "1"}] * 50
    batch = deaggregate(records, views=views)
    held = list(batch)
    assert len(set(map(id, held))) == len(held) == len(batch)
    expected = [everything(batch[place]) for place in range(len(batch))]
    assert list(map(everything, held)) == [everything(it) for it in batch] == expected
    chance = random.Random(1)
    kept = {}
    for place, it in enumerate(batch):
        assert everything(it) == expected[place]
        kept[place] = it
        for one in chance.sample(sorted(kept), chance.randrange(2)):
            del kept[one]
    assert kept and all(everything(it) == expected[place] for place, it in kept.items())


def test_user_records_that_the_garbage_collector_showed_stay_as_they_are(aggregate):
    walk = iter(deaggregate([aggregate] * 3))
    next(walk)
    shown = [it for it in gc.get_objects() if isinstance(it, UserRecord)]
    before = list(map(everything, shown))
    assert before and len(list(map(everything, walk))) == 8
    assert list(map(everything, shown)) == before


def test_nothing_in_gives_nothing():
    for nothing in ([], (), {"Records": []}, iter([])):
        batch = deaggregate(nothing)
        assert len(batch) == 0 and list(batch) == [] and batch.reports == ()


def test_keys_that_are_no_utf8_are_the_kcls_text():
    # 0a 01 ff: the partition key is one byte that is no UTF-8.
    message = b"\x0a\x01\xff\x1a\x05\x08\x00\x1a\x01d"
    blob = b"\xf3\x89\x9a\xc2" + message + hashlib.md5(message).digest()
    (it,) = deaggregate(blob)
    assert it.partition_key == "\ufffd" and it.hash_key == hash_key("\ufffd")


def test_the_words_are_told_apart():
    with pytest.raises(OptionsError):
        Deaggregator(policy="keep")
    with pytest.raises(OptionsError):
        deaggregate(b"", hash_key_range=(5, 4))
    with pytest.raises(OptionsError):
        deaggregate(b"", hash_key_range=(0, 2**128))
    with pytest.raises(OptionsError):
        deaggregate(b"", hash_key_range=(-1, "5"))
    assert str(RangePolicy.KEEP_ALL) == "keep_all" == RangePolicy.KEEP_ALL


def test_a_user_record_kept_in_its_own_record_is_collected(aggregate):
    class Record(dict):
        pass

    record = Record(Data=aggregate)
    record["user_records"] = list(deaggregate(record))
    gone = weakref.ref(record)
    del record
    gc.collect()
    assert gone() is None


def test_a_walk_kept_in_a_record_that_it_reads_is_collected(aggregate):
    class Record(dict):
        pass

    record = Record(Data=aggregate)
    record["walk"] = iter(deaggregate([record]))
    assert [next(record["walk"]).data, next(record["walk"]).data] == [b"click", b"view"]
    gone = weakref.ref(record)
    del record
    gc.collect()
    assert gone() is None


def test_what_was_packed_is_read_back_whatever_it_is():
    chance = random.Random(1)
    for size in (200, 51200, 1048576):
        given = [
            (
                chance.choice(["a", "ключ", "🔑" * 3, "k" * 256, str(chance.random())]),
                chance.randbytes(chance.randrange(100)),
                chance.choice([None, chance.randrange(2**128)]),
                [("t", None), ("u", "v")][: chance.randrange(3)],
            )
            for _ in range(500)
        ]
        aggregator = Aggregator(max_size=size, frame_singles=True)
        pushed = aggregator.push_many(given)
        taken = set(range(500)) - {it.record_index for it in pushed.refused}
        read = deaggregate([it.data for it in aggregator.finish()])
        told = [(it.partition_key, it.data, it.hash_key, list(it.tags)) for it in read]
        assert told == [
            (key, data, hash_key(key) if explicit is None else explicit, tags)
            for key, data, explicit, tags in (given[it] for it in sorted(taken))
        ]
