"""The programs of the README run, and the module tells of the original beside it."""

import re
import warnings
from pathlib import Path

import aws_kinesis_agg
import pytest
from aws_kinesis_agg._neighbour import warn_of_the_original

from original.programs import kinesis_event, without_hash_keys
from test_drop_in_manager import Stream

README = Path(__file__).parents[1] / "README.md"
PROGRAMS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.filterwarnings("ignore::aws_kinesis_agg.DataLossWarning")
def test_the_program_that_reads_runs(capsys):
    names = {}
    exec(PROGRAMS[0], names)
    names["handler"](kinesis_event(without_hash_keys(), b"plain"), None)
    assert capsys.readouterr().out.splitlines()[-1] == "outer b'plain'"


def test_the_program_that_writes_runs():
    names = {}
    exec(PROGRAMS[1], names)
    stream = Stream(3)
    names["publish"](stream, [(f"k{number}", b"data") for number in range(100)])
    assert len(list(stream.read())) == 100


def test_the_warning_can_be_silenced():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(PROGRAMS[2], {"warnings": warnings, "aws_kinesis_agg": aws_kinesis_agg})
        aggregator = aws_kinesis_agg.RecordAggregator()
        aggregator.add_user_record("k", "d")
        aggregator.add_user_record("l", "d")
        assert aggregator.clear_and_get()


def test_files_of_the_original_are_warned_of(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_the_original(aws_kinesis_agg.__path__)
        warn_of_the_original([str(tmp_path)])
    (tmp_path / "messages_pb2.py").touch()
    with pytest.warns(ImportWarning, match="uninstall"):
        warn_of_the_original([str(tmp_path)])
