"""What a program does wrong ends in an exception, or in right results; never in a
dead process, a deadlock or a lost user record."""

import gc
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import time

import pytest

import kinesis_agg
from kinesis_agg import (
    Aggregator,
    InternalError,
    MalformedRecordError,
    ShardedAggregator,
    ShardMap,
    ShardMapError,
    deaggregate,
    hash_key,
    partial_batch_response,
)


@pytest.mark.parametrize("records", ["text", 5, None, 1.5, object(), [5], ["text"], [None], [[b""]]])
def test_what_is_no_record_is_a_type_error(records):
    with pytest.raises(TypeError):
        deaggregate(records)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"Records": [{}]},
        {"Data": None},
        {"Data": "no base64!"},
        {"Data": "é"},
        {"kinesis": {"data": "YQ"}},
        {"kinesis": {}},
        {"kinesis": None},
        {"kinesis": 5},
        {"recordId": "1"},
    ],
)
def test_a_record_without_data_is_named(record):
    with pytest.raises(MalformedRecordError) as caught:
        deaggregate([b"fine", record.get("Records", [record])[0]])
    assert caught.value.record_index == 1 and str(caught.value).startswith("record 1: ")


@pytest.mark.parametrize(
    "record",
    [
        {"Data": 5},
        {"Data": b"", "PartitionKey": 5},
        {"Data": b"", "SequenceNumber": 5},
    ],
)
def test_fields_of_wrong_types_are_named(record):
    with pytest.raises(TypeError, match="record 1"):
        deaggregate([b"fine", record])


def test_arguments_of_wrong_types():
    aggregator = Aggregator()
    for arguments in [
        (),
        ("k",),
        ("k", "text"),
        ("k", None),
        ("k", 5),
        ("k", [1, 2]),
        (b"k", b"d"),
        (None, b"d"),
        ("k", b"d", 1.5),
        ("k", b"d", True),
        ("k", b"d", b"5"),
        ("k", b"d", None, 5),
        ("k", b"d", None, [("t",)]),
        ("k", b"d", None, [(5, "v")]),
        ("k", b"d", None, None, None),
    ]:
        with pytest.raises((TypeError, ValueError)):
            aggregator.push(*arguments)
        with pytest.raises((TypeError, ValueError)):
            ShardedAggregator().push(*arguments)
    assert len(aggregator) == 0
    with pytest.raises(TypeError, match="encode it"):
        aggregator.push("k", "text")
    with pytest.raises(TypeError):
        hash_key(b"k")
    with pytest.raises(ValueError):
        hash_key("\ud800")
    with pytest.raises(TypeError):
        ShardedAggregator("shard", [("s", 0, 1)])
    with pytest.raises(TypeError):
        ShardedAggregator().judge("s", b"record")
    with pytest.raises(TypeError):
        ShardedAggregator().update_shard_map(ShardMap([("s", 0, 2**128 - 1)]), [b"record"])
    with pytest.raises(ValueError):
        partial_batch_response(deaggregate(b"bare"))


def test_classes_of_the_core_are_not_made_by_hand():
    for name in ("UserRecord", "Batch", "AggregatedRecord", "RecordReport", "Report", "PushedMany"):
        with pytest.raises(TypeError):
            getattr(kinesis_agg, name)()
        with pytest.raises(TypeError):
            type("Sub", (getattr(kinesis_agg, name),), {})
    (it,) = deaggregate(b"x")
    with pytest.raises(AttributeError):
        it.data = b"y"
    with pytest.raises(AttributeError):
        it.other = 1
    for value in (it, iter(deaggregate(b"x")), Aggregator()):
        with pytest.raises(TypeError):
            pickle.dumps(value)


def test_shards_that_are_no_map():
    for shards in [
        [],
        [("a", 1, 2**128 - 1)],
        [("a", 0, 5), ("b", 5, 2**128 - 1)],
        [("a", 5, 4)],
        [("a", "x", "y")],
        [("a", -1, 5)],
    ]:
        with pytest.raises(ShardMapError):
            ShardMap(shards)
    for shards in [5, [5], [("a",)], [(b"a", 0, 1)], [("a", 0.5, 1)]]:
        with pytest.raises((TypeError, ValueError)):
            ShardMap(shards)


def test_what_the_iterable_raises_comes_out():
    def broken():
        yield ("k", b"d")
        raise KeyError("mine")

    aggregator = Aggregator()
    with pytest.raises(KeyError, match="mine"):
        aggregator.push_many(broken())
    with pytest.raises(KeyError, match="mine"):
        deaggregate(it[1] for it in broken())
    assert len(aggregator) == 0


def test_iterables_that_use_the_same_object():
    aggregator = ShardedAggregator()

    def pushing():
        for number in range(3):
            aggregator.push("inner", b"d")
            assert len(aggregator.finish()) == 1
            yield ("outer", b"%d" % number)

    aggregator.push_many(pushing())
    assert [it.data for it in deaggregate(aggregator.finish()[0].data)] == [b"0", b"1", b"2"]


