"""Rows of a source: in the order of their keys, a batch at a time, and the place in that order as text."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, literal, select, tuple_

Row = tuple[Any, ...]

ROWS_AT_ONCE = 2_000
BYTES_AT_ONCE = 8_388_608  # a shared conversation alone can be megabytes
ROWS_PER_FETCH = 500
NUL, REPLACEMENT = "\0", "\ufffd"


def rows_of(connection: Connection, columns: Sequence[Column[Any]]) -> Iterator[Row]:
    """Every row, in whatever order the database finds fastest, with flat memory."""
    return _read(connection, select(*columns))


def batches_after(connection: Connection, table: Table, key: Row | None) -> Iterator[list[Row]]:
    """What follows the row with this primary key (None: all), in the order of this database's keys."""
    keys = list(table.primary_key)
    query = select(*table.c).order_by(*keys)
    if key is not None:
        values = [literal(value, column.type) for value, column in zip(key, keys, strict=True)]
        query = query.where(tuple_(*keys) > tuple_(*values))
    batch: list[Row] = []
    size_bytes = 0
    for row in _read(connection, query):
        batch.append(row)
        size_bytes += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(batch) == ROWS_AT_ONCE or size_bytes >= BYTES_AT_ONCE:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch


def _read(connection: Connection, query: Select[Any]) -> Iterator[Row]:
    with connection.execute(query, execution_options={"yield_per": ROWS_PER_FETCH}) as result:
        for row in result:
            yield tuple(row)


def without_nul(row: Row) -> Row:
    """The row with U+FFFD in the place of each NUL: as long in characters, which other columns may count."""
    return tuple(value.replace(NUL, REPLACEMENT) if isinstance(value, str) else value for value in row)


def key_of(table: Table, row: Row) -> Row:
    """The primary key of a row that has every column."""
    places = [list(table.c).index(column) for column in table.primary_key]
    return tuple(row[place] for place in places)


def key_text(key: Row) -> str:
    """A key as JSON text, for `read_key`."""
    return json.dumps([_named(value) for value in key])


def read_key(text: str) -> Row:
    """What `key_text` was given."""
    return tuple(_READERS[kind](value) for kind, value in json.loads(text))


_READERS: dict[str, Callable[[Any], Any]] = {
    "bytes": bytes.fromhex,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "plain": lambda value: value,
}


def _named(value: Any) -> tuple[str, Any]:
    if isinstance(value, bytes):
        return "bytes", value.hex()
    if isinstance(value, datetime):
        return "datetime", value.isoformat()
    return ("date", value.isoformat()) if isinstance(value, date) else ("plain", value)
