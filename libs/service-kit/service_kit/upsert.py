"""The inserts that SQLite and PostgreSQL share by meaning and not by import.

Rows go in by the order of their keys, so that two transactions with the same rows wait for each other in turn instead
of locking each other out. Statements are compiled once and go straight to the driver: batches of events come all day
long, and what SQLAlchemy does for each row anew costs more than the database does for it.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Table, bindparam, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

RowValues = Mapping[str, Any]
KEYS_AT_ONCE = 500


class _OnConflict(Enum):
    """What becomes of a row whose primary key is there already."""

    KEEP = auto()
    ADD = auto()
    PUT = auto()


class _Prepared(NamedTuple):
    """An insert of one row with all its columns, as the driver takes it."""

    text: str
    names: tuple[str, ...] | None  # in the order of the marks; None where marks have names
    processors: dict[str, Callable[[Any], Any]]  # of the columns whose values the driver does not take as they are

    def parameters(self, row: RowValues) -> Any:
        values = dict(row)
        for name, process in self.processors.items():
            values[name] = process(values[name])
        return values if self.names is None else tuple(map(values.__getitem__, self.names))


def insert_new(session: Session, table: Table, rows: Sequence[RowValues]) -> list[RowValues]:
    """Inserts the rows whose primary key is not there yet, each with all columns; returns those alone.

    Of two with one key the first goes in.
    """
    if not rows:
        return []
    if session.get_bind().dialect.name != "sqlite":
        return _insert_returning(session, table, rows)
    # The transaction has the only right to write: what is not there now will not be there before it is inserted.
    known = _known_keys(session, table, rows)
    new = [row for key, row in _by_key(table, rows).items() if key not in known]
    _execute(session, table, new, _OnConflict.KEEP)
    return new


def add_to(session: Session, table: Table, row: RowValues) -> None:
    """Adds the row's figures to those that stand under its primary key, or makes the row; it may name some alone."""
    statement = _insert(session, table).values(**row)
    keys = _key_names(table)
    sums = {name: table.c[name] + statement.excluded[name] for name in row if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=sums))


def add_all(session: Session, table: Table, rows: Sequence[RowValues]) -> None:
    """Does what `add_to` does with many rows, each of which names every column."""
    _execute(session, table, rows, _OnConflict.ADD)


def put_all(session: Session, table: Table, rows: Sequence[RowValues]) -> None:
    """Puts each row, which names every column, in the place of the one under its primary key, or makes it."""
    _execute(session, table, rows, _OnConflict.PUT)


def _execute(session: Session, table: Table, rows: Sequence[RowValues], on_conflict: _OnConflict) -> None:
    if rows:
        connection = session.connection()
        prepared = _prepared(connection.dialect, table, on_conflict)
        keys = _key_names(table)
        ordered = sorted(rows, key=lambda row: [row[name] for name in keys])
        connection.exec_driver_sql(prepared.text, list(map(prepared.parameters, ordered)))


@cache
def _prepared(dialect: Dialect, table: Table, on_conflict: _OnConflict) -> _Prepared:
    statement: Any = (postgresql if dialect.name == "postgresql" else sqlite).insert(table)
    names = [column.name for column in table.c]
    keys = _key_names(table)
    new = {name: statement.excluded[name] for name in names if name not in keys}
    if on_conflict is _OnConflict.KEEP:
        statement = statement.on_conflict_do_nothing()
    else:
        if on_conflict is _OnConflict.ADD:
            new = {name: table.c[name] + excluded for name, excluded in new.items()}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=new)
    compiled = statement.compile(dialect=dialect, column_keys=names)
    processors = {column.name: column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.c}
    return _Prepared(
        str(compiled),
        tuple(compiled.positiontup) if compiled.positional else None,
        {name: process for name, process in processors.items() if process is not None},
    )


def _known_keys(session: Session, table: Table, rows: Sequence[RowValues]) -> set[tuple[Any, ...]]:
    query, keys = _keys_query(table), list(_by_key(table, rows))
    known: set[tuple[Any, ...]] = set()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        wanted = some if len(some[0]) > 1 else [key for (key,) in some]
        known.update(tuple(row) for row in session.connection().execute(query, {"keys": wanted}))
    return known


@cache
def _keys_query(table: Table) -> Any:
    columns = list(table.primary_key)
    key = columns[0] if len(columns) == 1 else tuple_(*columns)
    return select(*columns).where(key.in_(bindparam("keys", expanding=True)))


def _insert_returning(session: Session, table: Table, rows: Sequence[RowValues]) -> list[RowValues]:
    by_key = _by_key(table, rows)
    statement = _insert(session, table).on_conflict_do_nothing().returning(*table.primary_key)
    ordered = [by_key[key] for key in sorted(by_key)]
    return [by_key[tuple(found)] for found in session.execute(statement, ordered)]


def _by_key(table: Table, rows: Sequence[RowValues]) -> dict[tuple[Any, ...], RowValues]:
    keys = _key_names(table)
    return {tuple(row[name] for name in keys): row for row in reversed(rows)}


@cache
def _key_names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def _insert(session: Session, table: Table) -> Any:
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)
