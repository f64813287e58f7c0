"""What the tests share. They test the package that is installed, and say so."""

from pathlib import Path

import pytest

import kinesis_agg

#: The root of the repository: vectors, samples and examples lie there.
ROOT = Path(__file__).resolve().parents[3]

assert "site-packages" in str(kinesis_agg.__file__), "the installed package is to be tested"


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def aggregate() -> bytes:
    """The data of an aggregate of three user records."""
    aggregator = kinesis_agg.Aggregator()
    aggregator.push("mia", b"click")
    aggregator.push("leo", b"view", 12345, [("source", "web"), ("empty", None)])
    aggregator.push("mia", b"buy")
    (record,) = aggregator.finish()
    return record.data
