"""Inserts that meet rows which are there already, on both databases."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from service_kit.columns import UtcDateTime
from service_kit.database import Database, create_database_engine
from service_kit.upsert import RowValues, add_all, add_to, insert_new, put_all
from sqlalchemy import BigInteger, Boolean, Column, Float, LargeBinary, MetaData, String, Table, Text, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from support.databases import new_database_url

T = TypeVar("T")
metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(8), primary_key=True),
    Column("note", Text),
    Column("made_at", UtcDateTime),
    Column("share", Float),
    Column("is_new", Boolean),
    Column("picture", LargeBinary),
)
sums = Table(
    "sums",
    metadata,
    Column("name", String(8), primary_key=True),
    Column("one", BigInteger, nullable=False, default=0),
    Column("other", BigInteger, nullable=False, default=0),
)
EMPTY = dict.fromkeys(column.name for column in things.c)
FULL = {
    "place": 2**60,
    "name": "ä'\"\\,{}",
    "note": 'Two\nlines, a "quote", a \\ and 🌻',
    "made_at": datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC),
    "share": 0.1 + 0.2,
    "is_new": True,
    "picture": bytes(range(256)),
}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = new_database_url(tmp_path / "upsert.db")
    engine = create_database_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    database = Database(url, threads=2)
    yield database
    await database.close()


async def rows_of(database: Database, table: Table) -> list[dict[str, Any]]:
    def work(session: Session) -> list[dict[str, Any]]:
        return [dict(row) for row in session.execute(select(table).order_by(*table.primary_key)).mappings()]

    return await database.read(work)


async def write(
    database: Database, how: Callable[[Session, Table, Sequence[RowValues]], T], table: Table, *rows: RowValues
) -> T:
    return await database.write(lambda session: how(session, table, rows))


def thing(place: int, name: str = "a", note: str | None = None) -> dict[str, Any]:
    return EMPTY | {"place": place, "name": name, "note": note}


class TestInsertNew:
    async def test_keeps_every_kind_of_value(self, database: Database) -> None:
        assert len(await write(database, insert_new, things, FULL, thing(1))) == 2
        assert await rows_of(database, things) == [thing(1), FULL]

    async def test_returns_only_what_was_not_there(self, database: Database) -> None:
        await write(database, insert_new, things, thing(1, note="first"))
        new = await write(database, insert_new, things, thing(1, note="second"), thing(2), thing(1, "b"))
        assert sorted((row["place"], row["name"]) for row in new) == [(1, "b"), (2, "a")]
        assert [row["note"] for row in await rows_of(database, things)] == ["first", None, None]

    async def test_takes_the_first_of_two_with_one_key(self, database: Database) -> None:
        new = await write(database, insert_new, things, thing(1, note="first"), thing(1, note="second"))
        assert new == [thing(1, note="first")]
        assert await rows_of(database, things) == new

    async def test_takes_none_and_a_thousand(self, database: Database) -> None:
        assert await write(database, insert_new, things) == []
        many = [thing(place) for place in range(1_001)]
        assert len(await write(database, insert_new, things, *many)) == 1_001
        assert await write(database, insert_new, things, *many) == []

    async def test_writes_nothing_where_one_row_is_refused(self, database: Database) -> None:
        with pytest.raises(IntegrityError):
            await write(
                database, insert_new, sums, {"name": "a", "one": 1, "other": 1}, {"name": "b", "one": 1, "other": None}
            )
        assert await rows_of(database, sums) == []


class TestAddAll:
    async def test_adds_to_what_is_there_and_makes_the_rest(self, database: Database) -> None:
        await write(database, add_all, sums, {"name": "b", "one": 1, "other": 10})
        await write(
            database, add_all, sums, {"name": "b", "one": 2, "other": -4}, {"name": "a", "one": 5, "other": 2**60}
        )
        assert await rows_of(database, sums) == [
            {"name": "a", "one": 5, "other": 2**60},
            {"name": "b", "one": 3, "other": 6},
        ]


class TestAddTo:
    async def test_leaves_what_it_does_not_name(self, database: Database) -> None:
        await database.write(lambda session: add_to(session, sums, {"name": "a", "one": 1, "other": 2}))
        await database.write(lambda session: add_to(session, sums, {"name": "a", "other": 3}))
        assert await rows_of(database, sums) == [{"name": "a", "one": 1, "other": 5}]


class TestPutAll:
    async def test_takes_the_place_of_what_is_there(self, database: Database) -> None:
        await write(database, put_all, things, FULL, thing(1, note="old"))
        await write(database, put_all, things, thing(1), FULL | {"picture": b"", "is_new": False})
        assert await rows_of(database, things) == [thing(1), FULL | {"picture": b"", "is_new": False}]
