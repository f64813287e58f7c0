"""This project's Python package, kinesis_agg: deaggregate and aggregate."""

import sys

from kinesis_agg import Aggregator, deaggregate

import peer


def reading(pairs):
    blobs = [blob for _, blob in pairs]

    def run():
        touched = 0
        for user_record in deaggregate(blobs):
            data = user_record.data
            touched += len(user_record.partition_key) + len(data)
            if data:
                touched += data[0]
        return touched

    def hand_out():
        return ((it.partition_key, it.data) for it in deaggregate(blobs))

    return peer.Work(run, hand_out, len(deaggregate(blobs)))


# So many bytes of data are pushed, and what is full is sealed.
TOGETHER = 16 * peer.LIMIT


def batches(pairs):
    batch, size = [], 0
    for pair in pairs:
        batch.append(pair)
        size += len(pair[1])
        if size >= TOGETHER:
            yield batch
            batch, size = [], 0
    yield batch


def writing(pairs):
    together = list(batches(pairs))

    def records():
        # The limit counts the data and the partition key; the others count the data.
        aggregator = Aggregator(max_size=peer.LIMIT, frame_singles=True)
        for batch in together:
            for key, data in batch:
                aggregator.push(key, data)
            yield from aggregator.seal()
        yield from aggregator.finish()

    def run():
        touched = 0
        for record in records():
            data = record.data
            touched += len(data) + data[0]
        return touched

    def hand_out():
        return ((it.partition_key, it.data) for it in records())

    return peer.Work(run, hand_out, len(pairs))


WORKS = {"deaggregate": reading, "aggregate": writing}
what, file = sys.argv[1:]
peer.serve(WORKS[what](peer.read(file)), "kinesis-agg", "no protobuf library")
