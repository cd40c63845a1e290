"""Units of work: what is read, what is kept, and what a caller is told when the database fails."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from service_kit.database import Database, create_database_engine
from service_kit.errors import DatabaseUnavailable
from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

metadata = MetaData()
notes = Table("notes", metadata, Column("id", Integer, primary_key=True), Column("body", String))
counters = Table("counters", metadata, Column("name", String, primary_key=True), Column("value", Integer))


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/new/folder/kit.db"
    engine = create_database_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url, threads=4)
    yield database
    await database.close()


def add_note(session: Session) -> int:
    session.execute(insert(notes).values(id=1, body="text"))
    return 1


def count_notes(session: Session) -> int:
    return session.execute(select(func.count()).select_from(notes)).scalar_one()


def increment(session: Session) -> int:
    """Reads, computes and writes back: the pattern that loses updates without a lock."""
    value: int = session.execute(select(counters.c.value)).scalar_one()
    session.execute(update(counters).values(value=value + 1))
    return value + 1


class TestRead:
    async def test_it_answers_what_the_work_answers(self, database: Database) -> None:
        assert await database.read(count_notes) == 0

    async def test_what_it_writes_is_rolled_back(self, database: Database) -> None:
        assert await database.read(add_note) == 1
        assert await database.read(count_notes) == 0

    async def test_it_runs_in_a_thread_and_gives_its_connection_back(self, database: Database) -> None:
        def work(_session: Session) -> int:
            return threading.get_ident()

        assert await database.read(work) != threading.get_ident()
        assert database.connections_in_use == 0

    async def test_its_own_error_comes_through(self, database: Database) -> None:
        def work(_session: Session) -> None:
            raise LookupError("its own affair")

        with pytest.raises(LookupError):
            await database.read(work)
        assert database.connections_in_use == 0

    async def test_more_readers_than_threads_all_get_their_answer(self, database: Database) -> None:
        assert await asyncio.gather(*(database.read(count_notes) for _ in range(50))) == [0] * 50


class TestWrite:
    async def test_it_is_committed_when_it_is_answered(self, database: Database, url: str) -> None:
        assert await database.write(add_note) == 1
        stranger = create_database_engine(url)
        with stranger.connect() as connection:
            assert connection.execute(select(notes.c.body)).scalar_one() == "text"
        stranger.dispose()

    async def test_an_error_leaves_nothing_behind(self, database: Database) -> None:
        def work(session: Session) -> None:
            add_note(session)
            raise LookupError("its own affair")

        with pytest.raises(LookupError):
            await database.write(work)
        assert await database.read(count_notes) == 0

    async def test_a_violated_constraint_is_the_callers_to_explain(self, database: Database) -> None:
        await database.write(add_note)
        with pytest.raises(IntegrityError):
            await database.write(add_note)

    async def test_concurrent_increments_are_none_lost(self, database: Database) -> None:
        await database.write(lambda session: session.execute(insert(counters).values(name="n", value=0)))
        values = await asyncio.gather(*(database.write(increment) for _ in range(200)))
        assert sorted(values) == list(range(1, 201))

    async def test_two_databases_on_one_file_lose_no_increment(self, database: Database, url: str) -> None:
        await database.write(lambda session: session.execute(insert(counters).values(name="n", value=0)))
        other = Database(url, threads=1)
        try:
            values = await asyncio.gather(*(each.write(increment) for each in (database, other) for _ in range(30)))
        finally:
            await other.close()
        assert sorted(values) == list(range(1, 61))

    async def test_the_loop_is_free_meanwhile(self, database: Database) -> None:
        is_released = threading.Event()
        writing = asyncio.create_task(database.write(lambda _session: is_released.wait(20)))
        assert await database.read(count_notes) == 0  # a reader does not wait for the writer either
        is_released.set()
        assert await writing


class TestSessionInfo:
    async def test_every_session_tells_how_the_installation_is_set_up(self, url: str) -> None:
        database = Database(url, session_info={"mail": True})
        assert await database.read(lambda session: dict(session.info)) == {"mail": True}
        assert await database.write(lambda session: dict(session.info)) == {"mail": True}
        await database.close()

    async def test_without_any_there_is_none(self, database: Database) -> None:
        assert await database.write(lambda session: dict(session.info)) == {}


class TestFailure:
    async def test_a_failing_query_is_no_excuse_with_sql_in_it(self, database: Database) -> None:
        for run in (database.read, database.write):
            with pytest.raises(DatabaseUnavailable) as caught:
                await run(lambda session: session.execute(text("SELECT secret FROM nowhere")))
            assert "nowhere" not in caught.value.detail
            assert caught.value.headers == {"Retry-After": "5"}

    async def test_a_full_disk_is_told_and_the_writer_goes_on(self, database: Database) -> None:
        async def set_room(pages: int) -> None:
            await database.write(lambda session: session.execute(text(f"PRAGMA max_page_count = {pages}")).all())

        await set_room(20)
        with pytest.raises(DatabaseUnavailable):
            await database.write(lambda session: session.execute(insert(notes).values(body="x" * 200_000)))
        await set_room(100_000)
        assert await database.write(add_note) == 1
        assert await database.read(count_notes) == 1

    async def test_a_database_that_cannot_be_opened_does_not_answer_the_ping(self, tmp_path: Path) -> None:
        database = Database(f"sqlite:///{tmp_path}", threads=1)  # a folder is no file
        with pytest.raises(DatabaseUnavailable):
            await database.ping()
        with pytest.raises(DatabaseUnavailable):
            await database.write(add_note)
        await database.close()

    async def test_a_database_that_answers_does(self, database: Database) -> None:
        await database.ping()
        assert database.dialect == "sqlite"

    async def test_a_closed_database_takes_no_more_writes(self, url: str) -> None:
        database = Database(url)
        await database.close()
        with pytest.raises(DatabaseUnavailable):
            await database.write(add_note)


class TestClose:
    async def test_it_waits_for_what_was_submitted(self, url: str) -> None:
        database = Database(url)
        writes = [asyncio.ensure_future(database.write(add_numbered(number))) for number in range(50)]
        await asyncio.sleep(0)  # each has submitted its unit
        await database.close()
        assert await asyncio.gather(*writes) == list(range(50))


class TestEngine:
    def test_sqlite_has_our_settings(self, url: str) -> None:
        engine = create_database_engine(url, sqlite_synchronous="NORMAL")
        with engine.connect() as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        engine.dispose()
        assert found == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 10_000}


def add_numbered(number: int) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        session.execute(insert(notes).values(body=str(number)))
        return number

    return work
