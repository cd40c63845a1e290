"""The two databases of a move: opening them, and seeing that nobody else uses them meanwhile."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from service_kit.database import create_database_engine
from service_kit.moves.refusals import DatabaseInUse, MoveRefused, refusal_of
from service_kit.moves.tables import MovedTables

BUSY_SECONDS = 2
COMPANY_SECONDS = 15.0  # a server needs a moment to see that a killed move is gone
LOOK_SECONDS = 0.2
COMPANY = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
)
FORMS = "sqlite:////absolute/path.db and postgresql+psycopg://user@host/database"


def named(url: str) -> str:
    """The address as it may be shown: without the password.

    Raises: MoveRefused for what is no address of a database that ConvoAI can use.
    """
    try:
        parsed = make_url(url)
        driver = parsed.get_dialect().driver
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise MoveRefused(f"An address of a database is not valid. Known are {FORMS}.") from error
    if (parsed.get_backend_name(), driver) not in {("sqlite", "pysqlite"), ("postgresql", "psycopg")}:
        raise MoveRefused(f"{parsed.render_as_string()} is of another kind. Known are {FORMS}.")
    if not is_sqlite(url):
        return parsed.render_as_string()
    if not parsed.database or not Path(parsed.database).is_absolute():
        raise MoveRefused(f"{url} names no absolute path: four slashes stand before it, sqlite:////absolute/path.db.")
    return f"sqlite:///{Path(parsed.database).resolve().as_posix()}"


def is_sqlite(url: str) -> bool:
    """Whether the address is that of an SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


@contextmanager
def still_source(url: str, tables: MovedTables) -> Iterator[Connection]:
    """A transaction on the source in which nobody else can write to it; on SQLite nobody else can even open it.

    Raises: DatabaseInUse when somebody uses it; MoveRefused when it is not there or does not answer.
    """
    with open_source(url, is_alone=True) as connection:
        if connection.dialect.name == "postgresql":
            refuse_company(connection)
            there = set(inspect(connection).get_table_names())
            quoted = connection.dialect.identifier_preparer.format_table
            if names := [quoted(table) for table in tables.all if table.name in there]:
                connection.execute(text(f"LOCK TABLE {', '.join(names)} IN SHARE MODE"))
        yield connection


@contextmanager
def open_source(url: str, *, is_alone: bool = False) -> Iterator[Connection]:
    """A transaction on a source that others may use as well, unless it has to be alone. It changes nothing."""
    engine = _sqlite_source(url, is_alone=is_alone) if is_sqlite(url) else create_database_engine(url)
    try:
        with _connected(engine, named(url)) as connection:
            yield connection
    finally:
        engine.dispose()


def _sqlite_source(url: str, *, is_alone: bool) -> Engine:
    path = Path(make_url(url).database or "")
    if not path.is_file():
        raise MoveRefused(f"There is no database {path}. Look at DATABASE_URL.")
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        if is_alone:  # said before the first look: only then are the idle connections of others in its way
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN EXCLUSIVE" if is_alone else "BEGIN")

    return engine


@contextmanager
def open_target(url: str) -> Iterator[Engine]:
    """The target, which nobody else uses. An SQLite file is made where there is none.

    Raises: DatabaseInUse, MoveRefused.
    """
    engine = create_database_engine(url)
    try:
        with _connected(engine, named(url)) as connection:
            if connection.dialect.name == "postgresql":
                refuse_company(connection)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _connected(engine: Engine, name: str) -> Iterator[Connection]:
    """A transaction, rolled back at its end. What fails before the block is that the database cannot be opened."""
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise refusal_of(error, name) from error
    with connection:
        try:
            connection.exec_driver_sql("SELECT 1")
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise _in_use(name) from error
            raise refusal_of(error, name) from error
        yield connection


def refuse_company(connection: Connection) -> None:
    """Raises DatabaseInUse when others are connected to this PostgreSQL database; waits for those who are leaving."""
    limit = time.monotonic() + COMPANY_SECONDS
    while connection.execute(COMPANY).scalar_one():
        if time.monotonic() > limit:
            raise _in_use(connection.engine.url.render_as_string())
        time.sleep(LOOK_SECONDS)
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))


def _in_use(name: str) -> DatabaseInUse:
    return DatabaseInUse(f"{name} is in use. Stop the service, and whatever else has it open, and try again.")


def problems_of_server(connection: Connection) -> list[str]:
    """Why the tables could not be made and filled on this PostgreSQL."""
    problems = []
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        problems.append(f"The target's encoding is {encoding}. Make it anew with ENCODING 'UTF8'.")
    may_create = "SELECT has_schema_privilege(current_user, current_schema(), 'CREATE')"
    if not connection.execute(text(may_create)).scalar_one():
        problems.append("The target's user may not make tables there. Make it the owner of the database.")
    return problems
