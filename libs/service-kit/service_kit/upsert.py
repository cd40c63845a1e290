"""The inserts that SQLite and PostgreSQL share by meaning and not by import."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

RowValues = Mapping[str, Any]


def insert_new(
    session: Session, table: Table, rows: Sequence[RowValues], *returning: ColumnElement[Any]
) -> Sequence[Row[Any]]:
    """Inserts the rows whose primary key is not there yet; returns `returning` of those alone.

    Rows go in by the order of their keys, so that two transactions with the same rows wait for each other in turn
    instead of locking each other out.
    """
    if not rows:
        return []
    keys = [column.name for column in table.primary_key]
    ordered = sorted(rows, key=lambda row: [row[key] for key in keys])
    statement = _insert(session, table).on_conflict_do_nothing().returning(*returning)
    return session.execute(statement, ordered).all()


def add_to(session: Session, table: Table, row: RowValues) -> None:
    """Adds the row's figures to those that stand under its primary key, or makes the row."""
    keys = [column.name for column in table.primary_key]
    statement = _insert(session, table).values(**row)
    sums = {name: table.c[name] + statement.excluded[name] for name in row if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=sums))


def add_all(session: Session, table: Table, rows: Sequence[RowValues]) -> None:
    """Does what `add_to` does with many rows, each of which names every column; they go in by the order of keys."""
    _execute_ordered(session, table, _upsert(session.get_bind().dialect.name, table, is_added=True), rows)


def put_all(session: Session, table: Table, rows: Sequence[RowValues]) -> None:
    """Puts each row, which names every column, in the place of the one under its primary key, or makes it."""
    _execute_ordered(session, table, _upsert(session.get_bind().dialect.name, table, is_added=False), rows)


def _execute_ordered(session: Session, table: Table, statement: Any, rows: Sequence[RowValues]) -> None:
    if rows:
        keys = [column.name for column in table.primary_key]
        ordered = sorted(rows, key=lambda row: [row[key] for key in keys])
        session.connection().execute(statement, ordered)


@cache
def _upsert(dialect: str, table: Table, *, is_added: bool) -> Any:
    """Built once for each table: batches of events come all day long."""
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.c if not column.primary_key]
    new = {name: table.c[name] + statement.excluded[name] if is_added else statement.excluded[name] for name in others}
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


def _insert(session: Session, table: Table) -> Any:
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
