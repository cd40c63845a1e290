"""The inserts that SQLite and PostgreSQL share by meaning and not by import.

Rows go in by the order of their keys, so that two transactions with the same rows wait for each other in turn instead
of locking each other out. Batches of events come all day long, and what SQLAlchemy does for each row anew costs more
than the database does for it: SQLite's driver gets the rows as they are, PostgreSQL all of them as one JSON array.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Dialect,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    tuple_,
)
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
    """An insert of one row with all its columns, as SQLite's driver takes it."""

    text: str
    names: tuple[str, ...]  # in the order of the marks
    processors: dict[str, Callable[[Any], Any]]  # of the columns whose values the driver does not take as they are

    def parameters(self, row: RowValues) -> tuple[Any, ...]:
        values = dict(row)
        for name, process in self.processors.items():
            values[name] = process(values[name])
        return tuple(map(values.__getitem__, self.names))


def insert_new(session: Session, table: Table, rows: Sequence[RowValues]) -> list[RowValues]:
    """Inserts the rows whose primary key is not there yet, each with all columns; returns those alone.

    Of two with one key the first goes in.
    """
    by_key = _by_key(table, rows)
    if session.get_bind().dialect.name == "sqlite":
        # The transaction has the only right to write: what is not there now will not be there before it is inserted.
        known = _known_keys(session, table, list(by_key))
        new = [row for key, row in by_key.items() if key not in known]
        _execute(session, table, new, _OnConflict.KEEP)
        return new
    found = _execute(session, table, list(by_key.values()), _OnConflict.KEEP)
    return [by_key[key] for key in found]


def add_to(session: Session, table: Table, row: RowValues) -> None:
    """Adds the row's figures to those that stand under its primary key, or makes the row; it may name some alone."""
    statement: Any = _insert(session.get_bind().dialect)(table).values(**row)
    session.execute(_on_conflict(statement, table, _OnConflict.ADD, list(row)))


def add_all(session: Session, table: Table, rows: Sequence[RowValues]) -> None:
    """Does what `add_to` does with many rows, each of which names every column; no two have one key."""
    _execute(session, table, rows, _OnConflict.ADD)


def put_all(session: Session, table: Table, rows: Sequence[RowValues]) -> None:
    """Puts each row, which names every column, in the place of the one under its primary key, or makes it.

    No two have one key.
    """
    _execute(session, table, rows, _OnConflict.PUT)


def _execute(
    session: Session, table: Table, rows: Sequence[RowValues], on_conflict: _OnConflict
) -> list[tuple[Any, ...]]:
    """Inserts the rows. On PostgreSQL it returns the keys of those that were inserted or changed."""
    if not rows:
        return []
    connection = session.connection()
    keys = _key_names(table)
    ordered = sorted(rows, key=lambda row: [row[name] for name in keys])
    if connection.dialect.name == "sqlite":
        prepared = _one_row(connection.dialect, table, on_conflict)
        connection.exec_driver_sql(prepared.text, list(map(prepared.parameters, ordered)))
        return []
    found = connection.execute(_rows_at_once(table, on_conflict), {"rows": msgspec.json.encode(ordered).decode()})
    return [tuple(row) for row in found]


@cache
def _one_row(dialect: Dialect, table: Table, on_conflict: _OnConflict) -> _Prepared:
    names = [each.name for each in table.c]
    statement = _on_conflict(sqlite.insert(table), table, on_conflict, names)
    compiled = statement.compile(dialect=dialect, column_keys=names)
    processors = {each.name: each.type.dialect_impl(dialect).bind_processor(dialect) for each in table.c}
    return _Prepared(
        str(compiled),
        tuple(compiled.positiontup),
        {name: process for name, process in processors.items() if process is not None},
    )


@cache
def _rows_at_once(table: Table, on_conflict: _OnConflict) -> Any:
    names = [each.name for each in table.c]
    rows: BindParameter[str] = bindparam("rows", type_=Text)
    fields = [column(each.name, _type_in_json(each)) for each in table.c]
    read = func.json_to_recordset(cast(rows, postgresql.JSON)).table_valued(*fields, name="new")
    read = read.render_derived(with_types=True)
    chosen = select(*(_from_json(each, read.c[each.name]) for each in table.c))
    statement = postgresql.insert(table).from_select(names, chosen)
    return _on_conflict(statement, table, on_conflict, names).returning(*table.primary_key)


def _type_in_json(of: Column[Any]) -> Any:
    """Text without a length, so that what is too long is refused instead of cut."""
    return Text() if isinstance(of.type, String | LargeBinary) else of.type


def _from_json(of: Column[Any], read: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.decode(read, "base64") if isinstance(of.type, LargeBinary) else read


def _on_conflict(statement: Any, table: Table, on_conflict: _OnConflict, names: Sequence[str]) -> Any:
    keys = _key_names(table)
    new = {name: statement.excluded[name] for name in names if name not in keys}
    if on_conflict is _OnConflict.KEEP:
        return statement.on_conflict_do_nothing()
    if on_conflict is _OnConflict.ADD:
        new = {name: table.c[name] + excluded for name, excluded in new.items()}
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


def _known_keys(session: Session, table: Table, keys: Sequence[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    query = _keys_query(table)
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


def _by_key(table: Table, rows: Sequence[RowValues]) -> dict[tuple[Any, ...], RowValues]:
    keys = _key_names(table)
    return {tuple(row[name] for name in keys): row for row in reversed(rows)}


@cache
def _key_names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def _insert(dialect: Dialect) -> Any:
    return postgresql.insert if dialect.name == "postgresql" else sqlite.insert
