"""The aggregators: sizes, limits, keys, and what the original gets wrong."""

import base64
import copy
import pickle
import warnings

import aws_kinesis_agg
import pytest
from aws_kinesis_agg import MAX_BYTES_PER_RECORD, DataLossWarning
from aws_kinesis_agg.aggregator import AggRecord, KinesisAggregator, RecordAggregator
from aws_kinesis_agg.deaggregator import deaggregate_records, iter_deaggregate_records
from kinesis_agg import PushError

pytestmark = pytest.mark.filterwarnings("ignore::aws_kinesis_agg.DataLossWarning")


def varint_length(number):
    return max(1, -(-number.bit_length() // 7))


def framed(key_length, data_length):
    """The size of an aggregate of one user record without explicit hash key."""
    record = 2 + 1 + varint_length(data_length) + data_length
    return 20 + 1 + varint_length(key_length) + key_length + 1 + varint_length(record) + record


def largest(key_length, max_size):
    """The longest data that such an aggregate takes."""
    return max(it for it in range(max_size) if framed(key_length, it) <= max_size)


def inside(record):
    return [
        (it.partition_key, it.explicit_hash_key, it.data)
        for it in deaggregate_records(record.get_contents()[2])
    ]


def test_the_program_of_the_documentation():
    aggregator = KinesisAggregator()
    aggregator.add_user_record("my_app_pk", b"data_for_record_1")
    aggregator.add_user_record("my_app_pk", b"data_for_record_2", explicit_hash_key="12345")
    data = aggregator.get_aggregated_record_bytes()
    data = base64.b64decode(base64.b64encode(data).decode("utf-8"))
    for read in (deaggregate_records, iter_deaggregate_records):
        found = [(it.partition_key, it.explicit_hash_key, it.data.decode()) for it in read(data)]
        assert found == [
            ("my_app_pk", None, "data_for_record_1"),
            ("my_app_pk", "12345", "data_for_record_2"),
        ]


def test_what_the_readme_of_the_original_imports_is_there():
    aggregator = aws_kinesis_agg.RecordAggregator()
    assert isinstance(aggregator, aws_kinesis_agg.aggregator.RecordAggregator)
    assert aws_kinesis_agg.MAGIC == b"\xf3\x89\x9a\xc2"
    assert aws_kinesis_agg.DIGEST_SIZE == 16


@pytest.mark.parametrize("partition_key", ["k", b"k"])
@pytest.mark.parametrize(
    "data", ["dä", "dä".encode(), bytearray("dä".encode()), memoryview(b"d\xc3\xa4")]
)
@pytest.mark.parametrize("explicit_hash_key", ["7", b"7", 7])
def test_text_bytes_and_numbers_are_taken(partition_key, data, explicit_hash_key):
    record = AggRecord()
    assert record.add_user_record(partition_key, data, explicit_hash_key)
    assert record.add_user_record("k", "d")
    assert inside(record) == [("k", "7", "dä".encode()), ("k", None, b"d")]
    assert record.get_contents()[:2] == (partition_key, explicit_hash_key)
    assert record.get_partition_key() is partition_key


@pytest.mark.parametrize("none", [None, "", b""])
def test_empty_explicit_hash_keys_are_none(none):
    record = AggRecord()
    assert record.add_user_record("k", "d", none)
    assert inside(record) == [("k", None, b"d")]


def test_sizes_are_exact():
    for keys in (["k"], ["k", "l"], ["schlüssel"], [b"k", "k"]):
        record = AggRecord()
        assert record.get_size_bytes() == len(record.get_contents()[2]) == 20
        for number in range(300):
            key = keys[number % len(keys)]
            assert record.add_user_record(key, "x" * number, number % 3 or None)
            size = record.get_size_bytes()
            if number % 40 == 0:
                assert size == len(record.get_contents()[2]) == record.get_size_bytes()


@pytest.mark.parametrize("short", range(25))
def test_near_the_limit_all_is_taken_or_refused(short):
    aggregator = RecordAggregator(1000)
    data = b"x" * (largest(1, 1000) - short)
    first = b"y" * 100
    aggregator.add_user_record("k", first)
    full = aggregator.add_user_record("k", data)
    last = aggregator.clear_and_get()
    assert inside(full) == [("k", None, first)]
    assert inside(last) == [("k", None, data)]
    assert last.get_size_bytes() == len(last.get_contents()[2]) == 1000 - short


@pytest.mark.parametrize("over", [1, 2, 19, 20, 21, 1000])
def test_what_fits_no_aggregate_is_refused_and_nothing_changes(over):
    """The original loses what is up to 20 bytes above the limit."""
    aggregator = RecordAggregator(1000)
    aggregator.add_user_record("k", b"before")
    with pytest.raises(PushError) as refused:
        aggregator.add_user_record("k", b"x" * (largest(1, 1000) + over))
    assert refused.value.limit == 1000
    assert refused.value.value == 1000 + over
    assert inside(aggregator.clear_and_get()) == [("k", None, b"before")]
    assert aggregator.clear_and_get() is None


@pytest.mark.parametrize("partition_key", ["k", "k" * 256, "鍵" * 256])
def test_no_record_is_larger_than_every_stream_takes(partition_key):
    aggregator = RecordAggregator()
    sent = []
    for number in range(40):
        full = aggregator.add_user_record(partition_key, bytes([number]) * 100_000)
        sent += [full] if full else []
    sent.append(aggregator.clear_and_get())
    sizes = [len(it.get_contents()[2]) + len(partition_key.encode()) for it in sent]
    assert max(sizes) <= MAX_BYTES_PER_RECORD
    assert [data[0] for it in sent for _, _, data in inside(it)] == list(range(40))


@pytest.mark.parametrize("key_length", [1, 36, 256])
def test_data_and_partition_key_may_take_the_whole_limit(key_length):
    most = MAX_BYTES_PER_RECORD - key_length
    data = b"x" * (most - framed(key_length, 1_000_000) + 1_000_000)
    record = AggRecord()
    assert record.add_user_record("k" * key_length, data)
    assert record.get_size_bytes() == len(record.get_contents()[2]) == most
    with pytest.raises(PushError):
        AggRecord().add_user_record("k" * key_length, data + b"x")


REFUSED = [
    ("", "d", None),
    ("k" * 257, "d", None),
    (b"\xff", "d", None),
    ("\ud800", "d", None),
    ("k", "\ud800", None),
    ("k", "d", "07"),
    ("k", "d", "seven"),
    ("k", "d", -1),
    ("k", "d", 2**128),
    ("k", "d", str(2**128)),
    ("k", "d", b"\xff"),
]


@pytest.mark.parametrize("user_record", REFUSED)
def test_keys_that_kinesis_does_not_take_are_refused(user_record):
    for aggregator in (RecordAggregator(), AggRecord()):
        aggregator.add_user_record("k", "before")
        with pytest.raises(ValueError):
            aggregator.add_user_record(*user_record)
        assert aggregator.get_num_user_records() == 1


LARGE = "x" * 60


@pytest.mark.parametrize("key", ["", "k" * 257, b"\xff", "\ud800", None, 7])
def test_a_refused_user_record_ends_no_aggregate(key):
    aggregator = RecordAggregator(100)
    called = []
    aggregator.on_record_complete(called.append, False)
    aggregator.add_user_record("k", LARGE)
    for user_record in [(key, LARGE), ("k", LARGE, "seven"), ("k", LARGE, 1.5), ("k", LARGE * 2)]:
        with pytest.raises((ValueError, TypeError)):
            aggregator.add_user_record(*user_record)
    assert called == []
    assert inside(aggregator.clear_and_get()) == [("k", None, LARGE.encode())]


def test_contents_can_be_looked_at_in_between():
    record = AggRecord()
    user_records = [(f"k{number % 5}", str(number % 3), b"%d" % number) for number in range(50)]
    for number, (key, explicit_hash_key, data) in enumerate(user_records):
        assert record.add_user_record(key, data, explicit_hash_key)
        assert inside(record) == user_records[: number + 1]
        assert record.get_num_user_records() == number + 1


def test_cleared_records_are_as_new():
    record = AggRecord(100)
    record.add_user_record("k", "d", "7")
    record.clear()
    assert record.get_contents() == AggRecord().get_contents()
    assert record.get_num_user_records() == 0
    assert record.get_partition_key() is None
    assert record.get_explicit_hash_key() is None
    assert record.max_size == 100
    record.add_user_record("l", "e")
    assert record.get_contents()[:2] == ("l", None)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))]
)
def test_records_can_be_copied(copied):
    record = AggRecord(1000)
    record.add_user_record("k", "d", "7")
    twin = copied(record)
    twin.add_user_record("l", "e")
    assert inside(record) == [("k", "7", b"d")]
    assert inside(twin) == [("k", "7", b"d"), ("l", None, b"e")]
    assert twin.get_contents()[:2] == ("k", "7")
    assert twin.max_size == 1000
    assert copied(AggRecord()).get_num_user_records() == 0


