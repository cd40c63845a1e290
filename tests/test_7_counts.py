"""Whatever is killed or away, the figures are those of an independent recount of what the services have stored."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from statistics import median

import httpx
import pytest
from launcher.paths import ROOT
from launcher.services import ANALYTICS, AUTH, CHAT
from service_kit.clock import new_id
from support.client import PASSWORD, People, Person, ok, people_of, unique_name
from support.processes import base_environment
from support.scripted_openai import ScriptedOpenAI
from support.settling import answered, let_midnight_pass, nothing_waits, settled
from support.stack import Stack, running_stack
from support.waiting import eventually

pytestmark = pytest.mark.chaos

KILLS = int(os.environ.get("CONVOAI_COUNT_KILLS", "6"))
OUTAGE_SECONDS = int(os.environ.get("CONVOAI_OUTAGE_SECONDS", "6"))
EVENTS_PER_SECOND = 50
WRITERS = 4
EXCHANGES_BETWEEN_KILLS = 3
# Whoever is killed writes no coverage down; measuring would only slow the starts.
UNMEASURED = {"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
GONE = (httpx.TransportError, OSError, TimeoutError)
SETTLE_SECONDS = 120.0
PATIENCE_SECONDS = 4.0  # a request that waited for a silent analytics-service would take five


@pytest.fixture
def fragile(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """An installation whose services are killed, or away."""
    with running_stack(tmp_path_factory.mktemp("counts"), provider=provider, settings=UNMEASURED) as running:
        yield running


@pytest.fixture
async def survivors(fragile: Stack) -> AsyncIterator[People]:
    async with people_of(fragile) as people:
        yield people


async def insist(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """The first answer that is none of a service that is gone or just coming back."""
    while True:
        with suppress(*GONE):
            response = await ask()
            if response.status_code < 500 and response.status_code != 409:
                return response
        await asyncio.sleep(0.05)


class Crowd:
    """People who converse, and others who join, until they are told to end."""

    def __init__(self, people: People, writers: list[Person]) -> None:
        self._people = people
        self._writers = writers
        self.has_ended = asyncio.Event()
        self.exchanges = 0

    async def run(self) -> None:
        """Ends once each has ended what it was doing."""
        await asyncio.gather(self._join(), *(self._converse(person) for person in self._writers))

    async def _converse(self, person: Person) -> None:
        while not self.has_ended.is_set():
            made = ok(await insist(lambda: person.chat("POST", "/conversations/", json={})))
            for _ in range(3):
                send = self._sending(person, made["id"])
                assert ok(await insist(send))["role"] == "user"
                self.exchanges += 1

    @staticmethod
    def _sending(person: Person, conversation: str) -> Callable[[], Awaitable[httpx.Response]]:
        client_id = new_id()
        return lambda: person.send(conversation, "[[tokens=12]][[rate=200]]", client_id=client_id)

    async def _join(self) -> None:
        while not self.has_ended.is_set():
            name = unique_name()
            body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
            # A lost answer may have been a registration: then the name is taken when it is sent again.
            response = await insist(lambda body=body: self._people.http.post("/users/", json=body))  # type: ignore[misc]
            assert response.status_code in (200, 400), response.text
            ok(await insist(lambda name=name: self._people.post_token(name, PASSWORD)))  # type: ignore[misc]
            await asyncio.sleep(0.2)


def stored_figures(stack: Stack) -> dict[str, int]:
    """What auth and chat have stored, counted in their own databases."""

    def number(service: object, statement: str) -> int:
        assert service in (AUTH, CHAT)
        return int(str(stack.query(AUTH if service is AUTH else CHAT, statement)[0][0] or 0))

    statuses = ("complete", "stopped", "interrupted", "failed")
    answers = "SELECT count(*) FROM messages WHERE role = 'assistant'"
    return {
        "registrations": number(AUTH, "SELECT count(*) FROM users"),
        "sign_ins": number(AUTH, "SELECT count(*) FROM sessions"),
        "conversations_created": number(CHAT, "SELECT count(*) FROM conversations"),
        "questions": number(CHAT, "SELECT count(*) FROM messages WHERE role = 'user'"),
        "answers": number(CHAT, answers),
        **{f"answers_{status}": number(CHAT, f"{answers} AND status = '{status}'") for status in statuses},
        "total_tokens": number(CHAT, "SELECT sum(total_tokens) FROM messages"),
    }


def counted_figures(stack: Stack, names: list[str]) -> dict[str, int]:
    """The same as analytics-service has counted it, a day at a time."""
    sums = ", ".join(f"sum({name})" for name in names)
    row = stack.query(ANALYTICS, f"SELECT {sums} FROM figures WHERE cut = 0 AND grain = 1")[0]  # noqa: S608 - our names
    return {name: int(str(amount or 0)) for name, amount in zip(names, row, strict=True)}


def verify_rollups(stack: Stack) -> str:
    """What the command says; asserts that it found every figure to be what its events make of it."""
    settings = {"CONVOAI_ENV_FILES": "off", "ENVIRONMENT": "test", "AUTH_SECRET_KEY": stack.secret}
    settings["DATABASE_URL"] = f"sqlite:///{stack.database(ANALYTICS).as_posix()}"
    done = subprocess.run(
        [sys.executable, "-m", "analytics.commands", "verify-rollups"],
        cwd=ROOT / ANALYTICS.name,
        env=base_environment() | UNMEASURED | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestKillsUnderLoad:
    @pytest.mark.timeout(3_000)
    async def test_end_in_exactly_the_counts_of_a_recount(self, survivors: People) -> None:
        stack = survivors.stack
        crowd = Crowd(survivors, [await survivors.register() for _ in range(WRITERS)])
        running = asyncio.create_task(crowd.run())
        # analytics-service twice as often: it is killed between storing and answering, too.
        victims = [stack.analytics, stack.chat, stack.analytics, stack.auth]
        for number in range(KILLS):
            await self.until_more_is_said(crowd, running)
            await asyncio.sleep(random.uniform(0, 0.3))  # anywhere within an exchange or a batch
            victim = victims[number % len(victims)]
            victim.kill()
            victim.start()
            await asyncio.to_thread(victim.wait_ready)
        await self.until_more_is_said(crowd, running)
        crowd.has_ended.set()
        await running
        await self.until_all_is_counted(stack)
        stored = stored_figures(stack)
        assert counted_figures(stack, list(stored)) == stored
        assert stored["questions"] >= crowd.exchanges >= KILLS * EXCHANGES_BETWEEN_KILLS
        sys.stdout.write(f"{KILLS} kills; {stored}; {verify_rollups(stack)}\n")

    @staticmethod
    async def until_more_is_said(crowd: Crowd, running: "asyncio.Task[None]") -> None:
        before = crowd.exchanges

        async def is_more() -> bool:
            if running.done():
                running.result()
            return crowd.exchanges >= before + EXCHANGES_BETWEEN_KILLS

        await eventually(is_more, seconds=SETTLE_SECONDS)

    @staticmethod
    async def until_all_is_counted(stack: Stack) -> None:
        """No answer is being written any more, and nothing waits."""

        async def is_quiet() -> bool:
            streaming = stack.query(CHAT, "SELECT count(*) FROM messages WHERE status = 'streaming'")
            return streaming == [(0,)] and await nothing_waits(stack)

        await eventually(is_quiet, seconds=SETTLE_SECONDS)


class TestOutage:
    @pytest.mark.timeout(1_200)
    async def test_of_minutes_at_fifty_events_a_second_loses_and_delays_nothing(self, survivors: People) -> None:
        await let_midnight_pass(OUTAGE_SECONDS + 120)
        stack, person = survivors.stack, await survivors.register()
        before, requests_before = await settled(survivors), (await answered(survivors)).requests
        stack.analytics.kill()
        exchanges, seconds = await self.send_steadily(person)
        events = stack.waiting_events() + (await answered(survivors)).requests - requests_before
        stack.analytics.start()
        await asyncio.to_thread(stack.analytics.wait_ready)
        after = await settled(survivors, seconds=SETTLE_SECONDS)
        assert events >= EVENTS_PER_SECOND * OUTAGE_SECONDS
        assert after["total_conversations"] - before["total_conversations"] == exchanges
        assert after["total_messages"] - before["total_messages"] == 2 * exchanges
        assert median(seconds) < PATIENCE_SECONDS
        told = ok(await (await survivors.admin()).analytics("GET", "/analytics/delivery"))
        chat = next(one for one in told["senders"] if one["service"] == CHAT.name)
        assert (chat["requests_dropped"], chat["parked"], chat["is_in_trouble"]) == (0, 0, False)
        assert chat["last_error"].startswith("analytics-service gave no answer")
        took = f"median {median(seconds):.3f} s"
        sys.stdout.write(f"{OUTAGE_SECONDS} s, {events} events, {took}; {verify_rollups(stack)}\n")

    @staticmethod
    async def send_steadily(person: Person) -> tuple[int, list[float]]:
        """Requests at an even pace, every fiftieth of which begins a conversation; how many, and how long each took."""
        seconds: list[float] = []

        async def once(number: int) -> None:
            started_at = time.monotonic()
            if number % EVENTS_PER_SECOND == 0:
                await person.ask(await person.new_conversation(), "[[say]]Yes")
            else:
                ok(await person.chat("GET", "/models"))
            seconds.append(time.monotonic() - started_at)

        async with asyncio.TaskGroup() as sending:
            began_at = time.monotonic()
            for number in range(EVENTS_PER_SECOND * OUTAGE_SECONDS):
                await asyncio.sleep(max(0.0, began_at + number / EVENTS_PER_SECOND - time.monotonic()))
                sending.create_task(once(number))
        return OUTAGE_SECONDS, seconds
