"""The one way to a database: a unit of work is a function of a session, run in a thread, in one transaction."""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from service_kit import tracing
from service_kit.announcer import Announcer
from service_kit.database_metrics import DatabaseMetrics
from service_kit.errors import DatabaseUnavailable, InvalidInput
from service_kit.sqlite_writer import SqliteWriter

T = TypeVar("T")
Work = Callable[[Session], T]

BUSY_TIMEOUT_MS = 10_000
log = structlog.get_logger(__name__)


def create_database_engine(
    url: str,
    *,
    pool_size: int = 1,
    sqlite_synchronous: Literal["NORMAL", "FULL"] = "FULL",
    sqlite_begin: Literal["BEGIN", "BEGIN IMMEDIATE"] = "BEGIN IMMEDIATE",
) -> Engine:
    """An engine with our settings for its kind of database; makes the folder of an SQLite file.

    `BEGIN IMMEDIATE` because with SQLAlchemy's default 86 % of read-modify-write increments were lost.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # In a server's own zone the last hours of the calendar cannot be read, and dates are others.
        options = f"{parsed.query.get('options', '')} -c timezone=UTC".strip()
        return create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=True,
            pool_timeout=10,
            connect_args={"options": options},
        )
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, pool_size=pool_size, max_overflow=0)
    _write_savepoints_plainly(engine.dialect)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late; ours is below
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            f"synchronous = {sqlite_synchronous}",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(sqlite_begin)

    return engine


def _write_savepoints_plainly(dialect: Any) -> None:
    """Each savepoint has a name of its own, so SQLAlchemy would compile its statements anew for every write."""

    def say(words: str) -> Callable[[Connection, str], None]:
        def say_it(connection: Connection, name: str) -> None:
            connection.exec_driver_sql(f"{words} {name}")

        return say_it

    dialect.do_savepoint = say("SAVEPOINT")
    dialect.do_rollback_to_savepoint = say("ROLLBACK TO SAVEPOINT")
    dialect.do_release_savepoint = say("RELEASE SAVEPOINT")


class Database:
    """Runs units of work. One call is one transaction and one hop to a thread; none waits on the event loop.

    On SQLite all writes go through one thread that commits what is waiting together (16 times the throughput of
    one commit each, and one writer per file avoids the WAL-reset bug of SQLite before 3.51.3). On PostgreSQL each
    unit has its own connection from a pool of `threads`. `session_info` is what every session has in its `info`:
    how the installation is set up, for rules that get nothing but a session.
    """

    def __init__(
        self,
        url: str,
        *,
        threads: int = 8,
        sqlite_synchronous: Literal["NORMAL", "FULL"] = "FULL",
        session_info: Mapping[str, Any] | None = None,
        metrics: DatabaseMetrics | None = None,
    ) -> None:
        self._metrics = metrics
        self._note_read_wait = metrics.note_read_wait if metrics is not None else None
        self._note_write_wait = metrics.note_write_wait if metrics is not None else None
        self._is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._engine = create_database_engine(
            url, pool_size=threads, sqlite_synchronous=sqlite_synchronous, sqlite_begin="BEGIN"
        )
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")
        self._info = dict(session_info or {})
        self._announcer = Announcer()
        self._described = {"db.system.name": self._engine.dialect.name}
        self._writer = None
        if self._is_sqlite:
            writing = create_database_engine(url, sqlite_synchronous=sqlite_synchronous)
            self._writer = writer = SqliteWriter(writing, session_info=self._info, note_wait=self._note_write_wait)
            if metrics is not None:
                metrics.watch_writer(writer.count_waiting)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def connections_in_use(self) -> int:
        """How many pooled connections are out at this moment (for metrics and tests)."""
        checked_out = getattr(self._engine.pool, "checkedout", None)
        return int(checked_out()) if checked_out is not None else 0

    async def read(self, work: Work[T]) -> T:
        """The answer of `work(session)`; what it writes is rolled back.

        Raises: whatever `work` raises; DatabaseUnavailable (503) when the database does not answer.
        """
        with tracing.span("database read", "client", self._described):
            return await self._in_thread(self._read, work, self._note_read_wait)

    async def write(self, work: Work[T]) -> T:
        """The answer of `work(session)`, given only once it is committed.

        Raises: whatever `work` raises (then nothing of it is written), IntegrityError included;
        DatabaseUnavailable (503) when the database cannot take it.
        """
        with tracing.span("database write", "client", self._described):
            if self._writer is None:
                return await self._in_thread(self._write, work, self._note_write_wait)
            try:
                return await self._announcer.result_of(self._writer.submit(work))
            except DBAPIError as error:
                raise self._refined(error) from error

    async def ping(self) -> None:
        """Raises DatabaseUnavailable unless a query is answered."""
        await self.read(lambda session: session.execute(text("SELECT 1")).scalar_one())

    async def close(self) -> None:
        """Ends the threads once what was submitted is done."""
        if self._writer is not None:
            await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._threads.shutdown, wait=True)
        self._engine.dispose()

    async def _in_thread(
        self, run: Callable[[Work[T]], T], work: Work[T], note_wait: Callable[[float], None] | None
    ) -> T:
        submitted_at = time.perf_counter()

        def start() -> T:
            if note_wait is not None:
                note_wait(time.perf_counter() - submitted_at)
            return run(work)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, start)
        except DBAPIError as error:
            raise self._refined(error) from error

    def _read(self, work: Work[T]) -> T:
        with Session(self._engine, expire_on_commit=False, info=self._info) as session:
            return work(session)

    def _write(self, work: Work[T]) -> T:
        with Session(self._engine, expire_on_commit=False, info=self._info) as session, session.begin():
            return work(session)

    def _refined(self, error: DBAPIError) -> Exception:
        """A broken constraint and a NUL are the caller's to explain; anything else is the database's failure."""
        if isinstance(error, IntegrityError):
            return error
        if isinstance(error, DataError) and "NUL" in str(error.orig):  # PostgreSQL alone keeps no such text
            return InvalidInput("A text holds the character NUL, which cannot be stored or looked for. Leave it out.")
        log.error("database_failed", error_type=type(error.orig).__name__, reason=str(error.orig))
        if self._metrics is not None:
            self._metrics.note_failure()
        return DatabaseUnavailable()