def test_what_was_handed_out_takes_user_records_still():
    aggregator = RecordAggregator()
    aggregator.add_user_record("k", "d")
    record = aggregator.clear_and_get()
    assert record.add_user_record("l", "e")
    assert aggregator.get_num_user_records() == 0
    assert [it[0] for it in inside(record)] == ["k", "l"]


@pytest.mark.parametrize("max_size", [0, -1, 20, 28.9])
def test_limits_that_leave_no_room_refuse_all(max_size):
    aggregator = RecordAggregator(max_size)
    with pytest.raises(ValueError):
        aggregator.add_user_record("k", "d")
    assert aggregator.max_size == max_size


def test_a_limit_may_be_a_fraction_and_be_changed():
    aggregator = RecordAggregator(MAX_BYTES_PER_RECORD / 2)
    aggregator.add_user_record("k", "d")
    aggregator.max_size = 40
    aggregator.clear_record()
    aggregator.add_user_record("k", "d" * 10)
    assert aggregator.add_user_record("k", "d" * 10).get_size_bytes() <= 40


def test_an_aggregate_of_several_hash_keys_is_warned_of():
    aggregator = RecordAggregator()
    aggregator.add_user_record("k", "d")
    aggregator.add_user_record("l", "e")
    with pytest.warns(DataLossWarning, match="AggregationManager"):
        aggregator.clear_and_get()


