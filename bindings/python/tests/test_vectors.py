"""All vectors of the testkit: the KCL's verdicts, but for the differences that
FORMAT.md explains, as in the core's own test."""

import base64
import json
from collections import Counter

import pytest

from conftest import ROOT
from kinesis_agg import (
    Aggregator,
    OptionsError,
    OuterPartitionKey,
    Placement,
    Status,
    deaggregate,
)

FOLDER = ROOT / "crates/kinesis-agg-testkit/vectors"
LAST = 2**128 - 1
ALL = (0, LAST)


def vectors():
    for file in sorted(FOLDER.rglob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def decode(text):
    return base64.b64decode(text or "", validate=True)


def blobs(vector):
    batch = vector.get("batch")
    return [decode(text) for text in ([vector["aggregate"]] if batch is None else batch)]


def asked(vector):
    """The range; what lies below 0 and above 2^128-1 holds no hash key."""
    if not vector.get("range"):
        return ALL
    keys = (int(vector["range"][name]) for name in ("startingHashKey", "endingHashKey"))
    return tuple(min(max(key, 0), LAST) for key in keys)


def verdict(batch):
    """What the KCL would hand out, as told by this package."""
    records = [
        (it.record_index, it.partition_key, it.explicit_hash_key, it.data, it.sub_sequence_number)
        for it in batch
        if it.is_aggregated
    ]
    return records, [it.record_index for it in batch if not it.is_aggregated]


def wanted(vector):
    kcl = vector["kcl"]
    passed = [0] if kcl["outcome"] == "passthrough" else []
    passed += [it["source"] for it in kcl["records"] if it.get("aggregated") is False]
    records = [
        (
            it.get("source", 0),
            it["partitionKey"],
            it.get("explicitHashKey"),
            decode(it["data"]),
            it["subSequenceNumber"],
        )
        for it in kcl["records"]
        if it.get("aggregated") is not False
    ]
    return records, passed


def explained(vector):
    """The difference that FORMAT.md allows for this vector."""
    batch = deaggregate(blobs(vector), hash_key_range=ALL)
    if any(it.status == Status.INDEX_OUTSIDE_TABLE for it in batch.reports):
        return "index"
    if any(it.placement == Placement.UNPLACEABLE for it in batch):
        return "key"
    return None


@pytest.mark.parametrize("views", [False, True])
def test_each_vector_gives_the_verdict_of_the_kcl(views):
    differences = Counter()
    count = 0
    for vector in vectors():
        count += 1
        start, end = asked(vector)
        options = {"hash_key_range": (start, end), "policy": "drop_aggregate", "views": views}
        if start > end:
            assert vector["id"] == "ranges/range-one-reversed"
            with pytest.raises(OptionsError):
                deaggregate(blobs(vector), **options)
            differences["range"] += 1
        elif verdict(deaggregate(blobs(vector), **options)) != wanted(vector):
            differences[explained(vector) or vector["id"]] += 1
    assert count == 1522
    assert differences == {"index": 40, "key": 54, "range": 1}


def test_each_batch_is_the_same_by_index_and_by_walk():
    for vector in vectors():
        for policy in ("keep_all", "keep_in_range"):
            start, end = sorted(asked(vector))
            batch = deaggregate(blobs(vector), hash_key_range=(start, end), policy=policy)
            walked = list(batch)
            assert len(batch) == len(walked) == sum(it.user_records for it in batch.reports)
            assert [batch[index] for index in range(len(batch))] == walked
            assert [batch[index - len(batch)] for index in range(len(batch))] == walked
            dropped = sum(it.dropped for it in batch.reports)
            assert dropped == batch.report.dropped_user_records


def test_what_the_kpl_packed_is_packed_again_byte_for_byte():
    count = 0
    for vector in vectors():
        read = deaggregate(blobs(vector))
        if not vector["id"].startswith("kpl-1.0.7/") or not read[0].is_aggregated:
            continue
        aggregator = Aggregator(outer_partition_key=OuterPartitionKey.KPL, frame_singles=True)
        if aggregator.push_many(read).refused:
            # The service takes no leading zeros in a request.
            assert "leading-zeros" in vector["id"]
            continue
        (record,) = aggregator.finish()
        assert [record.data] == blobs(vector), vector["id"]
        count += 1
    assert count > 50


def test_tags_are_those_that_were_given():
    count = 0
    for vector in vectors():
        given = [it.get("tags") or [] for it in vector.get("input") or []]
        if not any(given) or not vector.get("faithful"):
            continue
        read = [it.tags for it in deaggregate(blobs(vector))]
        assert read == [tuple((it["key"], it.get("value")) for it in tags) for tags in given]
        count += 1
    assert count > 0
