"""Publishes user records through boto3, many in a Kinesis record, and loses none when
shards split meanwhile.

    python publisher.py STREAM < lines-of-key-tab-data
"""

import itertools
import sys
import time
from typing import Any, List, Mapping, Tuple

import boto3

from kinesis_agg import (
    AggregatedRecord,
    Grouping,
    Judgement,
    PushError,
    ShardedAggregator,
    ShardMap,
)

#: What one request of PutRecords takes at most.
MAX_RECORDS = 500
MAX_BYTES = 10 * 1024 * 1024


class Publisher:
    """Packs by shard, sends what is full, and sends again what did not arrive.

    What waits to be sent stays in ``unsent`` until it has arrived, whatever boto3
    raises meanwhile: call ``flush`` again.
    """

    def __init__(self, client: Any, stream: str) -> None:
        self.client = client
        self.stream = stream
        self.aggregator = ShardedAggregator(Grouping.SHARD, self.shards())
        self.unsent: List[AggregatedRecord] = []

    def shards(self) -> ShardMap:
        return ShardMap.fetch(self.client, StreamName=self.stream)

    def publish(self, user_records: List[Tuple[str, bytes]]) -> List[PushError]:
        """Takes user records, and returns why some are refused."""
        refused = self.aggregator.push_many(user_records).refused
        self.unsent += self.aggregator.seal()
        self.flush()
        return refused

    def finish(self) -> None:
        """Sends all that waits."""
        self.unsent += self.aggregator.finish()
        self.flush()

    def flush(self) -> None:
        waits = 0.1
        while self.unsent:
            request = first_request(self.unsent)
            failed = self.put(request)
            self.unsent[: len(request)] = failed
            if failed:
                time.sleep(waits)
                waits = min(waits * 2, 5)
                # What straddles a shard that was split is cut by the new map.
                self.unsent = self.aggregator.update_shard_map(self.shards(), self.unsent)

    def put(self, records: List[AggregatedRecord]) -> List[AggregatedRecord]:
        """Sends one request, and returns what did not arrive."""
        answer = self.client.put_records(
            StreamName=self.stream, Records=[it.put_records_entry() for it in records]
        )
        results = zip(records, answer["Records"])
        return [record for record, result in results if not self.arrived(record, result)]

    def arrived(self, record: AggregatedRecord, result: Mapping[str, Any]) -> bool:
        if "ErrorCode" in result:
            return False
        judgement = self.aggregator.judge(result["ShardId"], record)
        if judgement is Judgement.UNKNOWN_SHARD:
            judgement = self.shards().judge(result["ShardId"], record)
        if judgement is Judgement.KEYS_IGNORED:
            raise RuntimeError("the stream ignores keys: only Grouping.NONE is of use there")
        return judgement is Judgement.DELIVERED


def first_request(records: List[AggregatedRecord]) -> List[AggregatedRecord]:
    """As many of the first records as one request takes."""
    size = 0
    for place, record in enumerate(records[:MAX_RECORDS]):
        size += record.size
        if size > MAX_BYTES:
            return records[:place]
    return records[:MAX_RECORDS]


def main() -> None:
    publisher = Publisher(boto3.client("kinesis"), sys.argv[1])
    lines = iter(sys.stdin.buffer)
    while batch := list(itertools.islice(lines, 1000)):
        fields = [line.rstrip(b"\n").partition(b"\t") for line in batch]
        for error in publisher.publish([(key.decode(), data) for key, _, data in fields]):
            print(error, file=sys.stderr)
    publisher.finish()


if __name__ == "__main__":
    main()