def test_an_aggregate_of_one_hash_key_is_not_warned_of():
    aggregator = RecordAggregator(100)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in range(100):
            aggregator.add_user_record("k", "d")
        aggregator.clear_and_get()
        aggregator.add_user_record("k", "d", "7")
        aggregator.add_user_record("l", "d", "7")
        aggregator.clear_and_get()


def test_a_warning_that_is_an_error_loses_nothing():
    aggregator = RecordAggregator(100)
    aggregator.add_user_record("k", b"x" * 30)
    aggregator.add_user_record("l", b"x" * 10)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataLossWarning):
            aggregator.add_user_record("m", b"x" * 30)
        with pytest.raises(DataLossWarning):
            aggregator.clear_and_get()
    assert [key for key, _, _ in inside(aggregator.clear_and_get())] == ["k", "l"]


def test_a_kinesis_aggregator_keeps_what_it_has():
    aggregator = KinesisAggregator(100)
    aggregator.add_user_record("k", b"x" * 60)
    before = aggregator.get_aggregated_record_bytes()
    with pytest.raises(ValueError, match="no room"):
        aggregator.add_user_record("k", b"y" * 60)
    assert aggregator.get_aggregated_record_bytes() == before
    aggregator.clear_record()
    aggregator.add_user_record("k", b"y" * 60)
    assert [it.data for it in deaggregate_records(aggregator.get_aggregated_record_bytes())] == [
        b"y" * 60
    ]
