"""Runs a service's Alembic migrations, at start and from the command line, one process at a time."""

import threading
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from service_kit.database import create_database_engine

ADVISORY_LOCK_KEY = 4_801_077_301  # any constant: replicas of one service take turns on it
_alembic_lock = threading.Lock()  # Alembic keeps its context in a module: two threads would mix theirs up

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def upgrade_to_head(service_folder: Path, database_url: str) -> None:
    """Brings the database to the newest schema. Blocks: call it in a thread.

    Raises: OperationalError when the database cannot be reached.
    """
    migrate(service_folder, database_url, "head")


def migrate(service_folder: Path, database_url: str, revision: str, connection: Connection | None = None) -> None:
    """The same up to a revision; on PostgreSQL within the transaction of `connection`, if one is given."""
    config = _config(service_folder)
    config.attributes.update(database_url=database_url, connection=connection)
    with _alembic_lock:
        command.upgrade(config, revision)


def newest_revision(service_folder: Path) -> str | None:
    """The revision that the service's code works with."""
    return ScriptDirectory.from_config(_config(service_folder)).get_current_head()


def revision_of(connection: Connection) -> str | None:
    """The revision of a database; None when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def _config(service_folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(service_folder / "migrations").replace("%", "%%"))
    return config


def run_environment(context: Any, metadata: MetaData, default_url: str) -> None:
    """What a service's `migrations/env.py` does: all steps in one transaction, under a lock."""
    if (connection := context.config.attributes.get("connection")) is not None:
        _run(context, metadata, connection)
        return
    url = context.config.attributes.get("database_url", default_url)
    engine = create_database_engine(url)
    try:
        with engine.connect() as connection:
            _let_tables_be_replaced(connection)
            with connection.begin():  # on SQLite BEGIN IMMEDIATE is the lock
                before = revision_of(connection)
                _run(context, metadata, connection)
                if revision_of(connection) != before:  # it reads every row, which no start has to wait for
                    _require_whole_references(connection)
    finally:
        engine.dispose()


def _run(context: Any, metadata: MetaData, connection: Connection) -> None:
    _lock(connection)
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    context.run_migrations()


def _let_tables_be_replaced(connection: Connection) -> None:
    """SQLite changes a table by making another and dropping this one, which rows that refer to it would forbid,
    or would be deleted with. It hears this outside of a transaction alone.
    """
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")


def _require_whole_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"After the migration a row of {broken[0]} refers to none of {broken[2]}.")


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK_KEY})
