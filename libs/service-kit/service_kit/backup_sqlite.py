"""Backing up and restoring an SQLite file: copied by SQLite itself while it is written to, put in place in one step."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL

from service_kit.backup_files import CHUNK_BYTES, BackupRefused, PartReader, PartWriter, keep_names

ENTRY = "database.sqlite"
MAGIC = b"SQLite format 3\x00"
COMPANIONS = ("-wal", "-shm", "-journal")
VERSION_TABLE = "alembic_version"
IN_USE = "The database {} is in use: stop the services first (stop-all-services)."


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database held at one moment."""

    revision: str
    rows: dict[str, int]
    columns: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)


def dump(url: URL, writer: PartWriter, scratch: Path) -> Contents:
    """Adds the whole file as it is at this moment, whoever writes meanwhile. `scratch` is a file to work with.

    Raises: BackupRefused when there is no database, or it is damaged; sqlite3.Error, OSError.
    """
    path = _path_of(url)
    if not path.is_file():
        raise BackupRefused(f"There is no database yet at {path}: start the service once.")
    with _private_scratch(scratch):
        # One step holds one snapshot: writers go on in the write-ahead log, and the copy begins no second time.
        with closing(_connect(path)) as source, closing(_connect(scratch)) as copy:
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode = DELETE")
            contents = _sound_contents(copy, path)
        with writer.entry(ENTRY) as write, scratch.open("rb") as file:
            while data := file.read(CHUNK_BYTES):
                write(data)
    return contents


def require_free(url: URL) -> None:
    """Raises: BackupRefused while anybody has the file open."""
    path = _path_of(url)
    if not path.exists() or not _is_database(path):
        return
    try:
        with closing(_connect(path)) as connection:
            connection.execute(
                "PRAGMA journal_mode = DELETE"
            )  # waits for nobody, and fails beside any other connection
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BackupRefused(IN_USE.format(path)) from error
        raise
    except sqlite3.DatabaseError:
        return  # a damaged file is what backups are for; it is moved aside as it is


def holds_rows(url: URL) -> bool:
    """Whether restoring would take the place of anything; of a damaged file that is assumed."""
    path = _path_of(url)
    if not path.exists():
        return False
    if not _is_database(path):
        return True
    try:
        with closing(_connect(path)) as connection:
            tables = [name for name in _tables(connection) if name != VERSION_TABLE]
            return any(connection.execute(f"SELECT 1 FROM {_quoted(name)} LIMIT 1").fetchone() for name in tables)  # noqa: S608
    except sqlite3.DatabaseError:
        return True


def restore(part: PartReader, url: URL, aside: str, complete: Callable[[URL], None]) -> str | None:
    """Makes the database beside its place, has `complete` bring it up to date, and puts it there in one step.

    Returns: where the database is that was there before, under a name that ends with `aside`.
    Raises: BackupRefused, sqlite3.Error, OSError; then the place is as it was.
    """
    path = _path_of(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.restoring")
    with _private_scratch(new):
        with new.open("wb") as file:
            file.writelines(part.chunks(ENTRY))
        with closing(_connect(new)) as connection:
            if _sound_contents(connection, new).rows != part.manifest.rows:
                raise BackupRefused("The backup does not hold the rows that its manifest names. Nothing was changed.")
        complete(url.set(database=new.as_posix()))
        with closing(_connect(new)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        return _put_in_place(new, path, aside)


def _put_in_place(new: Path, path: Path, aside: str) -> str | None:
    kept = None
    if path.exists():
        kept = path.with_name(path.name + aside)
        for companion in COMPANIONS:  # only a damaged database still has them
            left = path.with_name(path.name + companion)
            if left.exists():
                left.rename(kept.with_name(kept.name + companion))
        kept.hardlink_to(path)  # a second name, not a new one: at no moment is there no database
    new.replace(path)
    keep_names(path.parent)
    return str(kept) if kept else None


def _sound_contents(connection: sqlite3.Connection, path: Path) -> Contents:
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise BackupRefused(f"The database {path} is damaged ({verdict}): restore an older backup.")
    if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
        raise BackupRefused(f"{path} is damaged: a row of {broken[0]} refers to one of {broken[2]} that is not there.")
    tables = _tables(connection)
    if VERSION_TABLE not in tables:
        raise BackupRefused(f"{path} is no database of ConvoAI: it has no {VERSION_TABLE}.")
    (revision,) = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608
    counts = {name: connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0] for name in tables}  # noqa: S608
    return Contents(revision, counts)


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Ordinary tables; those that SQLite keeps for itself, and virtual ones, are left out."""
    query = (
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    return [name for (name,) in connection.execute(query)]


def _connect(path: Path) -> sqlite3.Connection:
    """Opens what is there, and makes nothing. Waits for nobody."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None)


@contextmanager
def _private_scratch(path: Path) -> Iterator[None]:
    """An empty file for its owner alone, gone afterwards with what SQLite puts beside it, unless it was renamed."""
    names = [path, *(path.with_name(path.name + companion) for companion in COMPANIONS)]
    for name in names:
        name.unlink(missing_ok=True)  # of one that was killed
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield
    finally:
        for name in names:
            name.unlink(missing_ok=True)


def _is_database(path: Path) -> bool:
    """Else SQLite need not see it: it would take away what lies beside a file that it does not know."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) in (b"", MAGIC)


def _path_of(url: URL) -> Path:
    return Path(url.database or "")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
