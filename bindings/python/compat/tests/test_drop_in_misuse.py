"""Callbacks that raise or come back, many threads, forks, wrong types: an exception
or right results, and no user record lost."""

import gc
import os
import threading
import time

import pytest
from aws_kinesis_agg.aggregator import AggRecord, KinesisAggregator, RecordAggregator
from aws_kinesis_agg.deaggregator import deaggregate_records, iter_deaggregate_records

from original.programs import boto3_record

pytestmark = pytest.mark.filterwarnings("ignore::aws_kinesis_agg.DataLossWarning")

ROOM_FOR_ONE = 100
DATA = "x" * 40


def data_inside(records):
    return [
        user_record.data.decode()
        for record in records
        for user_record in deaggregate_records(record.get_contents()[2])
    ]


def drained(aggregator):
    return list(iter(aggregator.clear_and_get, None))


def test_a_callback_that_raises_has_added_nothing_and_lost_nothing():
    aggregator = RecordAggregator(ROOM_FOR_ONE)
    broken, sent = [True], []

    def send(record):
        if broken:
            raise OSError("no network")
        sent.append(record)

    aggregator.on_record_complete(send, False)
    aggregator.add_user_record("k", DATA + "0")
    with pytest.raises(OSError):
        aggregator.add_user_record("k", DATA + "1")
    assert aggregator.get_num_user_records() == 0
    # Refused above, so it is added again; the full one waits for the next call.
    aggregator.add_user_record("k", DATA + "1")
    for _ in range(3):
        with pytest.raises(OSError):
            aggregator.add_user_record("k", DATA + "2")
        with pytest.raises(OSError):
            aggregator.clear_and_get()
        assert aggregator.get_num_user_records() == 0
        aggregator.add_user_record("k", DATA + "1")
    broken.clear()
    last = drained(aggregator)
    assert data_inside(sent + last) == [DATA + it for it in "01111"]


def test_a_callback_that_raises_on_its_thread_is_called_again():
    aggregator = RecordAggregator(ROOM_FOR_ONE)
    sent, errors = [], []
    hook, threading.excepthook = threading.excepthook, errors.append

    def send(record):
        if not errors:
            raise OSError("no network")
        sent.append(record)

    try:
        aggregator.on_record_complete(send)
        for number in range(4):
            aggregator.add_user_record("k", f"{DATA}{number}")
            wait_for_threads()
    finally:
        threading.excepthook = hook
    last = drained(aggregator)
    wait_for_threads()
    assert [error.exc_type for error in errors] == [OSError]
    assert sorted(data_inside(sent + last)) == [f"{DATA}{number}" for number in range(4)]


def test_callbacks_that_always_raise_are_called_once_a_time():
    aggregator = RecordAggregator(ROOM_FOR_ONE)
    calls = []
    hook, threading.excepthook = threading.excepthook, lambda error: None

    def send(record):
        calls.append(record)
        raise OSError("no network")

    try:
        aggregator.on_record_complete(send)
        for number in range(4):
            aggregator.add_user_record("k", f"{DATA}{number}")
            wait_for_threads()
    finally:
        threading.excepthook = hook
    # One more waits each time.
    assert len(calls) == 1 + 2 + 3
    aggregator.clear_callbacks()
    every = [f"{DATA}{number}" for number in range(4)]
    assert sorted(data_inside(drained(aggregator))) == every


def wait_for_threads():
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(10)


def test_what_callbacks_have_not_had_is_returned_when_they_go():
    aggregator = RecordAggregator(ROOM_FOR_ONE)
    aggregator.on_record_complete(lambda record: 1 / 0, False)
    aggregator.add_user_record("k", DATA + "0")
    with pytest.raises(ZeroDivisionError):
        aggregator.add_user_record("k", DATA + "1")
    aggregator.clear_callbacks()
    returned = aggregator.add_user_record("k", DATA + "1")
    assert data_inside([returned, *drained(aggregator)]) == [DATA + "0", DATA + "1"]


def test_a_callback_may_use_the_aggregator():
    aggregator = RecordAggregator(ROOM_FOR_ONE)
    sent = []

    def send(record):
        sent.append(record)
        assert aggregator.get_num_user_records() == 0
        if len(sent) < 20:
            aggregator.add_user_record("k", f"{DATA}again{len(sent)}")
        aggregator.on_record_complete(send, False)

    aggregator.on_record_complete(send, False)
    returned = [aggregator.add_user_record("k", f"{DATA}{number}") for number in range(3)]
    assert [it for it in returned if it]
    found = data_inside(sent + drained(aggregator))
    assert sorted(found) == sorted(set(found))
    assert {f"{DATA}{number}" for number in range(3)} <= set(found)


def test_a_callback_is_called_once_however_often_it_is_given():
    aggregator = RecordAggregator(ROOM_FOR_ONE)
    sent = []
    for _ in range(3):
        aggregator.on_record_complete(sent.append, False)
    assert aggregator.add_user_record("k", DATA) is None
    assert aggregator.add_user_record("k", DATA) is sent[0]
    assert len(sent) == 1


