"""Memory stays flat, and what refers to itself is collected."""

import gc
import sys
import weakref

import pytest
from aws_kinesis_agg.aggregator import RecordAggregator
from aws_kinesis_agg.deaggregator import iter_deaggregate_records

from original.programs import boto3_record, kinesis_record


def resident():
    """The memory of the process in bytes."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has /proc")
@pytest.mark.filterwarnings("ignore::aws_kinesis_agg.DataLossWarning")
def test_memory_is_flat_over_a_million_user_records():
    def work():
        aggregator = RecordAggregator(50_000)
        count = 0
        for number in range(10_000):
            full = aggregator.add_user_record(f"k{number % 90}", b"x" * 100, number % 7 or None)
            full = full or (aggregator.clear_and_get() if number == 9_999 else None)
            if full:
                blob = full.get_contents()[2]
                records = [boto3_record(0, blob), kinesis_record(1, blob), kinesis_record(2, b"")]
                count += sum(1 for _ in iter_deaggregate_records(records))
        return count

    assert work() > 20_000
    for _ in range(9):
        work()
    gc.collect()
    before = resident()
    for _ in range(50):
        work()
    gc.collect()
    assert resident() - before < 16 << 20


def test_iterators_that_refer_to_themselves_are_collected():
    class Record(dict):
        """Unlike a dict, it can be referred to weakly."""

    def left_behind():
        record = Record(kinesis_record(0, b"plain"))
        found = iter_deaggregate_records([record, record])
        record["itself"] = found
        next(found)
        return weakref.ref(record)

    references = [left_behind() for _ in range(5)]
    gc.collect()
    assert [reference() for reference in references] == [None] * 5
