"""An upgrade through every released schema with rows in every table, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from service_kit.database import create_database_engine
from service_kit.migrations import migrate
from sqlalchemy import Column, Connection, MetaData, Table

ROWS = 2
BOOKKEEPING = "alembic_version"
Rows = list[dict[str, Any]]


@dataclass
class Upgrade:
    """`left_out` begins the names of tables that triggers alone write. `made_anew` are the tables whose rows a revision
    throws away on purpose, because they are made again from others.
    """

    folder: Path
    url: str
    left_out: str = BOOKKEEPING
    made_anew: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def lost(self) -> list[str]:
        """Goes from the oldest schema to the newest, a revision at a time, and fills each table when it comes.

        Returns: each row that is not there with its values at the end, as text.
        """
        known: dict[str, Rows] = {}
        revisions = [script.revision for script in ScriptDirectory(str(self.folder / "migrations")).walk_revisions()]
        engine = create_database_engine(self.url)
        try:
            for revision in reversed(revisions):
                migrate(self.folder, self.url, revision)
                with engine.begin() as connection:
                    for table in self.made_anew.get(revision, ()):
                        known.pop(table)
                    self._fill(connection, known)
            with engine.begin() as connection:
                now = {table.name: _rows_of(connection, table) for table in self._tables(connection)}
        finally:
            engine.dispose()
        assert known, "no table was filled"
        return [f"{name}: {row}" for name, rows in known.items() for row in rows if not _is_there(row, now[name])]

    def _fill(self, connection: Connection, known: dict[str, Rows]) -> None:
        for table in self._tables(connection):
            if table.name in known:
                continue
            if not _rows_of(connection, table):  # else the migration itself has put some in
                connection.execute(table.insert(), [_row(table, number, known) for number in range(ROWS)])
            known[table.name] = _rows_of(connection, table)

    def _tables(self, connection: Connection) -> list[Table]:
        """Those that others refer to come first."""
        metadata = MetaData()
        metadata.reflect(connection, only=lambda name, _: name != BOOKKEEPING and not name.startswith(self.left_out))
        return metadata.sorted_tables


def _rows_of(connection: Connection, table: Table) -> Rows:
    return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def _row(table: Table, number: int, known: Mapping[str, Rows]) -> dict[str, Any]:
    return {column.name: _value(column, number, known) for column in table.columns}


def _value(column: Column[Any], number: int, known: Mapping[str, Rows]) -> Any:
    for key in column.foreign_keys:
        return known[key.column.table.name][number][key.column.name]
    kind = column.type
    if isinstance(kind, sa.DateTime):
        at = datetime(2026, 1, 1 + number, 12, 30, 15, 123456, tzinfo=UTC)
        return at if kind.timezone else at.replace(tzinfo=None)
    plain: list[tuple[type[Any], Any]] = [
        (sa.Boolean, bool(number)),
        (sa.Integer, number + 1),
        (sa.Float, number + 0.5),
        (sa.Date, date(2026, 1, 1 + number)),
        (sa.JSON, {"number": number}),
        (sa.LargeBinary, bytes([number, 0, 255])),
    ]
    for type_, value in plain:
        if isinstance(kind, type_):
            return value
    assert isinstance(kind, sa.String), f"no value for {column}"
    return f"{number} \u00fc {column.name}"[: kind.length]


def _is_there(row: Mapping[str, Any], rows: Rows) -> bool:
    """Columns that came later may have any value."""
    return any(all(found[name] == value for name, value in row.items()) for found in rows)
