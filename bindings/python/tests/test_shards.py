"""Shard maps out of boto3's answers, by a stubbed client."""

import boto3
import pytest
from botocore.stub import Stubber

from kinesis_agg import Shard, ShardMap, ShardMapError, hash_key

MIDDLE = 2**127
LAST = 2**128 - 1


def shard(number, start, end, closed=False):
    numbers = {"StartingSequenceNumber": "1"}
    if closed:
        numbers["EndingSequenceNumber"] = "2"
    return {
        "ShardId": f"shardId-{number:012}",
        "HashKeyRange": {"StartingHashKey": str(start), "EndingHashKey": str(end)},
        "SequenceNumberRange": numbers,
    }


SHARDS = [shard(0, 0, LAST, closed=True), shard(1, MIDDLE, LAST), shard(2, 0, MIDDLE - 1)]


@pytest.fixture
def client():
    return boto3.client(
        "kinesis",
        region_name="eu-west-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )


@pytest.mark.parametrize(
    "answer",
    [
        {"Shards": SHARDS},
        SHARDS,
        [{"Shards": SHARDS[:1], "NextToken": "more"}, {"Shards": SHARDS[1:]}],
        iter(SHARDS),
    ],
)
def test_closed_shards_are_told_apart(answer):
    shards = ShardMap.from_list_shards(answer)
    assert shards.open_shards == (
        Shard("shardId-000000000002", 0, MIDDLE - 1),
        Shard("shardId-000000000001", MIDDLE, LAST),
    )
    assert shards.predict("", MIDDLE) == shards.predict("", str(LAST)) == "shardId-000000000001"
    in_second = hash_key("k") >= MIDDLE
    assert shards.predict("k") == f"shardId-{1 if in_second else 2:012}"
    assert repr(shards) == "<ShardMap of 2 open shards>"


ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"


@pytest.mark.parametrize("stream", [{"StreamName": "orders"}, {"StreamARN": ARN}])
def test_all_pages_are_fetched(client, stream):
    arn = {key: value for key, value in stream.items() if key == "StreamARN"}
    with Stubber(client) as stub:
        stub.add_response("list_shards", {"Shards": SHARDS[:2], "NextToken": "more"}, stream)
        stub.add_response("list_shards", {"Shards": SHARDS[2:]}, {"NextToken": "more", **arn})
        shards = ShardMap.fetch(client, **stream)
        stub.assert_no_pending_responses()
    assert len(shards.open_shards) == 2


def test_errors_of_the_service_come_out(client):
    with Stubber(client) as stub:
        stub.add_client_error("list_shards", "ResourceNotFoundException")
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            ShardMap.fetch(client, StreamName="none")
        stub.add_response("list_shards", {"Shards": SHARDS[:2]}, {"StreamName": "half"})
        with pytest.raises(ShardMapError):
            ShardMap.fetch(client, StreamName="half")
