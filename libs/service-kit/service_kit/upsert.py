"""The two inserts that SQLite and PostgreSQL share by meaning and not by import."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

RowValues = Mapping[str, Any]


def insert_new(
    session: Session, table: Table, rows: Sequence[RowValues], returning: ColumnElement[Any]
) -> Sequence[Row[Any]]:
    """Inserts the rows whose primary key is not there yet; returns `returning` of those alone.

    Rows go in by the order of their keys, so that two transactions with the same rows wait for each other in turn
    instead of locking each other out.
    """
    if not rows:
        return []
    keys = [column.name for column in table.primary_key]
    ordered = sorted(rows, key=lambda row: [row[key] for key in keys])
    statement = _insert(session, table).on_conflict_do_nothing().returning(returning)
    return session.execute(statement, ordered).all()


def add_to(session: Session, table: Table, row: RowValues) -> None:
    """Adds the row's figures to those that stand under its primary key, or makes the row."""
    keys = [column.name for column in table.primary_key]
    statement = _insert(session, table).values(**row)
    sums = {name: table.c[name] + statement.excluded[name] for name in row if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=sums))


def _insert(session: Session, table: Table) -> Any:
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
