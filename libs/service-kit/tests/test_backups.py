"""Backups of a service: taken while others write, refused when anything is wrong, put back whole or not at all."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from service_kit import backup_files, backup_sqlite
from service_kit.backup_commands import run
from service_kit.backup_files import BackupRefused, Manifest, new_private_file, opened_part
from service_kit.backups import Installed, Leave, check_backup, restore_backup, take_backup
from service_kit.database import create_database_engine
from service_kit.migrations import upgrade_to_head
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from support.databases import change, dump_of, new_database_url, rows_of

ENVIRONMENT = """
from alembic import context
from service_kit.migrations import NAMING_CONVENTION, run_environment
from sqlalchemy import MetaData

run_environment(context, MetaData(naming_convention=NAMING_CONVENTION), "sqlite://")
"""
# What is hard to put back: a foreign key against the order of the names, rows that the migration itself puts in,
# a number that the database gives, and a trigger that would write a row a second time.
FIRST = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0001", None, None, None


def upgrade():
    op.create_table("writers", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("writer_id", sa.Integer, sa.ForeignKey("writers.id"), nullable=False),
        sa.Column("body", sa.String),
        sa.Column("seal", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_table("echoes", sa.Column("body", sa.String))
    op.execute("INSERT INTO writers (id) VALUES (1)")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER echo AFTER INSERT ON notes BEGIN INSERT INTO echoes VALUES (NEW.body); END")
    else:
        op.execute(
            "CREATE FUNCTION echo() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO echoes VALUES (NEW.body); RETURN NULL; END $$"
        )
        op.execute("CREATE TRIGGER echo AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION echo()")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    op.add_column("notes", sa.Column("is_read", sa.Boolean, nullable=False, server_default=sa.false()))
"""
SECRET = "a-secret-of-the-tests-with-more-than-32-bytes"
TEXT = "tab\tline\nbackslash \\ quote ' \u00fc \U0001f600"
# A process whose files may not grow beyond some kilobytes: what a full disk is to one that writes.
ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from service_kit.backup_commands import run
from service_kit.backups import Installed

_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, most))
here = Installed("note-service", "1.0", Path(sys.argv[1]), sys.argv[2], sys.argv[3])
code = run("notes.backups", lambda: here, ["take", sys.argv[4]])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))  # what ran is written down at the end, outside of the test
sys.exit(code)
"""
REPLACE = Leave(is_replacing=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A service's folder with two migrations."""
    versions = tmp_path / "note-service" / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions.parent / "env.py").write_text(ENVIRONMENT)
    (versions / "0001_notes.py").write_text(FIRST)
    (versions / "0002_read.py").write_text(SECOND)
    return versions.parents[1]


@pytest.fixture
def here(folder: Path, tmp_path: Path) -> Installed:
    """The service with rows in its database."""
    url = new_database_url(tmp_path / "notes.db")
    upgrade_to_head(folder, url)
    add_notes(url, 3)
    return Installed("note-service", "1.0", folder, url, SECRET)


@pytest.fixture
def elsewhere(here: Installed, tmp_path: Path) -> Installed:
    """The service where nothing was ever started."""
    return replace(here, database_url=new_database_url(tmp_path / "other" / "notes.db"))


@pytest.fixture
def backup(here: Installed, tmp_path: Path) -> Path:
    target = tmp_path / "backups" / "notes.zip"
    take_backup(here, target)
    return target


def add_notes(url: str, number: int) -> None:
    engine = create_database_engine(url)
    with engine.begin() as connection:
        for _ in range(number):
            statement = text("INSERT INTO notes (writer_id, body, seal) VALUES (1, :body, :seal)")
            connection.execute(statement, {"body": TEXT, "seal": b"\x00\xff\\"})
    engine.dispose()


def rewritten(backup: Path, change_of: Callable[[str, bytes], bytes]) -> Path:
    """A copy of a backup with other bytes in its entries, as far as the form of the file can tell a sound one."""
    copy = backup.with_name("rewritten.zip")
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            target.writestr(name, change_of(name, source.read(name)))
    return copy