def test_what_cannot_be_called_is_no_callback():
    with pytest.raises(TypeError, match="int"):
        RecordAggregator().on_record_complete(7)


@pytest.mark.parametrize("called_back", [None, False, True])
def test_eight_threads_share_an_aggregator(called_back):
    aggregator = RecordAggregator(2000)
    sent, returned = [], []
    if called_back is not None:
        aggregator.on_record_complete(sent.append, called_back)

    def write(thread):
        for number in range(1000):
            full = aggregator.add_user_record(f"k{thread}", f"{thread}-{number}")
            if full is not None:
                returned.append(full)
            if number % 100 == 0 and called_back is None:
                returned.extend(it for it in [aggregator.clear_and_get()] if it)

    on_threads(write)
    last = drained(aggregator)
    wait_for_threads()
    every = sorted(f"{thread}-{number}" for thread in range(8) for number in range(1000))
    if called_back is None:
        assert sorted(data_inside(returned + last)) == every
    else:
        assert sorted(data_inside(sent + [it for it in last if it not in sent])) == every


def test_eight_threads_share_a_record():
    record = AggRecord()
    on_threads(
        lambda thread: [
            record.add_user_record("k", f"{thread}-{it}") and record.get_contents()
            for it in range(200)
        ]
    )
    every = sorted(f"{thread}-{number}" for thread in range(8) for number in range(200))
    assert sorted(data_inside([record])) == every
    assert record.get_num_user_records() == 1600


def test_eight_threads_share_an_iterator():
    blob = packed(20_000)
    found = iter_deaggregate_records([boto3_record(0, blob)] * 3)
    numbers, errors = [], []

    def read(_):
        while True:
            try:
                for record in found:
                    numbers.append(record["kinesis"]["subSequenceNumber"])
                return
            except RuntimeError as error:
                errors.append(error)

    on_threads(read)
    # Another thread was at it: an exception, but no user record twice or never.
    assert sorted(numbers) == sorted(list(range(20_000)) * 3)


def packed(count):
    record = AggRecord()
    for number in range(count):
        assert record.add_user_record("k", str(number))
    return record.get_contents()[2]


def on_threads(work):
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def test_a_generator_of_records_may_not_read_itself():
    def records():
        yield boto3_record(0, packed(2))
        yield next(found)

    found = iter_deaggregate_records(records())
    with pytest.raises(RuntimeError):
        list(found)


def test_a_finalizer_may_use_what_is_just_in_use():
    aggregator = RecordAggregator(ROOM_FOR_ONE)
    found = iter_deaggregate_records([boto3_record(0, packed(5000))])

    class Cycle:
        def __del__(self):
            aggregator.add_user_record("k", "from a finalizer")
            try:
                next(found, None)
            except RuntimeError:
                pass

    threshold = gc.get_threshold()
    gc.set_threshold(10)
    try:
        count = 0
        for _ in found:
            cycle = Cycle()
            cycle.itself = cycle
            aggregator.add_user_record("k", DATA)
            count += 1
    finally:
        gc.set_threshold(*threshold)
    assert 0 < count <= 5000


def write_until(stop, aggregator):
    while not stop.is_set():
        aggregator.add_user_record("k", DATA)


def hold_lock_until(stop, aggregator):
    """Stands for a thread that is caught in the midst of something."""
    with aggregator._lock:
        stop.wait()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("work", [write_until, hold_lock_until])
def test_a_forked_process_goes_on(work):
    aggregator = RecordAggregator(ROOM_FOR_ONE)
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop, aggregator))
    thread.start()
    try:
        for _ in range(20):
            assert exit_code_of_child(aggregator) == 0
    finally:
        stop.set()
        thread.join()


def exit_code_of_child(aggregator):
    """0 when the child could use new objects, and the old one or was told not to."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            own = RecordAggregator()
            own.add_user_record("k", DATA)
            assert data_inside([own.clear_and_get()]) == [DATA]
            try:
                for _ in range(5):
                    aggregator.add_user_record("k", DATA)
                aggregator.clear_and_get()
            except Exception as error:
                assert type(error).__name__ == "InternalError"
            code = 0
        finally:
            os._exit(code)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return "it hung"


@pytest.mark.parametrize("records", [None, 7, 7.5, object(), "text", ["text"], [None], [7], [[]]])
def test_what_is_no_record_raises(records):
    with pytest.raises((TypeError, KeyError)):
        deaggregate_records(records)


@pytest.mark.parametrize("data", [None, 7, {}, [1]])
def test_data_of_a_wrong_type_raises(data):
    with pytest.raises(TypeError):
        deaggregate_records({"kinesis": {"data": data}})
    with pytest.raises(TypeError):
        deaggregate_records({"Data": data})
    for aggregator in (RecordAggregator(), AggRecord(), KinesisAggregator()):
        with pytest.raises(TypeError):
            aggregator.add_user_record("k", data)
        with pytest.raises(TypeError):
            aggregator.add_user_record(data, "d")


@pytest.mark.parametrize("max_size", [None, "100", [], object()])
def test_a_limit_of_a_wrong_type_raises(max_size):
    for kind in (RecordAggregator, AggRecord):
        with pytest.raises(TypeError):
            kind(max_size)
