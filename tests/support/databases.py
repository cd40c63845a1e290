"""Which kind of database the tests of a service use: SQLite, or PostgreSQL where the run is one of `postgres_run`."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service_kit.database import create_database_engine
from sqlalchemy import Connection, MetaData, select, text
from sqlalchemy.engine import make_url
from support.postgres import PostgresServer

_servers: list[PostgresServer] = []


def use_postgres(server: PostgresServer) -> None:
    """From now on databases of tests are this server's."""
    _servers.append(server)


def new_database_url(path: Path) -> str:
    """The address of a new database: the file, or one of the server's."""
    return _servers[-1].new_database() if _servers else f"sqlite:///{path.as_posix()}"


def copy_of(url: str, path: Path) -> str:
    """The address of a copy of a database that nobody uses: migrating one takes longer than most tests."""
    database = make_url(url).database or ""
    if _servers:
        return _servers[-1].new_database(template=database)
    shutil.copyfile(database, path)
    return f"sqlite:///{path.as_posix()}"


def rows_of(url: str, statement: str, **parameters: object) -> list[tuple[Any, ...]]:
    """What a query finds, past the service that uses the database."""
    with _connected(url) as connection:
        return [tuple(row) for row in connection.execute(text(statement), parameters)]


def change(url: str, script: str) -> None:
    """Statements that change a database as somebody would who can write to it."""
    with _connected(url) as connection:
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            driver.executescript(script)
        else:
            driver.execute(script)


def dump_of(url: str) -> str:
    """All that a database holds, as text: names of tables and columns, and every value."""
    with _connected(url) as connection:
        tables = MetaData()
        tables.reflect(connection)
        lines = [
            f"{table.name}: {dict(row)}"
            for table in tables.sorted_tables
            for row in connection.execute(select(table)).mappings()
        ]
    return "\n".join(lines)


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_database_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
