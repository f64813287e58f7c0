"""The module aws_kinesis_agg: deaggregate and aggregate.

The same program for the original and for what takes its place: whichever is installed.
"""

import base64
import sys

from aws_kinesis_agg.aggregator import RecordAggregator
from aws_kinesis_agg.deaggregator import iter_deaggregate_records
from importlib.metadata import packages_distributions, version

import peer


def deaggregate(pairs):
    records = [
        {
            "SequenceNumber": str(number),
            "PartitionKey": key,
            "ApproximateArrivalTimestamp": 0,
            "Data": data,
        }
        for number, (key, data) in enumerate(pairs)
    ]

    def user_records():
        # The form of boto3 goes in; the data comes out in base64 all the same.
        return iter_deaggregate_records(records, data_format="Boto3")

    def run():
        touched = 0
        for user_record in user_records():
            record = user_record["kinesis"]
            data = record["data"]
            touched += len(record["partitionKey"]) + len(data)
            if data:
                touched += data[0]
        return touched

    def hand_out():
        for user_record in user_records():
            record = user_record["kinesis"]
            yield record["partitionKey"], base64.b64decode(record["data"])

    return peer.Work(run, hand_out, sum(1 for _ in user_records()))


def aggregate(pairs):
    def aggregates():
        aggregator = RecordAggregator(peer.LIMIT)
        for key, data in pairs:
            full = aggregator.add_user_record(key, data)
            if full:
                yield full.get_contents()
        last = aggregator.clear_and_get()
        if last:
            yield last.get_contents()

    def run():
        return sum(len(blob) + blob[0] for _, _, blob in aggregates())

    def hand_out():
        return ((key, blob) for key, _, blob in aggregates())

    return peer.Work(run, hand_out, len(pairs))


def beside():
    try:
        from google.protobuf.internal import api_implementation
    except ImportError:
        return "no protobuf library"
    return f"protobuf {version('protobuf')} ({api_implementation.Type()})"


WORKS = {"deaggregate": deaggregate, "aggregate": aggregate}
what, file = sys.argv[1:]
package = packages_distributions()["aws_kinesis_agg"][0]
peer.serve(WORKS[what](peer.read(file)), package, beside())
