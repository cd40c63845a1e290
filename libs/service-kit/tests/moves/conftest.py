"""A small service whose tables have every type of column, with a database on SQLite and a server to move to."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from service_kit.columns import UtcDateTime
from service_kit.database import create_database_engine
from service_kit.migrations import NAMING_CONVENTION, upgrade_to_head
from service_kit.moves.move import Move
from service_kit.moves.tables import MovedTables
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    insert,
)
from support.postgres import PostgresServer, running_postgres

ENVIRONMENT = """
from alembic import context
from service_kit.migrations import run_environment
from sqlalchemy import MetaData

run_environment(context, MetaData(), "sqlite://")
"""
# One row comes with the migration, as roles and alert rules do.
FIRST = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0001", None, None, None


def upgrade():
    op.create_table("owners", sa.Column("name", sa.String(20), primary_key=True))
    op.execute("INSERT INTO owners (name) VALUES ('seeded')")
    op.create_table(
        "notes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("owner", sa.String(20), sa.ForeignKey("owners.name")),
        sa.Column("title", sa.String(20), nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("is_read", sa.Boolean, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("answer", sa.JSON),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("weight", sa.Float),
        sa.Column("amount", sa.BigInteger),
        sa.Column("small", sa.SmallInteger),
        sa.Column("picture", sa.LargeBinary),
    )
    op.create_table(
        "sums",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("total", sa.BigInteger, nullable=False),
    )
"""
SECOND = """
revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    pass
"""
metadata = MetaData(naming_convention=NAMING_CONVENTION)
owners = Table("owners", metadata, Column("name", String(20), primary_key=True))
notes = Table(
    "notes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("owner", String(20), ForeignKey("owners.name")),
    Column("title", String(20), nullable=False),
    Column("body", Text),
    Column("is_read", Boolean, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("answer", JSON(none_as_null=True)),
    Column("at", UtcDateTime, nullable=False),
    Column("day", Date),
    Column("weight", Float),
    Column("amount", BigInteger),
    Column("small", SmallInteger),
    Column("picture", LargeBinary),
)
sums = Table(
    "sums",
    metadata,
    Column("day", Date, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("total", BigInteger, nullable=False),
)
# What COPY, JSON or a collation could take for something else.
ODD_TEXTS = (
    "",
    "\\N",
    "\\.",
    "a\tb\nc\r\nd\\",
    "'\"\"'",
    "ÄÖ ß é e\u0301",
    "日本語",
    "😀 \U0001f469\u200d\U0001f467",
    "\u202eabc",
    "\ufffe\uffff",
    "NULL",
    " ",
)
NOON = datetime(2026, 2, 28, 12, 0, 0, 1, UTC)


def note(number: int, **changes: Any) -> dict[str, Any]:
    """A row whose values depend on its number."""
    odd = ODD_TEXTS[number % len(ODD_TEXTS)]
    row = {
        "number": number,
        "owner": "seeded" if number % 2 else None,
        "title": odd[:20],
        "body": odd * number if number % 5 else None,
        "is_read": bool(number % 3),
        "tags": [odd, {"z": number, "a": None, "nul": "\0"}],
        "answer": {"odd": odd} if number % 2 else None,
        "at": NOON + timedelta(microseconds=number, days=number),
        "day": date(2026, 1, 1) + timedelta(days=number) if number % 4 else None,
        "weight": (0.1, 1e300, -5e-324, None, 3.0)[number % 5],
        "amount": (2**63 - 1 - number, -(2**63) + number, None)[number % 3],
        "small": (32_767, -32_768, None)[number % 3],
        "picture": bytes(range(256)) + bytes([number % 256]) if number % 3 else None,
    }
    return row | changes


def summed(number: int) -> dict[str, Any]:
    """A row with a key of four types, of which any may decide the order."""
    return {
        "day": date(2026, 1, 1 + number % 2),
        "at": NOON + timedelta(microseconds=number % 3),
        "digest": bytes([number % 5, 0, 255]),
        "name": f"{ODD_TEXTS[number % len(ODD_TEXTS)][:10]}{number}",
        "total": number,
    }


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:
        yield running


@pytest.fixture
def tables(tmp_path: Path) -> MovedTables:
    folder = tmp_path / "service"
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "migrations" / "env.py").write_text(ENVIRONMENT)
    (versions / "0001_notes.py").write_text(FIRST)
    return MovedTables("notes-service", folder, metadata)


Fill = Callable[..., None]


def fill(url: str, table: Table, *rows: dict[str, Any]) -> None:
    """Rows that a service has stored."""
    engine = create_database_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(table), rows)
    engine.dispose()


@pytest.fixture
def source(tables: MovedTables, tmp_path: Path) -> str:
    """A database with 40 notes and 40 sums."""
    url = f"sqlite:///{(tmp_path / 'notes.db').as_posix()}"
    upgrade_to_head(tables.folder, url)
    fill(url, notes, *map(note, range(1, 41)))
    fill(url, sums, *map(summed, range(40)))
    return url


@pytest.fixture
def target(server: PostgresServer) -> str:
    return server.new_database()


@pytest.fixture
def said() -> list[str]:
    """What a move has told."""
    return []


@pytest.fixture
def move(tables: MovedTables, source: str, target: str, said: list[str]) -> Move:
    return Move(tables, source, target, said.append)
