"""Rows that SQLite has taken and PostgreSQL would refuse, found before anything is written."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    cast,
    func,
    literal,
    or_,
    select,
)

from service_kit.moves.tables import MovedTables

SMALL_LIMIT, LIMIT = 2**15, 2**31
REMEDY = (
    "PostgreSQL keeps no text with the character NUL: with --replace-nul the move puts U+FFFD in its place, in the "
    "target alone."
)


def unfit_rows(connection: Connection, tables: MovedTables, *, is_nul_replaced: bool) -> list[str]:
    """A sentence for each column of an SQLite source with rows that cannot be carried."""
    found = []
    for table in tables.carried:
        found += _unfit_in(connection, table, is_nul_replaced=is_nul_replaced)
    return found


def _unfit_in(connection: Connection, table: Table, *, is_nul_replaced: bool) -> list[str]:
    faults = [
        (f"{table.name}.{column.name}", what, condition)
        for column in table.c
        for what, condition in _faults(column, is_nul_replaced=is_nul_replaced)
    ]
    if not faults:
        return []
    counts = connection.execute(select(*(func.count().filter(condition) for _, _, condition in faults))).one()
    pairs = zip(faults, counts, strict=True)
    return [f"{name}: {count:,} rows {what}." for (name, what, _), count in pairs if count]


def _faults(column: Column[Any], *, is_nul_replaced: bool) -> list[tuple[str, ColumnElement[bool]]]:
    kind = column.type
    if isinstance(kind, String):
        faults: list[tuple[str, ColumnElement[bool]]] = []
        if not is_nul_replaced:  # length() and replace() of SQLite end at a NUL; bytes do not
            holds_nul = func.instr(cast(column, LargeBinary), literal(b"\0", LargeBinary)) > 0
            faults.append((f"have the character NUL. {REMEDY.rstrip('.')}", holds_nul))
        if kind.length is not None:
            faults.append((f"have more than {kind.length} characters", func.length(column) > kind.length))
        return faults
    if isinstance(kind, Integer) and not isinstance(kind, BigInteger):
        limit = SMALL_LIMIT if isinstance(kind, SmallInteger) else LIMIT
        return [(f"have a number beyond {limit - 1:,}", or_(column >= limit, column < -limit))]
    return []
