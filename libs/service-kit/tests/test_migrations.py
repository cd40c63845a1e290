"""Migrations at start: several processes at once, again, and on a path with strange letters."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from service_kit.database import create_database_engine
from service_kit.migrations import upgrade_to_head
from sqlalchemy import inspect, text

ENVIRONMENT = """
from alembic import context
from service_kit.migrations import NAMING_CONVENTION, run_environment
from sqlalchemy import MetaData

run_environment(context, MetaData(naming_convention=NAMING_CONVENTION), "sqlite://")
"""
FIRST = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0001", None, None, None


def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO notes (id) VALUES (1)")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    with op.batch_alter_table("notes") as table:
        table.add_column(sa.Column("body", sa.String))
    op.execute("INSERT INTO notes (id, body) VALUES (2, 'second')")
"""
FAILING = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "0003", "0002", None, None


def upgrade():
    op.execute("INSERT INTO notes (id) VALUES (3)")
    op.execute("INSERT INTO nowhere (id) VALUES (3)")
"""
PROCESS = """
import sys
from pathlib import Path
from service_kit.migrations import upgrade_to_head

sys.stdin.readline()
upgrade_to_head(Path(sys.argv[1]), sys.argv[2])
"""


@pytest.fixture
def service_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "a 100%service"
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "migrations" / "env.py").write_text(ENVIRONMENT)
    (versions / "0001_notes.py").write_text(FIRST)
    (versions / "0002_body.py").write_text(SECOND)
    return folder


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/service.db"


def note_ids(url: str) -> list[int]:
    engine = create_database_engine(url)
    with engine.connect() as connection:
        ids = list(connection.execute(text("SELECT id FROM notes ORDER BY id")).scalars())
    engine.dispose()
    return ids


class TestUpgradeToHead:
    def test_it_makes_the_schema_and_a_second_start_changes_nothing(self, service_folder: Path, url: str) -> None:
        upgrade_to_head(service_folder, url)
        upgrade_to_head(service_folder, url)
        assert note_ids(url) == [1, 2]

    def test_a_database_of_an_older_version_is_brought_up(self, service_folder: Path, url: str) -> None:
        second = service_folder / "migrations" / "versions" / "0002_body.py"
        second.unlink()
        upgrade_to_head(service_folder, url)
        second.write_text(SECOND)
        upgrade_to_head(service_folder, url)
        assert note_ids(url) == [1, 2]

    def test_a_step_that_fails_leaves_the_schema_as_it_was(self, service_folder: Path, url: str) -> None:
        upgrade_to_head(service_folder, url)
        (service_folder / "migrations" / "versions" / "0003_fails.py").write_text(FAILING)
        with pytest.raises(Exception, match="nowhere"):
            upgrade_to_head(service_folder, url)
        assert note_ids(url) == [1, 2]

    def test_a_first_start_that_fails_leaves_no_table(self, service_folder: Path, url: str) -> None:
        (service_folder / "migrations" / "versions" / "0003_fails.py").write_text(FAILING)
        with pytest.raises(Exception, match="nowhere"):
            upgrade_to_head(service_folder, url)
        engine = create_database_engine(url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()

    @pytest.mark.parametrize("attempt", range(3))
    def test_three_processes_at_once_migrate_once(self, service_folder: Path, url: str, attempt: int) -> None:
        command = [sys.executable, "-W", "error", "-c", PROCESS, str(service_folder), url]
        processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
        ]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        outcomes = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
        assert [code for _, code in outcomes] == [0, 0, 0], outcomes
        assert note_ids(url) == [1, 2]

    def test_threads_of_one_process_take_turns(self, service_folder: Path, tmp_path: Path) -> None:
        """Alembic's context is a module's: two applications started in one process failed with a KeyError."""
        urls = [f"sqlite:///{tmp_path}/{n}/service.db" for n in range(4)]
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda url: upgrade_to_head(service_folder, url), urls))
        assert [note_ids(url) for url in urls] == [[1, 2]] * 4
