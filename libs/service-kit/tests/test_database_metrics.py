"""How long units of work wait is seen, for reads and for writes of both ways."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from service_kit.database import Database
from service_kit.database_metrics import DatabaseMetrics
from service_kit.errors import DatabaseUnavailable
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

TIME_LIMIT_SECONDS = 10.0


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
async def database(tmp_path: Path, registry: CollectorRegistry) -> AsyncIterator[Database]:
    url = f"sqlite:///{(tmp_path / 'kit.db').as_posix()}"
    database = Database(url, threads=1, sqlite_synchronous="NORMAL", metrics=DatabaseMetrics(registry))
    yield database
    await database.close()


def waits(registry: CollectorRegistry, operation: str) -> tuple[float, float]:
    """How many have waited, and for how many seconds together."""
    count = registry.get_sample_value("database_wait_seconds_count", {"operation": operation})
    total = registry.get_sample_value("database_wait_seconds_sum", {"operation": operation})
    assert count is not None
    assert total is not None
    return count, total


def saying(statement: str) -> Callable[[Session], None]:
    """A unit of work that says this to the database."""

    def say(session: Session) -> None:
        session.execute(text(statement))

    return say


def is_one(session: Session) -> bool:
    return bool(session.execute(text("SELECT 1")).scalar_one())


class TestDatabaseMetrics:
    async def test_show_a_write_that_waits_for_another(self, database: Database, registry: CollectorRegistry) -> None:
        is_held, release = threading.Event(), threading.Event()

        def hold(_session: Session) -> float:
            is_held.set()
            release.wait(TIME_LIMIT_SECONDS)
            return registry.get_sample_value("database_writes_waiting") or 0.0

        async with asyncio.timeout(TIME_LIMIT_SECONDS):
            holder = asyncio.create_task(database.write(hold))
            await asyncio.to_thread(is_held.wait, TIME_LIMIT_SECONDS)
            followers = [asyncio.create_task(database.write(is_one)) for _ in range(3)]
            while registry.get_sample_value("database_writes_waiting") != 3:  # noqa: ASYNC110 - a thread's queue
                await asyncio.sleep(0)
            release.set()
            assert await holder == 3
            assert await asyncio.gather(*followers) == [True] * 3
        count, total = waits(registry, "write")
        assert count == 4
        assert total > 0
        assert registry.get_sample_value("database_writes_waiting") == 0

    async def test_show_reads_beside_them(self, database: Database, registry: CollectorRegistry) -> None:
        assert await database.read(is_one)
        assert waits(registry, "read")[0] == 1
        assert waits(registry, "write")[0] == 0

    async def test_count_a_unit_that_fails(self, database: Database, registry: CollectorRegistry) -> None:
        def fail(_session: Session) -> None:
            raise LookupError

        for call in (database.read, database.write):
            with pytest.raises(LookupError):
                await call(fail)
        assert waits(registry, "read")[0] == waits(registry, "write")[0] == 1

    async def test_count_what_the_database_refuses_and_not_what_a_constraint_does(
        self, database: Database, registry: CollectorRegistry
    ) -> None:
        await database.write(saying("CREATE TABLE one (id INTEGER PRIMARY KEY)"))
        for statement, error, failures in (
            ("INSERT INTO one VALUES (1), (1)", IntegrityError, 0),
            ("INSERT INTO nowhere VALUES (1)", DatabaseUnavailable, 1),
        ):
            with pytest.raises(error):
                await database.write(saying(statement))
            assert registry.get_sample_value("database_failures_total") == failures

    async def test_are_not_needed(self, tmp_path: Path) -> None:
        database = Database(f"sqlite:///{(tmp_path / 'plain.db').as_posix()}", threads=1)
        assert await database.write(is_one)
        await database.close()
