"""Backup and restore of a whole installation of real processes, in use meanwhile, on both kinds of database."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from launcher import backups
from launcher.console import Console
from launcher.services import ANALYTICS, AUTH, CHAT, Service
from support.client import PASSWORD, People, Person, ok, people_of
from support.databases import rows_of
from support.postgres import running_postgres
from support.processes import ServiceProcess
from support.scripted_openai import ScriptedOpenAI
from support.stack import Stack
from support.waiting import eventually


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(
    request: pytest.FixtureRequest, tmp_path: Path, provider: ScriptedOpenAI, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stack]:
    """An installation on that kind of database, which the launcher's commands mean by «this folder»."""
    stack = Stack(tmp_path / "stack", provider=provider, settings={"MODEL_FIRST_BYTE_SECONDS": "30"})
    with ExitStack() as ends:
        if request.param == "postgresql":
            server = ends.enter_context(running_postgres())
            for process in stack.processes:
                process.environment["DATABASE_URL"] = server.new_database()
        monkeypatch.setattr(backups, "RUN", tmp_path / "run")
        monkeypatch.setattr(backups, "venv_program", lambda _name: sys.executable)
        monkeypatch.setattr(backups, "_prepare", lambda _console: None)
        monkeypatch.setattr(backups, "_environment_of", lambda service: process_of(stack, service).environment)
        ends.callback(stack.stop)
        stack.start()
        yield stack


@pytest.fixture
async def crowd(kept: Stack) -> AsyncIterator[People]:
    async with people_of(kept) as people:
        yield people


def process_of(stack: Stack, service: Service) -> ServiceProcess:
    return {AUTH: stack.auth, CHAT: stack.chat, ANALYTICS: stack.analytics}[service]


def rows(stack: Stack, service: Service, statement: str) -> list[tuple[Any, ...]]:
    return rows_of(process_of(stack, service).environment["DATABASE_URL"], statement)


async def delivered(stack: Stack) -> None:
    """Waits until no event waits with its sender."""

    async def is_empty() -> bool:
        return all(rows(stack, service, "SELECT count(*) FROM outbox_events") == [(0,)] for service in (AUTH, CHAT))

    await eventually(is_empty)


@dataclass
class BusyBetweenParts:
    """Before each part is taken somebody converses, and what that reports arrives: what the wrong order would lose."""

    stack: Stack
    person: Person
    conversation_id: str
    monkeypatch: pytest.MonkeyPatch

    async def back_up(self, folder: Path) -> Path:
        loop, run = asyncio.get_running_loop(), backups._run

        def run_after_an_exchange(service: Service, command: str, arguments: list[str]) -> int:
            asyncio.run_coroutine_threadsafe(self._converse(), loop).result()
            return run(service, command, arguments)

        with self.monkeypatch.context() as patching:
            patching.setattr(backups, "_run", run_after_an_exchange)
            assert await asyncio.to_thread(backups.back_up, Console(), folder) == 0
        return only_file_in(folder)

    async def _converse(self) -> None:
        await self.person.ask(self.conversation_id, "between two parts")
        await delivered(self.stack)


def only_file_in(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


async def restore(archive: Path, *, is_replacing: bool = True) -> int:
    return await asyncio.to_thread(
        backups.restore, Console(), archive, is_replacing=is_replacing, has_other_secret=False
    )


def command_of(stack: Stack, service: Service, *words: str) -> str:
    """What a service's own command line says. Raises: AssertionError unless it is content."""
    done = subprocess.run(
        [sys.executable, "-m", f"{service.package}.commands", *words],
        cwd=service.folder,
        env=process_of(stack, service).environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.timeout(400)  # a dozen commands and two starts of three services
class TestWholeInstallation:
    async def test_comes_back_as_it_was_with_every_event_counted(
        self, kept: Stack, crowd: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alice = await crowd.register()
        conversation = await alice.new_conversation(title="Tides")
        archive = await BusyBetweenParts(kept, alice, conversation, monkeypatch).back_up(tmp_path / "backups")
        await alice.ask(conversation, "after the backup")
        late = await crowd.register()

        assert await restore(archive) == 1, "the services run"
        kept.stop()
        assert await restore(archive, is_replacing=False) == 1, "there are rows"
        assert await restore(archive) == 0
        kept.start()

        assert (await alice.chat("GET", "/conversations/")).status_code == 401, "nobody stays signed in"
        assert (await crowd.post_token(late.username, PASSWORD)).status_code == 401
        alice = await crowd.sign_in(alice.username, PASSWORD)
        assert [found["title"] for found in await alice.conversations()] == ["Tides"]
        said = [message["content"] for message in await alice.messages(conversation) if message["role"] == "user"]
        assert said == ["between two parts"] * (backups.ORDER.index(CHAT) + 1)
        assert ok(await alice.chat("GET", "/search", params={"q": "between"})), "what was said is found again"

        await delivered(kept)
        stored = {name for (name,) in rows(kept, CHAT, "SELECT id FROM messages")}
        counted = rows(kept, ANALYTICS, "SELECT message_id FROM events WHERE event_type = 'message_created'")
        assert stored <= {name for (name,) in counted}, "an event is missing"
        assert "every figure is what its events make of it" in command_of(kept, ANALYTICS, "verify-rollups")
        assert "The audit trail holds" in command_of(kept, AUTH, "verify-audit")

        alice_asks = await alice.ask(conversation, "and on")
        assert alice_asks["status"] == "complete"
