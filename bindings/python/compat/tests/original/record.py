"""Writes down what the original answers: run it where that is installed.

    python -m venv original && original/bin/pip install aws_kinesis_agg==1.2.3
    original/bin/python -m original.record

The second line in the folder of the tests. The tests themselves need neither the
original nor a network.
"""

import json
from importlib.metadata import version
from pathlib import Path

from . import vectors
from .programs import PROGRAMS, shown

FILE = Path(__file__).with_name("answers.json")


def main():
    answers = {
        "aws_kinesis_agg": version("aws_kinesis_agg"),
        "programs": {name: shown(program()) for name, program in PROGRAMS.items()},
        "vectors": {it["id"]: vectors.digest(vectors.read(it)) for it in vectors.vectors()},
    }
    FILE.write_text(lines(answers) + "\n", encoding="utf-8")


def lines(answers):
    """JSON with a line for each answer."""
    parts = []
    for name, part in answers.items():
        if isinstance(part, dict):
            inner = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in part.items())
            part = "{\n" + ",\n".join(inner) + "\n}"
        else:
            part = json.dumps(part)
        parts.append(f"{json.dumps(name)}: {part}")
    return "{\n" + ",\n".join(parts) + "\n}"


if __name__ == "__main__":
    main()
