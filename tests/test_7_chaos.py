"""chat-service is killed in the middle of its work: what it had acknowledged is there when it comes back."""

import asyncio
import os
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, suppress

import httpx
import pytest
from launcher.services import AUTH, CHAT
from service_kit.clock import new_id
from support.client import Json, People, Person, ok, people_of, until_status
from support.ledger import Acknowledged, Ledger, find_faults
from support.scripted_openai import ScriptedOpenAI
from support.sockets import FRAME_SECONDS, Socket
from support.stack import Stack, running_stack
from support.waiting import eventually
from websockets.exceptions import WebSocketException

pytestmark = pytest.mark.chaos

KILLS = int(os.environ.get("CONVOAI_CHAOS_KILLS", "20"))
WRITERS = int(os.environ.get("CONVOAI_CHAOS_WRITERS", "4"))
ACKS_BETWEEN_KILLS = 4
TURNS_PER_CONVERSATION = 3
SCRIPT = "[[tokens=12]][[rate=100]]"
WHOLE_ANSWER = "".join(f"word{number} " for number in range(1, 13))
# Whoever is killed writes no coverage down; measuring would only slow the starts.
UNMEASURED = {"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
# The service is gone, or going: nothing was promised.
GONE = (WebSocketException, httpx.TransportError, OSError, TimeoutError)


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """A chat-service to be killed; its events wait in the outbox."""
    folder = tmp_path_factory.mktemp("chaos")
    with running_stack(folder, services=[AUTH, CHAT], provider=provider, settings=UNMEASURED) as running:
        yield running


@pytest.fixture
async def survivors(fragile: Stack) -> AsyncIterator[People]:
    async with people_of(fragile) as people:
        yield people


async def kill_and_start(stack: Stack) -> None:
    stack.chat.kill()
    stack.chat.start()
    await asyncio.to_thread(stack.chat.wait_ready)


def older_than_a_second(came: list[tuple[float, str]]) -> str:
    """The text that had come a second ago; each piece with the time of its coming."""
    now = time.monotonic()
    return "".join(text for at, text in came if at <= now - 1.0)


class TestKillInTheMiddleOfAnAnswer:
    async def test_leaves_the_message_and_what_had_come_a_second_before(self, survivors: People) -> None:
        person = await survivors.register()
        conversation = await person.new_conversation()
        came: list[tuple[float, str]] = []
        async with person.socket(conversation, stream=True) as socket:
            await socket.send("message", content="[[tokens=2000]][[rate=50]]", client_id="c-1")
            await socket.until("start")
            while len(older_than_a_second(came).split()) < 40:
                delta = await socket.expect("delta")
                came.append((time.monotonic(), delta["content"]))
            promised = older_than_a_second(came)
            await kill_and_start(survivors.stack)
        question, answer = await until_status(person, conversation, "interrupted")
        assert (question["content"], question["status"]) == ("[[tokens=2000]][[rate=50]]", "complete")
        assert answer["in_reply_to"] == question["id"]
        assert answer["content"].startswith(promised)
        assert "".join(text for _, text in came).startswith(answer["content"])
        assert (await person.ask(conversation, "[[say]]On we go"))["content"] == "On we go"

    async def test_a_request_that_is_sent_again_gets_the_interrupted_answer(self, survivors: People) -> None:
        person = await survivors.register()
        conversation = await person.new_conversation()
        text = "[[tokens=2000]][[rate=50]]"
        waiting = asyncio.create_task(person.send(conversation, text, client_id="c-1"))
        await until_status(person, conversation, "streaming")
        await kill_and_start(survivors.stack)
        with pytest.raises(httpx.TransportError):
            await waiting
        sent = ok(await person.send(conversation, text, client_id="c-1"))
        assert sent["reply"]["status"] == "interrupted"
        assert len(await person.messages(conversation)) == 2


class Writer:
    """Sends messages without end; after each break it sends the last one again, under the same client_id."""

    def __init__(self, person: Person, ledger: Ledger) -> None:
        self.person = person
        self._ledger = ledger
        self.conversations: list[str] = []

    async def run(self, has_ended: asyncio.Event) -> None:
        while not has_ended.is_set():
            conversation = await self._begin()
            for _ in range(TURNS_PER_CONVERSATION):
                # After a break the answer is reaped some seconds later: go on elsewhere meanwhile.
                if has_ended.is_set() or not await self._exchange(conversation, new_id()):
                    break

    async def _begin(self) -> str:
        while True:
            with suppress(*GONE):
                self.conversations.append(await self.person.new_conversation())
                return self.conversations[-1]
            await asyncio.sleep(0.05)

    async def _exchange(self, conversation: str, client_id: str) -> bool:
        """Whether the answer came to its end in one go; on return the message is acknowledged in any case."""
        content, acknowledged = f"{SCRIPT}{client_id}", ""
        for attempt in range(1_000):
            self._ledger.resends += attempt > 0
            with suppress(*GONE):
                async with self.person.socket(conversation, stream=True) as socket:
                    await socket.send("message", content=content, client_id=client_id)
                    message_id = await self._acknowledgement(socket)
                    assert acknowledged in ("", message_id), "a resend was stored a second time"
                    if not acknowledged:
                        acknowledged = message_id
                        self._ledger.entries.append(Acknowledged(conversation, client_id, message_id, content))
                    if attempt > 0:
                        return False
                    await socket.answer()
                    return True
            await asyncio.sleep(0.05)
        raise AssertionError("the service did not come back")

    @staticmethod
    async def _acknowledgement(socket: Socket) -> str:
        async with asyncio.timeout(FRAME_SECONDS):
            while True:
                frame = await socket.receive()
                assert frame.type != "error", frame
                if frame.type == "ack":
                    return str(frame["message_id"])


class TestKillsUnderLoad:
    @pytest.mark.timeout(3_000)
    async def test_lose_no_acknowledged_message_and_double_none(self, survivors: People) -> None:
        ledger, has_ended = Ledger(), asyncio.Event()
        persons = [await survivors.register() for _ in range(WRITERS)]
        writers = [Writer(person, ledger) for person in persons]
        tasks = [asyncio.create_task(writer.run(has_ended)) for writer in writers]
        for _ in range(KILLS):
            await self.until_more_is_acknowledged(ledger, tasks)
            await asyncio.sleep(random.uniform(0, 0.15))  # anywhere within an exchange
            await kill_and_start(survivors.stack)
        await self.until_more_is_acknowledged(ledger, tasks)
        has_ended.set()
        await asyncio.gather(*tasks)
        stored = await all_stored(writers)
        assert find_faults(ledger.entries, stored, whole_answer=WHOLE_ANSWER) == []
        assert len(ledger.entries) >= KILLS * ACKS_BETWEEN_KILLS
        assert ledger.resends >= KILLS, "too few exchanges were broken to prove anything"
        # The negative control: one acknowledged message is taken from the database behind the service's back.
        lost = ledger.entries[-1]
        survivors.stack.chat.kill()
        with closing(sqlite3.connect(survivors.stack.database(CHAT))) as database, database:
            database.execute("DELETE FROM messages WHERE id = ?", (lost.message_id,))
        survivors.stack.chat.start()
        await asyncio.to_thread(survivors.stack.chat.wait_ready)
        faults = find_faults(ledger.entries, await all_stored(writers), whole_answer=WHOLE_ANSWER)
        assert any(lost.client_id in fault and "lost" in fault for fault in faults)

    @staticmethod
    async def until_more_is_acknowledged(ledger: Ledger, tasks: list[asyncio.Task[None]]) -> None:
        before = len(ledger.entries)

        async def is_more() -> bool:
            for task in tasks:
                if task.done():
                    task.result()
            return len(ledger.entries) >= before + ACKS_BETWEEN_KILLS

        await eventually(is_more)


async def all_stored(writers: Sequence[Writer]) -> dict[str, list[Json]]:
    """The messages of all conversations, which must all be listed, once no answer is being written any more."""
    stored = {}
    for writer in writers:
        listed = {conversation["id"] for conversation in await all_conversations(writer.person)}
        assert listed >= set(writer.conversations)
        for conversation in writer.conversations:
            stored[conversation] = await ended_messages(writer.person, conversation)
    return stored


async def all_conversations(person: Person) -> list[Json]:
    """Page by page: long runs make more than one page has."""
    found: list[Json] = []
    query = httpx.QueryParams(limit=200)
    while True:
        response = await person.chat("GET", "/conversations/", params=query)
        found += ok(response)
        if "next" not in response.links:
            return found
        query = httpx.URL(response.links["next"]["url"]).params


async def ended_messages(person: Person, conversation: str) -> list[Json]:
    """The conversation's messages once no answer is being written any more."""

    async def look() -> list[Json] | None:
        messages = await person.messages(conversation)
        return messages if all(message["status"] != "streaming" for message in messages) else None

    return await eventually(look)
