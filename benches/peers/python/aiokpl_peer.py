"""aiokpl, a codec in Python alone: deaggregate and aggregate."""

import sys

from aiokpl.aggregation import UserRecord, decode_aggregated, is_aggregated
from aiokpl.aggregator import AggregatedBatch, _BufferedRecord

import peer

# What surrounds a user record, as it is estimated there.
AROUND = 16


def deaggregate(pairs):
    def user_records():
        for _, data in pairs:
            if is_aggregated(data):
                yield from decode_aggregated(data)

    def run():
        touched = 0
        for _, blob in pairs:
            if is_aggregated(blob):
                for user_record in decode_aggregated(blob):
                    data = user_record.data
                    touched += len(user_record.partition_key) + len(data)
                    if data:
                        touched += data[0]
        return touched

    def hand_out():
        for user_record in user_records():
            yield user_record.partition_key, user_record.data

    return peer.Work(run, hand_out, sum(1 for _ in user_records()))


def aggregate(pairs):
    def aggregates():
        # Its codec, without the tasks, locks and timers of its producer.
        batch = AggregatedBatch(None)
        for key, data in pairs:
            if batch.size + len(key) + len(data) + AROUND > peer.LIMIT and batch.count:
                yield batch.items[0].user_record.partition_key, batch.to_blob()
                batch = AggregatedBatch(None)
            batch.add(_BufferedRecord(UserRecord(key, data), 0.0, 0))
        if batch.count:
            yield batch.items[0].user_record.partition_key, batch.to_blob()

    def run():
        return sum(len(blob) + blob[0] for _, blob in aggregates())

    return peer.Work(run, aggregates, len(pairs))


WORKS = {"deaggregate": deaggregate, "aggregate": aggregate}
what, file = sys.argv[1:]
peer.serve(WORKS[what](peer.read(file)), "aiokpl", "no protobuf library")
