"""Runs a service's Alembic migrations, at start and from the command line, one process at a time."""

import threading
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
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
    config = Config()
    config.set_main_option("script_location", str(service_folder / "migrations").replace("%", "%%"))
    config.attributes["database_url"] = database_url
    with _alembic_lock:
        command.upgrade(config, "head")


def run_environment(context: Any, metadata: MetaData, default_url: str) -> None:
    """What a service's `migrations/env.py` does: all steps in one transaction, under a lock."""
    url = context.config.attributes.get("database_url", default_url)
    engine = create_database_engine(url)
    try:
        with engine.connect() as connection, connection.begin():  # on SQLite BEGIN IMMEDIATE is the lock
            _lock(connection)
            context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
            context.run_migrations()
    finally:
        engine.dispose()


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK_KEY})
