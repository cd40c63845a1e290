"""Checksums over tables, of values as the services read them, whichever database keeps them in which order."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column

from service_kit.moves.rows import Row

_DIGEST_BYTES = 16
_RANGE = 256**_DIGEST_BYTES


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How many rows a table has, and the sum of their hashes as 32 hexadecimal digits."""

    rows: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table on both sides."""

    table: str
    source: Fingerprint
    target: Fingerprint

    @property
    def is_equal(self) -> bool:
        return self.source == self.target


def fingerprint(columns: Sequence[Column[Any]], rows: Iterable[Row]) -> Fingerprint:
    """Of all rows. A sum needs no order, in which databases differ; unlike XOR it sees two equal rows."""
    json_places = [place for place, column in enumerate(columns) if isinstance(column.type, JSON)]
    count = total = 0
    for row in rows:
        values = _with_sorted_json(row, json_places) if json_places else row
        digest = hashlib.blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES)
        total += int.from_bytes(digest.digest())
        count += 1
    return Fingerprint(count, f"{total % _RANGE:0{2 * _DIGEST_BYTES}x}")


def _with_sorted_json(row: Row, places: Sequence[int]) -> Row:
    values = list(row)
    for place in places:
        values[place] = json.dumps(values[place], sort_keys=True)
    return tuple(values)