def with_manifest(backup: Path, **changes: Any) -> Path:
    def changed(name: str, data: bytes) -> bytes:
        if name != backup_files.MANIFEST:
            return data
        return Manifest.model_validate_json(data).model_copy(update=changes).model_dump_json().encode()

    return rewritten(backup, changed)


def is_untouched(url: str, before: str) -> bool:
    return dump_of(url) == before


class TestTakeAndRestore:
    def test_every_row_is_back_with_its_values(self, here: Installed, elsewhere: Installed, backup: Path) -> None:
        assert restore_backup(elsewhere, backup, Leave()) is None
        assert dump_of(elsewhere.database_url) == dump_of(here.database_url)

    def test_numbers_go_on_and_triggers_work(self, elsewhere: Installed, backup: Path) -> None:
        restore_backup(elsewhere, backup, Leave())
        add_notes(elsewhere.database_url, 1)
        assert rows_of(elsewhere.database_url, "SELECT id FROM notes ORDER BY id") == [(1,), (2,), (3,), (4,)]
        assert rows_of(elsewhere.database_url, "SELECT count(*) FROM echoes") == [(4,)]

    def test_a_number_whose_row_is_gone_is_not_given_again(
        self, here: Installed, elsewhere: Installed, tmp_path: Path
    ) -> None:
        change(here.database_url, "DELETE FROM notes WHERE id = 3")
        take_backup(here, tmp_path / "later.zip")
        restore_backup(elsewhere, tmp_path / "later.zip", Leave())
        add_notes(elsewhere.database_url, 1)
        assert rows_of(elsewhere.database_url, "SELECT max(id) FROM notes") == [(4,)]

    def test_only_its_owner_reads_it(self, backup: Path) -> None:
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        assert [path.name for path in backup.parent.iterdir()] == [backup.name]

    def test_nothing_is_overwritten(self, here: Installed, backup: Path) -> None:
        before = backup.read_bytes()
        with pytest.raises(BackupRefused, match="there already"):
            take_backup(here, backup)
        assert backup.read_bytes() == before

    def test_where_nothing_was_started_there_is_nothing_to_take(self, elsewhere: Installed, tmp_path: Path) -> None:
        with pytest.raises(BackupRefused, match="start the service once"):
            take_backup(elsewhere, tmp_path / "none.zip")
        assert not (tmp_path / "none.zip").exists()

    def test_an_older_schema_is_brought_up_to_date(self, here: Installed, elsewhere: Installed, tmp_path: Path) -> None:
        second = here.folder / "migrations" / "versions" / "0002_read.py"
        second.unlink()
        old = replace(here, database_url=new_database_url(tmp_path / "old.db"))
        upgrade_to_head(old.folder, old.database_url)
        add_notes(old.database_url, 2)
        take_backup(old, tmp_path / "old.zip")
        second.write_text(SECOND)
        restore_backup(elsewhere, tmp_path / "old.zip", Leave())
        assert rows_of(elsewhere.database_url, "SELECT id, body, is_read FROM notes ORDER BY id") == [
            (1, TEXT, False),
            (2, TEXT, False),
        ]


class TestBesideWriters:
    def test_what_was_acknowledged_before_is_in_it_and_no_half_transaction(
        self, here: Installed, elsewhere: Installed, tmp_path: Path
    ) -> None:
        """Each transaction writes a writer and their two notes; more than one is acknowledged in each backup."""
        acknowledged: list[int] = []
        has_ended = threading.Event()
        engine = create_database_engine(here.database_url)
        thread = threading.Thread(target=write_until, args=(engine, acknowledged, has_ended))
        thread.start()
        try:
            for number in range(5):
                wait_for_more(acknowledged)
                known = list(acknowledged)
                take_backup(here, tmp_path / f"{number}.zip")
                restore_backup(elsewhere, tmp_path / f"{number}.zip", REPLACE)
                notes = dict(rows_of(elsewhere.database_url, "SELECT writer_id, count(*) FROM notes GROUP BY 1"))
                assert set(known) <= notes.keys()
                assert {count for writer, count in notes.items() if writer > 1} == {2}
        finally:
            has_ended.set()
            thread.join()
            engine.dispose()


