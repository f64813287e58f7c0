"""What the original gets right comes out the same: its answers were written down by
``original/record.py``."""

import base64
import json
from pathlib import Path

import pytest
from kinesis_agg import deaggregate

from original import vectors
from original.programs import PROGRAMS, shown

ANSWERS = json.loads(Path(__file__).with_name("original").joinpath("answers.json").read_text())
VECTORS = list(vectors.vectors())

# Indexes of keys above 2**32, which the KCL cuts to 32 bits: handed on as they are.
UNLIKE_THE_KCL = 8


@pytest.mark.filterwarnings("ignore::aws_kinesis_agg.DataLossWarning")
@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_of_the_documentation_answer_the_same(name):
    assert json.loads(json.dumps(shown(PROGRAMS[name]()))) == ANSWERS["programs"][name]


def test_every_program_was_recorded():
    assert list(PROGRAMS) == list(ANSWERS["programs"])


def test_vectors_that_the_original_reads_right_are_read_the_same():
    right = [
        vector
        for vector in VECTORS
        if (verdict := vectors.verdict(vector)) is not None
        and vectors.digest(verdict) == ANSWERS["vectors"][vector["id"]]
    ]
    assert len(right) > 1000
    for vector in right:
        digest = vectors.digest(vectors.read(vector))
        assert digest == ANSWERS["vectors"][vector["id"]], vector["id"]


def test_vectors_that_the_original_reads_wrong_are_read_right():
    judged = [vector for vector in VECTORS if vectors.verdict(vector) is not None]
    wrong = [it for it in judged if vectors.read(it) != vectors.verdict(it)]
    assert len(wrong) == UNLIKE_THE_KCL
    for vector in wrong:
        assert "index" in vector["id"]
        assert vectors.read(vector) == vectors.event(vector)["Records"], vector["id"]


def test_vectors_are_read_as_by_kinesis_agg():
    for vector in VECTORS:
        records = vectors.event(vector)["Records"]
        found = vectors.read(vector)
        wanted = list(deaggregate(records))
        assert len(found) == len(wanted), vector["id"]
        for record, user_record in zip(found, wanted):
            if not user_record.is_aggregated:
                assert record == user_record.record, vector["id"]
                continue
            inside = record["kinesis"]
            assert (
                inside["partitionKey"],
                inside["explicitHashKey"],
                base64.b64decode(inside["data"]),
                inside["subSequenceNumber"],
                inside["sequenceNumber"],
            ) == (
                user_record.partition_key,
                user_record.explicit_hash_key,
                user_record.data,
                user_record.sub_sequence_number,
                user_record.sequence_number,
            ), vector["id"]
