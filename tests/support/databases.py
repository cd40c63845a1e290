"""Which kind of database the tests of a service use: SQLite, or PostgreSQL where the run is one of `postgres_run`."""

import shutil
from pathlib import Path

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
