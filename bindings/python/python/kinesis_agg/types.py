"""Names for the types in signatures."""

import datetime
from typing import Callable, List, Optional, Sequence, Tuple, Union

from ._native import AggregatedRecord, UserRecord

#: Data: what has a buffer. ``bytes`` are read in place, all else is copied once.
BytesLike = Union[bytes, bytearray, memoryview]
#: A hash key: a number from 0 to 2**128 - 1, or its decimal digits.
HashKey = Union[int, str]
#: The starting and the ending hash key, both included.
HashKeyRange = Tuple[HashKey, HashKey]
#: Key and value of a tag.
Tag = Tuple[str, Optional[str]]
#: A user record to be packed: partition key, data, explicit hash key, tags.
NewUserRecordLike = Union[
    UserRecord,
    Tuple[str, BytesLike],
    Tuple[str, BytesLike, Optional[HashKey]],
    Tuple[str, BytesLike, Optional[HashKey], Sequence[Tag]],
]
#: What an aggregator calls with records to be sent.
Send = Callable[[List[AggregatedRecord]], object]
#: Seconds, or a datetime.
Time = Union[float, datetime.datetime]
