"""Durations as counts in fixed logarithmic buckets: of any number of them, in any order, the quantiles within 1 %.

A bucket holds the whole microseconds above `GAMMA ** (bucket - 2)` up to `GAMMA ** (bucket - 1)`; bucket 0 holds zero.
Two sketches are merged by adding their counts, so that neither order nor batches can change one. A quantile is told as
the middle of its bucket, which is at most 1 % from the exact one: with GAMMA = (1 + e) / (1 - e), e = 0.01, the middle
`2 * GAMMA ** i / (GAMMA + 1)` is off by exactly e at both ends. (DDSketch, Masson et al. 2019, section 2.1.)
"""

import math
from collections import Counter
from collections.abc import Mapping

import msgspec

from analytics.times import MICROSECONDS_PER_SECOND

RELATIVE_ERROR = 0.01
GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_LOG_GAMMA = math.log(GAMMA)
_SLACK = 1e-9  # of a bucket: a power of GAMMA belongs to the bucket that it ends, whatever the last bit says
_decoder = msgspec.msgpack.Decoder(dict[int, int])

Sketch = Counter[int]


def bucket_of(microseconds: int) -> int:
    """The bucket of a duration of no or more whole microseconds."""
    if microseconds <= 0:
        return 0
    return math.ceil(math.log(microseconds) / _LOG_GAMMA - _SLACK) + 1


def duration_in(bucket: int) -> float:
    """The duration, in microseconds, that stands for all of a bucket."""
    return 0.0 if bucket == 0 else float(2 * GAMMA ** (bucket - 1) / (GAMMA + 1))


def quantile(sketch: Mapping[int, int], share: float) -> float | None:
    """The duration, in microseconds, that this share (0 to 1) of all do not exceed; None without any.

    It stands for the sorted durations' one at the place `share * (count - 1)`, rounded down.
    """
    count = sum(sketch.values())
    if not count:
        return None
    place = math.floor(share * (count - 1))
    for bucket in sorted(sketch):
        place -= sketch[bucket]
        if place < 0:
            return duration_in(bucket)
    raise ValueError("a sketch counts no negative numbers")


def seconds_at(sketch: Mapping[int, int], share: float) -> float | None:
    """The quantile in seconds."""
    found = quantile(sketch, share)
    return None if found is None else found / MICROSECONDS_PER_SECOND


def encode(sketch: Mapping[int, int]) -> bytes:
    """The stored form: the same bytes for the same counts."""
    return msgspec.msgpack.encode({bucket: count for bucket, count in sorted(sketch.items()) if count})


def decode(stored: bytes) -> Sketch:
    """The counts of a stored sketch."""
    return Counter(_decoder.decode(stored))