def test_a_sender_that_closes_its_aggregator():
    def send(records):
        aggregator.close(discard=True)

    aggregator = Aggregator(max_count=1, send=send)
    aggregator.push("k", b"0")
    aggregator.push("k", b"1")
    assert aggregator.closed


def test_a_sender_that_closes_its_aggregator_and_raises():
    def send(records):
        aggregator.close(discard=True)
        raise OSError

    aggregator = Aggregator(max_count=1, send=send)
    aggregator.push("k", b"0")
    with pytest.raises((OSError, kinesis_agg.ClosedError)):
        aggregator.push("k", b"1")


def test_a_sender_that_is_none():
    aggregator = Aggregator(max_count=1, send=5)
    aggregator.push("k", b"0")
    with pytest.raises(TypeError):
        aggregator.push("k", b"1")
    assert len(aggregator) == 2 and len(aggregator.finish()) == 2


def test_a_finalizer_that_uses_the_same_object():
    class Finalized:
        def __del__(self):
            aggregator.push("k", b"finalized")

    aggregator = Aggregator()
    for _ in range(100):
        cycle = Finalized()
        cycle.self = cycle
        del cycle
    before = len(aggregator)
    gc.collect()
    assert len(aggregator) > before


def in_threads(work, count=8):
    errors = []

    def guarded(number):
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(it,)) for it in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a deadlock"
    if errors:
        raise errors[0]


@pytest.mark.parametrize("kind", [Aggregator, ShardedAggregator])
@pytest.mark.parametrize("sending", [False, True])
def test_eight_threads_on_one_aggregator(kind, sending):
    sent = []
    aggregator = kind(max_size=2000, send=sent.extend if sending else None)

    def work(number):
        for round in range(30):
            given = [(f"k{it % 5}", b"%d %d %d" % (number, round, it)) for it in range(40)]
            aggregator.push_many(given[:30])
            for arguments in given[30:]:
                aggregator.push(*arguments)
            len(aggregator)
            sent.extend(aggregator.seal())

    in_threads(work)
    sent.extend(aggregator.finish())
    data = sorted(it.data for it in deaggregate([it.data for it in sent]))
    assert data == sorted(b"%d %d %d" % (a, b, c) for a in range(8) for b in range(30) for c in range(40))


def test_eight_threads_on_one_batch_and_one_walk(aggregate):
    batch = deaggregate([aggregate] * 500, views=True)
    shared = iter(batch)
    found, refused = [], []

    def work(number):
        assert sum(len(it.data) for it in batch) == 500 * 12
        assert len(batch.reports) == 500
        while True:
            try:
                found.append(next(shared))
            except StopIteration:
                return
            except RuntimeError as error:
                # A walk that another thread is in says so.
                refused.append(error)

    in_threads(work)
    assert sorted((it.record_index, it.sub_sequence_number) for it in found) == [
        (record, number) for record in range(500) for number in range(3)
    ]


def test_eight_threads_close_while_others_push():
    aggregator = Aggregator()

    def work(number):
        try:
            for _ in range(200):
                aggregator.push_many([("k", b"d")] * 20)
                if number == 0:
                    aggregator.close(discard=True)
        except kinesis_agg.ClosedError:
            return

    in_threads(work)
    assert aggregator.closed


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")


def in_child(work):
    """Runs `work` in a forked process; its answer is the exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = work() or 0
        finally:
            os._exit(code)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    raise AssertionError("the child hangs")


@forks
def test_both_processes_go_on_after_a_fork():
    aggregator = ShardedAggregator()
    aggregator.push("k", b"before")

    def work():
        aggregator.push("k", b"child")
        (record,) = aggregator.finish()
        return 0 if [it.data for it in deaggregate(record.data)] == [b"before", b"child"] else 2

    assert in_child(work) == 0
    aggregator.push("k", b"parent")
    (record,) = aggregator.finish()
    assert [it.data for it in deaggregate(record.data)] == [b"before", b"parent"]


@forks
def test_a_fork_while_another_thread_is_inside_does_not_hang():
    aggregator = Aggregator(max_size=10 * 2**20)
    many = [("k", b"d" * 1000)] * 5000
    stop = threading.Event()

    def pushing():
        while not stop.is_set():
            aggregator.push_many(many)
            aggregator.finish()

    thread = threading.Thread(target=pushing)
    thread.start()

    def work():
        try:
            aggregator.push("k", b"d")
            return 0
        except InternalError:
            return 3

    try:
        codes = {in_child(work) for _ in range(150)}
    finally:
        stop.set()
        thread.join()
    assert codes <= {0, 3} and codes, codes


@forks
def test_worker_processes_read(aggregate):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(count, [aggregate] * 10) == [3] * 10


def count(data):
    return len(deaggregate(data))


def test_threads_that_still_run_at_exit():
    program = """
import threading, kinesis_agg
aggregator = kinesis_agg.Aggregator(max_size=51200)
def work():
    while True:
        aggregator.push_many([("k", b"d" * 100)] * 1000)
        aggregator.finish()
for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
aggregator.push("k", b"d")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
