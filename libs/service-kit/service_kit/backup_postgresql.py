"""Backing up and restoring a PostgreSQL database by COPY: in one snapshot, and in one transaction. Needs no program."""

from collections.abc import Callable
from typing import Any

from psycopg import sql
from sqlalchemy import URL, Connection, inspect, text

from service_kit.backup_files import BackupRefused, PartReader, PartWriter
from service_kit.backup_sqlite import VERSION_TABLE, Contents
from service_kit.database import create_database_engine
from service_kit.migrations import ADVISORY_LOCK_KEY

OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
SEQUENCES = text(
    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL"
)
IN_USE = "{} others are connected to the database {}: stop the services first (stop-all-services), and end the rest."
Migrate = Callable[[Connection, str], None]


def dump(url: URL, writer: PartWriter) -> Contents:
    """Adds each table as COPY writes it, all as they are at one moment, whoever writes meanwhile.

    Raises: BackupRefused when there is no database of ConvoAI; DBAPIError.
    """
    engine = create_database_engine(url.render_as_string(hide_password=False), pool_size=2)
    try:
        # Beside the snapshot, which would else be from before a migration that it has to wait for.
        with engine.begin() as waiting:
            waiting.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": ADVISORY_LOCK_KEY})
            with engine.connect() as connection:
                snapshot = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                return _dump(snapshot, writer)
    finally:
        engine.dispose()


def _dump(connection: Connection, writer: PartWriter) -> Contents:
    tables = _tables(connection)
    if VERSION_TABLE not in tables:
        raise BackupRefused("There is no database of ConvoAI yet at DATABASE_URL: start the service once.")
    inspector = inspect(connection)
    columns = {name: [str(column["name"]) for column in inspector.get_columns(name)] for name in tables}
    rows = {name: _copy_out(connection, name, columns[name], writer) for name in tables}
    revision = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one()  # noqa: S608
    # Asked last: sequences know no snapshot, and a number may be passed over but never given twice.
    sequences = {str(name): int(last) for name, last in connection.execute(SEQUENCES)}
    return Contents(revision, rows, columns, sequences)


def require_free(url: URL) -> None:
    """Raises: BackupRefused while anybody else is connected; DBAPIError."""
    engine = create_database_engine(url.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            _require_alone(connection)
    finally:
        engine.dispose()


def holds_rows(url: URL) -> bool:
    """Whether restoring would take the place of anything."""
    engine = create_database_engine(url.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            driver = _driver(connection)
            tables = [name for name in _tables(connection) if name != VERSION_TABLE]
            return any(
                driver.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(name))).fetchone()
                for name in tables
            )
    finally:
        engine.dispose()


def restore(
    part: PartReader, url: URL, aside: str, migrate: Migrate, finish: Callable[[Connection], None]
) -> str | None:
    """Makes the schema by the migrations, fills it, and brings it up to date; one transaction, so all of it or nothing.

    Returns: the schema in which the tables are that were there before; None when there were none.
    Raises: BackupRefused, DBAPIError.
    """
    engine = create_database_engine(url.render_as_string(hide_password=False))
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK_KEY})
            _require_alone(connection)
            kept = _move_aside(connection, aside) if _tables(connection) else None
            migrate(connection, part.manifest.revision)
            _fill(connection, part)
            migrate(connection, "head")
            finish(connection)
            return kept
    finally:
        engine.dispose()


def _move_aside(connection: Connection, aside: str) -> str:
    """The schema gets another name, and an empty one takes its own: so indexes, functions and sequences go along."""
    schema = connection.execute(text("SELECT current_schema()")).scalar_one()
    kept = f"{schema}{aside}"
    driver = _driver(connection)
    names = {"schema": sql.Identifier(schema), "kept": sql.Identifier(kept)}
    driver.execute(sql.SQL("ALTER SCHEMA {schema} RENAME TO {kept}").format(**names))
    driver.execute(sql.SQL("CREATE SCHEMA {schema}").format(**names))
    return kept


def _fill(connection: Connection, part: PartReader) -> None:
    driver, manifest = _driver(connection), part.manifest
    tables = [name for name in _tables(connection) if name != VERSION_TABLE]
    if set(tables) != manifest.rows.keys() - {VERSION_TABLE}:
        raise BackupRefused("The backup has other tables than its schema's. Nothing was changed.")
    everything = sql.SQL(", ").join(map(sql.Identifier, tables))
    driver.execute(sql.SQL("TRUNCATE {}").format(everything))  # what the migrations themselves put in
    for name in tables:
        if _copy_in(driver, name, part) != manifest.rows[name]:
            raise BackupRefused(f"The backup does not hold all rows of {name}. Nothing was changed.")
    for name, last in manifest.sequences.items():
        driver.execute("SELECT setval(quote_ident(%s)::regclass, %s)", (name, last))


def _copy_out(connection: Connection, table: str, columns: list[str], writer: PartWriter) -> int:
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), _listed(columns))
    with _driver(connection).cursor() as cursor:
        with writer.entry(_entry_of(table)) as write, cursor.copy(statement) as copy:
            for data in copy:
                write(bytes(data))
        return int(cursor.rowcount)


def _copy_in(driver: Any, table: str, part: PartReader) -> int:
    """How many rows came. Triggers rest meanwhile: what they would write is in the backup."""
    name = sql.Identifier(table)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(name, _listed(part.manifest.columns[table]))
    driver.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    with driver.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for data in part.chunks(_entry_of(table)):
                copy.write(data)
        rows = int(cursor.rowcount)
    driver.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
    return rows


def _require_alone(connection: Connection) -> None:
    others = connection.execute(OTHERS).scalar_one()
    if others:
        raise BackupRefused(IN_USE.format(others, connection.engine.url.database))


def _tables(connection: Connection) -> list[str]:
    """Those that others refer to come first."""
    names = inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in names if name is not None]


def _listed(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _entry_of(table: str) -> str:
    return f"tables/{table}.copy"


def _driver(connection: Connection) -> Any:
    """psycopg's own connection, within the same transaction."""
    return connection.connection.driver_connection
