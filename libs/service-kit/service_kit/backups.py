"""A service's backup: taken while the service runs, and put back where nothing runs. Knows no table of any service."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from service_kit import backup_postgresql, backup_sqlite
from service_kit.backup_files import BackupRefused, Manifest, PartReader, new_part, opened_part
from service_kit.clock import utc_now
from service_kit.database import create_database_engine
from service_kit.keys import derive_key
from service_kit.migrations import migrate, upgrade_to_head
from service_kit.settings import ServiceSettings

Finish = Callable[[Session, Manifest], None]


@dataclass(frozen=True, slots=True)
class Installed:
    """The service as it is installed here. `finish` does, within the restoring, what must not stay as it was."""

    service: str
    version: str
    folder: Path
    database_url: str
    secret: str
    finish: Finish = lambda _session, _manifest: None

    @classmethod
    def of(cls, settings: ServiceSettings, version: str, finish: Finish | None = None) -> Self:
        """The service as its settings say."""
        found = cls(
            service=settings.service_name,
            version=version,
            folder=settings.service_folder,
            database_url=settings.resolved_database_url,
            secret=settings.auth_secret_key.get_secret_value(),
        )
        return found if finish is None else replace(found, finish=finish)

    @property
    def url(self) -> URL:
        """The address of its database, in parts."""
        return make_url(self.database_url)

    @property
    def is_sqlite(self) -> bool:
        """Else it is PostgreSQL."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def secret_mark(self) -> str:
        """Tells one AUTH_SECRET_KEY from another, and nothing of what it is."""
        return derive_key(self.secret, "backups")[:8].hex()


def take_backup(installed: Installed, target: Path) -> Manifest:
    """Writes the file; the service goes on meanwhile.

    Raises: BackupRefused, OSError, sqlite3.Error, DBAPIError; then there is no file.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with new_part(target) as writer:
        if installed.is_sqlite:
            contents = backup_sqlite.dump(installed.url, writer, target.with_name(f".{target.name}.copy"))
        else:
            contents = backup_postgresql.dump(installed.url, writer)
        manifest = Manifest(
            service=installed.service,
            version=installed.version,
            taken_at=utc_now().isoformat(timespec="seconds"),
            database="sqlite" if installed.is_sqlite else "postgresql",
            revision=contents.revision,
            secret_mark=installed.secret_mark,
            rows=contents.rows,
            columns=contents.columns,
            sequences=contents.sequences,
            sha256=writer.sha256,
        )
        writer.finish(manifest)
    return manifest


@dataclass(frozen=True, slots=True)
class Leave:
    """What the operator allows: that a database with rows makes room, that AUTH_SECRET_KEY is another one now."""

    is_replacing: bool = False
    has_other_secret: bool = False


def check_backup(installed: Installed, source: Path, leave: Leave) -> Manifest:
    """Finds out whether `restore_backup` would do it, and changes nothing. Raises: as that."""
    with opened_part(source) as part:
        _require_fitting(installed, part.manifest, leave)
        part.require_whole()
    kind = backup_sqlite if installed.is_sqlite else backup_postgresql
    kind.require_free(installed.url)
    if not leave.is_replacing and kind.holds_rows(installed.url):
        raise BackupRefused(
            f"The database of {installed.service} holds rows already: "
            "with --replace it makes room and is kept aside, under another name."
        )
    return part.manifest


def restore_backup(installed: Installed, source: Path, leave: Leave) -> str | None:
    """Puts the backup in the place of the database, brought to today's schema; all of it or nothing.

    Returns: the name under which the former database is kept; None when there was none.
    Raises: BackupRefused, OSError, sqlite3.Error, DBAPIError.
    """
    check_backup(installed, source, leave)
    with opened_part(source) as part:
        if installed.is_sqlite:
            return _restore_sqlite(installed, part)
        return _restore_postgresql(installed, part)


def _restore_sqlite(installed: Installed, part: PartReader) -> str | None:
    def complete(url: URL) -> None:
        address = url.render_as_string(hide_password=False)
        upgrade_to_head(installed.folder, address)
        engine = create_database_engine(address)
        try:
            with Session(engine) as session, session.begin():
                installed.finish(session, part.manifest)
        finally:
            engine.dispose()

    return backup_sqlite.restore(part, installed.url, f".{_moment(utc_now())}", complete)


def _restore_postgresql(installed: Installed, part: PartReader) -> str | None:
    def move(connection: Connection, revision: str) -> None:
        migrate(installed.folder, installed.database_url, revision, connection)

    def finish(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="create_savepoint") as session, session.begin():
            installed.finish(session, part.manifest)

    return backup_postgresql.restore(part, installed.url, f"_{_moment(utc_now())}", move, finish)


def _require_fitting(installed: Installed, manifest: Manifest, leave: Leave) -> None:
    if manifest.service != installed.service:
        raise BackupRefused(f"This is a backup of {manifest.service}, not of {installed.service}.")
    kind = "sqlite" if installed.is_sqlite else "postgresql"
    if manifest.database != kind:
        raise BackupRefused(
            f"The backup is of {manifest.database}, and DATABASE_URL of {installed.service} names {kind}: "
            f"restore it into {manifest.database}."
        )
    scripts = ScriptDirectory(str(installed.folder / "migrations"))
    if manifest.revision not in {script.revision for script in scripts.walk_revisions()}:
        raise BackupRefused(
            f"The backup was made by a newer version (ConvoAI {manifest.version}, schema {manifest.revision}): "
            "install that version or a newer one, then restore it."
        )
    if manifest.secret_mark != installed.secret_mark and not leave.has_other_secret:
        raise BackupRefused(
            "AUTH_SECRET_KEY is another one than when the backup was made: set the one of then. If it is lost, "
            "--other-secret restores without: second factors, API keys and the audit trail will not hold."
        )


def _moment(at: datetime) -> str:
    return f"before_{at:%Y%m%dt%H%M%S%fz}"
