"""Tells when the original is installed over or under this module.

Both distributions have files of the same names: whichever was installed last has
overwritten some of the other's, and uninstalling either breaks the rest.
"""

import os
import warnings
from typing import Iterable

#: A file that the original alone has.
_OF_THE_ORIGINAL = "messages_pb2.py"


def warn_of_the_original(folders: Iterable[str]) -> None:
    if any(os.path.exists(os.path.join(folder, _OF_THE_ORIGINAL)) for folder in folders):
        warnings.warn(
            "aws_kinesis_agg holds files of two distributions: uninstall aws_kinesis_agg and "
            "kinesis-agg-compat, then install kinesis-agg-compat again",
            ImportWarning,
            stacklevel=3,
        )
