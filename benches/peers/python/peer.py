"""What both Python peers share: corpora, the commands of the harness, the clock.

README.md beside this folder has the protocol.
"""

import gc
import json
import platform
import sys
import time
from importlib.metadata import version

# Where a caller cuts aggregates: the KPL's default.
LIMIT = 51_200


def read(file):
    """Key and data of each record in the file: lengths in four bytes, lowest first."""
    with open(file, "rb") as opened:
        every = opened.read()
    pairs = []
    at = 0
    while at < len(every):
        key, at = take(every, at)
        data, at = take(every, at)
        pairs.append((key.decode(), data))
    return pairs


def take(every, at):
    start = at + 4
    end = start + int.from_bytes(every[at:start], "little")
    return every[start:end], end


def write(out, key, data):
    for part in key.encode(), data:
        out.write(len(part).to_bytes(4, "little") + part)


class Work:
    """The whole corpus once; `run` touches what comes out, `pairs` hands it out."""

    def __init__(self, run, pairs, user_records):
        self.run = run
        self.pairs = pairs
        self.user_records = user_records

    def check(self, file):
        with open(file, "wb") as out:
            for key, data in self.pairs():
                write(out, key, data)
        return {"user_records": self.user_records}

    def round(self, seconds):
        wall = time.perf_counter_ns()
        start = time.process_time_ns()
        passes = touched = 0
        while True:
            touched += self.run()
            passes += 1
            used = time.process_time_ns() - start
            if used >= seconds * 1e9:
                break
        return {
            "user_records": passes * self.user_records,
            "cpu_ns": used,
            "wall_ns": time.perf_counter_ns() - wall,
            "touched": touched,
        }


def serve(work, package, beside):
    """Says hello with the versions, then does what it is told until the input ends."""
    # The corpus is not the peer's: keep it out of its garbage collections.
    gc.freeze()
    say(
        {
            "version": version(package),
            "runtime": f"{platform.python_implementation()} {platform.python_version()}",
            "with": beside,
        }
    )
    for line in sys.stdin:
        command, argument = line.rstrip("\n").split(" ", 1)
        if command == "check":
            say(work.check(argument))
        else:
            say(work.round(float(argument)))


def say(answer):
    print(json.dumps(answer), flush=True)