def write_until(engine: Engine, acknowledged: list[int], has_ended: threading.Event) -> None:
    number = 1
    while not has_ended.is_set():
        number += 1
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO writers (id) VALUES (:id)"), {"id": number})
            for _ in range(2):
                connection.execute(text("INSERT INTO notes (writer_id) VALUES (:id)"), {"id": number})
        acknowledged.append(number)


def wait_for_more(acknowledged: list[int]) -> None:
    known = len(acknowledged)
    waiting = threading.Event()
    while len(acknowledged) < known + 3:
        waiting.wait(0.005)


class TestDamage:
    def test_a_changed_byte_of_any_entry_is_found_before_anything_is_touched(
        self, here: Installed, backup: Path
    ) -> None:
        before, sound = dump_of(here.database_url), backup.read_bytes()
        with zipfile.ZipFile(backup) as archive:
            entries = [entry for entry in archive.infolist() if entry.file_size]
        for entry in entries:
            data = bytearray(sound)
            extra_bytes = int.from_bytes(data[entry.header_offset + 28 : entry.header_offset + 30], "little")
            begin = entry.header_offset + 30 + len(entry.filename) + extra_bytes
            data[begin] ^= 0x02  # how the block is compressed
            backup.write_bytes(data)
            with pytest.raises(BackupRefused, match="damaged"):
                restore_backup(here, backup, REPLACE)
        assert is_untouched(here.database_url, before)

    def test_wherever_a_byte_is_changed_what_is_read_is_right_or_refused(self, backup: Path) -> None:
        sound = backup.read_bytes()
        with opened_part(backup) as part:
            manifest = part.manifest
        refused = 0
        for position in range(0, len(sound), 3):
            data = bytearray(sound)
            data[position] ^= 1 << position % 8
            backup.write_bytes(data)
            try:
                with opened_part(backup) as part:
                    part.require_whole()
                    assert part.manifest == manifest
            except BackupRefused:
                refused += 1
        assert refused > len(sound) // 6  # the rest are dates and the like, which nothing reads

    def test_a_cut_file_is_found(self, here: Installed, backup: Path) -> None:
        data = backup.read_bytes()
        for length in (0, 100, len(data) // 2, len(data) - 1):
            backup.write_bytes(data[:length])
            with pytest.raises(BackupRefused, match="damaged"):
                check_backup(here, backup, REPLACE)

    def test_entries_of_another_backup_are_found(self, here: Installed, backup: Path) -> None:
        """The file's own checksums hold here: whoever packed it anew changed an entry."""
        swapped = rewritten(backup, lambda name, data: data if name == backup_files.MANIFEST else data + b"\n")
        with pytest.raises(BackupRefused, match="is not what was written"):
            check_backup(here, swapped, REPLACE)

    def test_rows_that_the_manifest_does_not_name_are_found(self, here: Installed, backup: Path) -> None:
        before = dump_of(here.database_url)
        with zipfile.ZipFile(backup) as archive:
            manifest = Manifest.model_validate_json(archive.read(backup_files.MANIFEST))
        wrong = with_manifest(backup, rows=manifest.rows | {"notes": 4})
        with pytest.raises(BackupRefused, match="rows"):
            restore_backup(here, wrong, REPLACE)
        assert is_untouched(here.database_url, before)

    @pytest.mark.sqlite
    def test_of_a_damaged_database_no_backup_is_made(self, here: Installed, tmp_path: Path) -> None:
        change(here.database_url, "PRAGMA foreign_keys = OFF; INSERT INTO notes (writer_id) VALUES (99)")
        with pytest.raises(BackupRefused, match="damaged: a row of notes refers to one of writers"):
            take_backup(here, tmp_path / "bad.zip")
        assert not (tmp_path / "bad.zip").exists()

    @pytest.mark.sqlite
    def test_a_damaged_database_makes_room(self, here: Installed, backup: Path, tmp_path: Path) -> None:
        """It is the very thing that backups are for; what is left of it is kept, its log as well."""
        before = dump_of(here.database_url)
        (tmp_path / "notes.db").write_bytes(b"no database at all" * 100)
        (tmp_path / "notes.db-wal").write_bytes(b"its log")
        with pytest.raises(BackupRefused, match="holds rows already"):
            restore_backup(here, backup, Leave())
        kept = Path(str(restore_backup(here, backup, REPLACE)))
        assert kept.read_bytes().startswith(b"no database")
        assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"its log"
        assert is_untouched(here.database_url, before)


class TestRefusals:
    def test_a_backup_of_another_service(self, here: Installed, backup: Path) -> None:
        with pytest.raises(BackupRefused, match="a backup of note-service, not of chat-service"):
            check_backup(replace(here, service="chat-service"), backup, REPLACE)

    def test_a_backup_of_the_other_kind_of_database(self, here: Installed, backup: Path) -> None:
        other = "postgresql+psycopg://nobody@127.0.0.1:9/none" if here.is_sqlite else "sqlite:///none.db"
        with pytest.raises(BackupRefused, match="restore it into"):
            check_backup(replace(here, database_url=other), backup, REPLACE)

    def test_a_newer_schema_says_what_to_do(self, here: Installed, backup: Path) -> None:
        newer = with_manifest(backup, revision="0003", version="9.0")
        with pytest.raises(BackupRefused, match=r"newer version \(ConvoAI 9.0, schema 0003\): install that"):
            check_backup(here, newer, REPLACE)

    def test_a_newer_form_says_what_to_do(self, here: Installed, backup: Path) -> None:
        newer = rewritten(backup, lambda name, data: data.replace(b'"format": 1', b'"format": 2'))
        with pytest.raises(BackupRefused, match="with the version that made it, or a newer one"):
            check_backup(here, newer, REPLACE)

    def test_another_secret_needs_leave(self, here: Installed, elsewhere: Installed, backup: Path) -> None:
        changed = replace(elsewhere, secret="another-secret-with-more-than-32-bytes-as-well")
        with pytest.raises(BackupRefused, match="set the one of then"):
            restore_backup(changed, backup, Leave())
        restore_backup(changed, backup, Leave(has_other_secret=True))
        assert dump_of(elsewhere.database_url) == dump_of(here.database_url)

    def test_a_database_with_rows_makes_room_only_when_told_to_and_is_kept(self, here: Installed, backup: Path) -> None:
        add_notes(here.database_url, 2)
        later = dump_of(here.database_url)
        with pytest.raises(BackupRefused, match="holds rows already"):
            restore_backup(here, backup, Leave())
        assert is_untouched(here.database_url, later)
        kept = restore_backup(here, backup, REPLACE)
        assert rows_of(here.database_url, "SELECT count(*) FROM notes") == [(3,)]
        assert kept is not None
        assert notes_kept(here, kept) == 5

    def test_a_database_in_use_is_left_alone(self, here: Installed, backup: Path) -> None:
        before = dump_of(here.database_url)
        engine = create_database_engine(here.database_url)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM notes")).all()
            connection.rollback()  # as a service that waits: connected, in no transaction
            with pytest.raises(BackupRefused, match="stop the services first"):
                restore_backup(here, backup, REPLACE)
        engine.dispose()
        assert is_untouched(here.database_url, before)


def notes_kept(here: Installed, kept: str) -> int:
    if here.is_sqlite:
        ((count,),) = rows_of(f"sqlite:///{kept}", "SELECT count(*) FROM notes")
    else:
        ((count,),) = rows_of(here.database_url, f'SELECT count(*) FROM "{kept}".notes')  # noqa: S608
    return int(count)


class TestInterrupted:
    def test_what_fails_at_the_end_leaves_everything_as_it_was(self, here: Installed, backup: Path) -> None:
        before = dump_of(here.database_url)

        def fail(_session: Session, _manifest: Manifest) -> None:
            raise RuntimeError("killed")

        with pytest.raises(RuntimeError, match="killed"):
            restore_backup(replace(here, finish=fail), backup, REPLACE)
        assert is_untouched(here.database_url, before)
        restore_backup(here, backup, REPLACE)
        assert is_untouched(here.database_url, before)

    @pytest.mark.sqlite
    def test_what_a_killed_one_left_behind_is_in_nobodys_way(
        self, elsewhere: Installed, here: Installed, backup: Path
    ) -> None:
        other = Path(str(elsewhere.url.database))
        other.parent.mkdir(parents=True, exist_ok=True)
        for name in ("notes.db.restoring", "notes.db.restoring-wal", "notes.db.restoring-journal"):
            (other.parent / name).write_bytes(b"half of it")
        (backup.parent / ".second.zip.unfinished").write_bytes(b"half of it")
        (backup.parent / ".second.zip.copy").write_bytes(b"half of it")
        restore_backup(elsewhere, backup, Leave())
        assert dump_of(elsewhere.database_url) == dump_of(here.database_url)
        assert [path.name for path in other.parent.iterdir() if "restoring" in path.name] == []
        take_backup(here, backup.parent / "second.zip")
        assert sorted(path.name for path in backup.parent.iterdir()) == ["notes.zip", "second.zip"]

    @pytest.mark.sqlite
    @pytest.mark.parametrize("step", ["hardlink_to", "replace"])
    def test_between_any_two_steps_there_is_a_database(
        self, here: Installed, backup: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        before = dump_of(here.database_url)

        def end(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as ending:
            ending.setattr(Path, step, end)
            with pytest.raises(KeyboardInterrupt):
                restore_backup(here, backup, REPLACE)
        assert is_untouched(here.database_url, before)
        restore_backup(here, backup, REPLACE)
        assert is_untouched(here.database_url, before)


class TestFullDisk:
    def test_leaves_no_half_file_and_says_so(self, tmp_path: Path) -> None:
        def fill(file: BinaryIO) -> None:
            file.write(b"some")
            raise OSError(28, "No space left on device")

        with pytest.raises(OSError, match="No space left"), new_private_file(tmp_path / "notes.zip") as file:
            fill(file)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no limit for the size of a file")
    def test_is_told_in_one_sentence(self, here: Installed, tmp_path: Path) -> None:
        target = tmp_path / "full" / "notes.zip"
        noise = os.urandom(150_000).hex()
        change(here.database_url, f"INSERT INTO notes (writer_id, body) VALUES (1, '{noise}')")  # noqa: S608
        arguments = [str(here.folder), here.database_url, SECRET, str(target)]
        ended = subprocess.run(
            [sys.executable, "-c", ON_A_FULL_DISK, *arguments], capture_output=True, text=True, check=False, timeout=60
        )
        assert ended.returncode == 1, ended.stderr
        assert "too large" in ended.stderr or "full" in ended.stderr or "I/O" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert list(target.parent.iterdir()) == []


class TestCommandLine:
    def test_goes_the_whole_way(self, here: Installed, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        file = str(tmp_path / "notes.zip")
        assert run("notes.backups", lambda: here, ["take", file]) == 0
        assert capsys.readouterr().out == "note-service: 8 rows of 4 tables.\n"
        assert run("notes.backups", lambda: here, ["check", file, "--replace"]) == 0
        assert "is whole and can be restored" in capsys.readouterr().out
        assert run("notes.backups", lambda: here, ["restore", file, "--replace"]) == 0
        assert "The former database is kept as" in capsys.readouterr().out

    def test_a_refusal_is_one_sentence(self, here: Installed, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("notes.backups", lambda: here, ["restore", "nowhere.zip"]) == 1
        assert capsys.readouterr().err == "[Errno 2] No such file or directory: 'nowhere.zip'.\n"


@pytest.mark.sqlite
class TestSqlite:
    def test_other_locks_than_ours_are_not_taken_for_free(self, here: Installed) -> None:
        path = str(here.url.database)
        with sqlite3.connect(path, isolation_level=None) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(BackupRefused, match="is in use"):
                backup_sqlite.require_free(here.url)
        connection.close()
