"""Memory stays flat, however many user records come and go."""

import gc
import os
import sys

import pytest

from kinesis_agg import Aggregator, ShardedAggregator, ShardMap, aggregate, deaggregate

#: How many user records are written and read; `cargo xtask soak` sets it.
USER_RECORDS = int(os.environ.get("KINESIS_AGG_USER_RECORDS", "2000000"))
MANY = [(f"key-{it % 100}", b"x" * 100) for it in range(20_000)]


def resident():
    """The memory of the process in bytes."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


def flat(work, rounds):
    """Fails when the later rounds take more memory than the first."""
    for _ in range(max(rounds // 4, 2)):
        work()
    gc.collect()
    before = resident()
    for _ in range(rounds):
        work()
    gc.collect()
    grown = resident() - before
    assert grown < 16 << 20, f"{grown >> 20} MiB more after {rounds} rounds"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has /proc")
class TestFlat:
    def test_over_millions_of_user_records(self):
        def work(user_records):
            aggregator = Aggregator(max_size=51200)
            aggregator.push_many(user_records)
            batch = deaggregate([it.data for it in aggregator.finish()])
            return sum(len(it.data) == 100 for it in batch)

        count = warm = before = 0
        while count < USER_RECORDS:
            count += work(MANY[: USER_RECORDS - count])
            if not warm and count >= min(1_000_000, USER_RECORDS // 2):
                gc.collect()
                warm, before = count, resident()
        gc.collect()
        after = resident()
        mib = 1 << 20
        print(
            f"{count} user records, resident {before / mib:.1f} MiB after the first {warm}, "
            f"{after / mib:.1f} MiB at the end"
        )
        assert count == USER_RECORDS
        assert after - before < 16 * mib

    def test_in_every_corner(self, aggregate):
        shards = ShardMap([("a", 0, 2**127 - 1), ("b", 2**127, 2**128 - 1)])
        cyclic = []

        def work():
            record = {"Data": aggregate, "PartitionKey": "k", "SequenceNumber": "1"}
            record["kept"] = list(deaggregate([record] * 50, hash_key_range=(0, 5), views=True))
            for it in record["kept"]:
                (it.tags, it.placement, it.hash_key, it.sequence_number, it.record, hash(it))
            batch = deaggregate(aggregate)
            (batch.reports, batch.report, batch[0], repr(batch), repr(batch[0]))
            next(iter(batch))
            aggregator = ShardedAggregator("shard", shards, send=cyclic.append)
            cyclic.clear()
            aggregator.push_many([("k", b"d", 7, [("t", None)])] * 50 + [("", b"")] * 5, arrived=1)
            for record in aggregator.update_shard_map(shards, aggregator.finish()):
                (record.put_records_entry(), record.data, aggregator.judge("a", record))
            for wrong in (lambda: aggregator.push("", b""), lambda: aggregator.push("k", "")):
                try:
                    wrong()
                except (TypeError, ValueError):
                    pass

        flat(work, 400)

    def test_of_packing_alone(self):
        def work():
            for record in aggregate(MANY, max_size=51200):
                record.put_records_entry()

        flat(work, 40)
