"""Rows for every table of a service, whatever its columns: for proofs that a move carries all of them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from service_kit.database import create_database_engine
from service_kit.migrations import upgrade_to_head
from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, MetaData, SmallInteger, Table, insert
from sqlalchemy.types import TypeDecorator

FEW = 7
FIRST_NUMBER = 20  # behind what migrations put into tables
ROWS_AT_ONCE = 5_000
START = datetime(2026, 1, 1, tzinfo=UTC)
# Each is shorter than the shortest text column.
ODD = ("\\N", "\t\n\\", "ß é", "日本", "😀", "'\"", "\u202e", "")
WORDS = "The quick brown fox jumps over the lazy dog. "
Value = Callable[[int], Any]


def fill_every_table(folder: Path, url: str, metadata: MetaData, sizes: Mapping[str, int], leave_out: str = "") -> None:
    """Makes the tables and puts so many rows into each that is named, a few into every other but `leave_out`."""
    upgrade_to_head(folder, url)
    engine = create_database_engine(url, sqlite_synchronous="NORMAL")
    for table in metadata.sorted_tables:
        if table.name == leave_out:
            continue
        rows = _rows_of(table, sizes)
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            with engine.begin() as connection:
                connection.execute(insert(table), batch)
    engine.dispose()


def _rows_of(table: Table, sizes: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    size = sizes.get(table.name, FEW)
    columns = {column.name: _values_of(column, sizes) for column in table.c}
    for number in range(FIRST_NUMBER, FIRST_NUMBER + size):
        yield {name: value(number) for name, value in columns.items()}


def _values_of(column: Column[Any], sizes: Mapping[str, int]) -> Value:
    """What the column has in the row of a number. Keys are as their parents' are, and no text comes twice."""
    if column.foreign_keys:
        parent = next(iter(column.foreign_keys)).column
        value, size = _values_of(parent, sizes), sizes.get(parent.table.name, FEW)
        # As many children each, one after another; what may have one child has it by the same number.
        return lambda number: value(FIRST_NUMBER + (number - FIRST_NUMBER) % size)
    value = _value_of(column)
    is_sometimes_empty = column.nullable and not isinstance(column.type, Boolean)
    return (lambda number: value(number) if number % 3 else None) if is_sometimes_empty else value


def _value_of(column: Column[Any]) -> Value:
    kind: Any = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, Boolean):
        return lambda number: number % 2 == 0
    if isinstance(kind, SmallInteger):
        return lambda number: number % 30_000
    if isinstance(kind, Integer):
        return lambda number: number
    if isinstance(kind, Float):
        return lambda number: number / 7
    if isinstance(kind, LargeBinary):
        return lambda number: number.to_bytes(12, "big")
    if isinstance(kind, JSON):
        return lambda number: {"of": [number, None, ODD[number % len(ODD)], "\0"]}
    if isinstance(kind, Date):
        return lambda number: date(2026, 1, 1) + timedelta(days=number % 10_000)
    if kind.python_type is datetime:
        return lambda number: START + timedelta(seconds=number, microseconds=number % 1_000_000)
    return _texts(kind.length)


def _texts(length: int | None) -> Value:
    if length is None:
        return lambda number: f"{WORDS * (number % 6)}{ODD[number % len(ODD)]} word{number}"
    return lambda number: f"{number:06x}{ODD[number % len(ODD)]}"[:length]
