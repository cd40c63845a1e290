"""Every table of every service moves to PostgreSQL, killed twice on its way, and back."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pytest
from analytics.db.tables import metadata as analytics_tables
from auth_server.db.every_table import metadata as auth_tables
from chat_server.db.every_table import metadata as chat_tables
from launcher.services import ANALYTICS, AUTH, CHAT, Service
from sqlalchemy import MetaData, func, select, text
from sqlalchemy.exc import ProgrammingError
from support.databases import change, rows_of
from support.moved_rows import FEW, fill_every_table
from support.postgres import PostgresServer, running_postgres
from support.processes import PASSED_ON
from support.waiting import wait_until

pytestmark = pytest.mark.chaos

PEOPLE = int(os.environ.get("CONVOAI_MOVE_PEOPLE", "100"))
CONVERSATIONS = int(os.environ.get("CONVOAI_MOVE_CONVERSATIONS", "100"))
MESSAGES = int(os.environ.get("CONVOAI_MOVE_MESSAGES", "30000"))
EVENTS = int(os.environ.get("CONVOAI_MOVE_EVENTS", "30000"))
KILLS = 2
BEGUN = ("Making the tables", "Going on where")
MOVE_SECONDS = 3_000


@dataclass(frozen=True)
class Moved:
    """A service with its database, and where that goes. `largest` has nearly all rows."""

    service: Service
    source: str
    target: str
    largest: str
    rows: int

    def run(self, *arguments: str, source: str | None = None, target: str | None = None) -> subprocess.Popen[str]:
        """The service's own command, begun."""
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment |= {"CONVOAI_ENV_FILES": "off", "DATABASE_URL": source or self.source}
        words = [sys.executable, "-m", f"{self.service.package}.commands", "move-database"]
        return subprocess.Popen(
            [*words, "--to", target or self.target, *arguments],
            cwd=self.service.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self, *arguments: str, source: str | None = None, target: str | None = None) -> tuple[int, str]:
        """Its exit code and what it has said."""
        with self.run(*arguments, source=source, target=target) as process:
            output, _ = process.communicate(timeout=MOVE_SECONDS)
        return process.returncode, output

    def kill_underway(self) -> None:
        """A move that is killed as soon as it has carried some more rows of the largest table."""
        before = self._carried()
        with self.run() as process:
            assert process.stdout is not None
            # Whoever looks into the target sooner is company, which a move waits for to leave.
            said = [*takewhile(lambda line: not line.startswith(BEGUN), process.stdout)]
            wait_until(lambda: self._carried() > before or process.poll() is not None, seconds=MOVE_SECONDS)
            process.send_signal(signal.SIGKILL)
            said += process.stdout
        assert process.returncode == -signal.SIGKILL, said
        assert before < self._carried() < self.rows

    def _carried(self) -> int:
        try:
            found = rows_of(self.target, "SELECT rows FROM database_move WHERE part = :part", part=self.largest)
        except ProgrammingError:  # the move has not begun
            return 0
        return int(found[0][0]) if found else 0


SERVICES: dict[str, tuple[Service, MetaData, dict[str, int], str]] = {
    "auth": (AUTH, auth_tables, {"users": PEOPLE, "sessions": PEOPLE}, ""),
    "chat": (CHAT, chat_tables, {"conversations": CONVERSATIONS, "messages": MESSAGES}, "search_entries"),
    "analytics": (ANALYTICS, analytics_tables, {"events": EVENTS}, ""),
}


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The filled databases, which no move changes."""
    folder = tmp_path_factory.mktemp("sources")
    urls = {name: f"sqlite:///{(folder / f'{name}.db').as_posix()}" for name in SERVICES}
    for name, (service, metadata, sizes, kept_by_triggers) in SERVICES.items():
        fill_every_table(service.folder, urls[name], metadata, sizes, kept_by_triggers)
    return urls


def moved_of(name: str, sources: dict[str, str], server: PostgresServer) -> Moved:
    service, _, sizes, _ = SERVICES[name]
    largest = max(sizes, key=lambda table: sizes[table])
    return Moved(service, sources[name], server.new_database(), largest, sizes[largest])


def count_of(url: str, table: str) -> int:
    return int(rows_of(url, str(select(func.count()).select_from(text(table))))[0][0])


def figures(output: str) -> dict[str, tuple[str, str]]:
    """Rows of source and target by table, of those that are told to be equal."""
    found = re.findall(r"(?m)^(\w+) +([\d,]+) +([\d,]+)  [0-9a-f]{32}  equal$", output)
    return {table: (source, target) for table, source, target in found}


class TestMove:
    @pytest.mark.timeout(MOVE_SECONDS)
    @pytest.mark.parametrize("name", ["chat", "analytics"])
    def test_killed_twice_carries_every_row_once(
        self, name: str, sources: dict[str, str], server: PostgresServer
    ) -> None:
        moved = moved_of(name, sources, server)
        for _ in range(KILLS):
            moved.kill_underway()
        code, output = moved.finish()
        assert code == 0, output
        assert "Going on where the last run stopped." in output
        metadata, sizes = SERVICES[name][1:3]
        told = figures(output)
        assert set(told) == set(metadata.tables), output
        for table in metadata.tables:  # counted past the move's own code
            there, here = (count_of(url, table) for url in (moved.source, moved.target))
            assert there == here >= sizes.get(table, FEW if table != "search_entries" else MESSAGES), table
            assert told[table] == (f"{there:,}", f"{here:,}")

    @pytest.mark.timeout(MOVE_SECONDS)
    @pytest.mark.parametrize(
        ("name", "statement", "table"),
        [
            ("auth", "UPDATE users SET full_name = 'x' WHERE id = (SELECT max(id) FROM users)", "users"),
            ("chat", "UPDATE search_entries SET user_id = 'x' WHERE number = 9", "search_entries"),
            ("analytics", "DELETE FROM sketches WHERE slot = 22", "sketches"),
        ],
    )
    def test_is_verified_row_by_row(
        self, sources: dict[str, str], server: PostgresServer, name: str, statement: str, table: str
    ) -> None:
        moved = moved_of(name, sources, server)
        assert moved.finish()[0] == 0
        assert moved.finish("--verify")[0] == 0
        change(moved.target, statement)
        code, output = moved.finish("--verify")
        assert code == 1, output
        assert f"Different: {table}." in output
        assert set(SERVICES[name][1].tables) - set(figures(output)) == {table}

    @pytest.mark.timeout(MOVE_SECONDS)
    def test_goes_back_with_what_was_written_since_and_can_be_searched(
        self, sources: dict[str, str], server: PostgresServer, tmp_path: Path
    ) -> None:
        moved = moved_of("chat", sources, server)
        assert moved.finish()[0] == 0
        change(moved.target, "UPDATE messages SET content = 'Written since: zebra' WHERE position = 25")
        back = f"sqlite:///{(tmp_path / 'back.db').as_posix()}"
        code, output = moved.finish(source=moved.target, target=back)
        assert code == 0, output
        in_postgres = "SELECT count(*) FROM search_entries WHERE words @@ to_tsquery('simple', 'zebra')"
        assert rows_of(moved.target, in_postgres) == [(1,)]
        assert rows_of(back, "SELECT count(*) FROM search_words WHERE search_words MATCH 'content: zebra'") == [(1,)]
