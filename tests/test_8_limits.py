"""Many sockets, slow models and absent neighbours: what they may cost, and where chat-service draws a line."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from launcher.services import AUTH, CHAT
from support.client import Person, assert_problem, ok, people_of, until_status
from support.scripted_openai import ScriptedOpenAI
from support.sockets import Socket
from support.stack import NOBODY_LISTENS, Stack, metric, running_stack
from support.waiting import eventually

SOCKETS = 200
IDLE_SECONDS = 1.0


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """A chat-service with one database connection for reading: whoever held it would stop everyone else."""
    settings = {"DATABASE_THREADS": "1", "WEBSOCKETS_PER_USER": str(SOCKETS)}
    folder = tmp_path_factory.mktemp("narrow")
    with running_stack(folder, services=[AUTH, CHAT], provider=provider, settings=settings) as running:
        yield running


@pytest.fixture
async def alice(narrow: Stack) -> AsyncIterator[Person]:
    async with people_of(narrow) as people:
        yield await people.register()


@pytest.fixture
async def bob(narrow: Stack) -> AsyncIterator[Person]:
    async with people_of(narrow) as people:
        yield await people.register()


async def open_sockets(person: Person) -> float:
    return metric((await person.chat("GET", "/metrics")).text, "websockets_open")


async def fill(person: Person, sockets: AsyncExitStack) -> list[Socket]:
    """Open as many sockets as one person may have, half of them streaming; each has been answered once."""
    conversation = await person.new_conversation()
    opened = [
        await sockets.enter_async_context(person.socket(conversation, stream=number % 2 == 0))
        for number in range(SOCKETS)
    ]
    for socket in opened:
        await socket.send("ping")
    for socket in opened:
        await socket.until("pong")
    return opened


class TestManySockets:
    async def test_hold_no_database_connection(self, alice: Person, bob: Person) -> None:
        async with AsyncExitStack() as sockets:
            await fill(alice, sockets)
            assert await open_sockets(bob) == SOCKETS
            conversations = await asyncio.gather(*(bob.new_conversation() for _ in range(20)))
            replies = await asyncio.gather(*(bob.ask(id_, "[[say]]As always") for id_ in conversations))
            histories = await asyncio.gather(*(bob.messages(id_) for id_ in conversations))
        assert {reply["content"] for reply in replies} == {"As always"}
        assert {len(history) for history in histories} == {2}

    async def test_are_forgotten_when_they_close(self, alice: Person) -> None:
        async with AsyncExitStack() as sockets:
            for number, socket in enumerate(await fill(alice, sockets)):
                if number % 2:
                    socket.cut()

        async def are_gone() -> bool:
            return await open_sockets(alice) == 0

        await eventually(are_gone)

    async def test_beyond_ones_share_are_refused_with_4429(self, alice: Person, bob: Person) -> None:
        async with AsyncExitStack() as sockets:
            opened = await fill(alice, sockets)
            async with alice.socket(await alice.new_conversation()) as one_too_many:
                await one_too_many.expect("error", code="too_many_connections")
                assert await one_too_many.close_code() == 4429
            async with bob.socket(await bob.new_conversation()) as of_another:
                await of_another.send("ping")
                await of_another.expect("pong")
            await opened[0].close()
            await opened[1].send("ping")
            await opened[1].expect("pong")


class TestSlowAnswers:
    async def test_hold_no_database_connection(self, alice: Person, bob: Person) -> None:
        conversations = [await alice.new_conversation() for _ in range(10)]
        waiting = [asyncio.create_task(alice.send(id_, "[[delay=2.5]][[say]]At last")) for id_ in conversations]
        for conversation in conversations:
            await until_status(alice, conversation, "streaming")
        assert (await bob.ask(await bob.new_conversation(), "[[say]]Quick"))["content"] == "Quick"
        assert not any(task.done() for task in waiting)
        for response in await asyncio.gather(*waiting):
            assert ok(response)["reply"]["content"] == "At last"


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A chat-service whose neighbours do not exist, the model's server included."""
    settings = {"OPENAI_BASE_URL": f"{NOBODY_LISTENS}/v1", "WEBSOCKET_IDLE_SECONDS": str(IDLE_SECONDS)}
    with running_stack(tmp_path_factory.mktemp("lonely"), services=[AUTH, CHAT], settings=settings) as running:
        yield running


@pytest.fixture
async def hermit(lonely: Stack) -> AsyncIterator[Person]:
    async with people_of(lonely) as people:
        yield await people.register()


class TestNoNeighbours:
    async def test_the_message_is_kept_when_no_model_can_be_reached(self, hermit: Person) -> None:
        conversation = await hermit.new_conversation()
        response = await hermit.send(conversation, "Is anybody there?")
        assert_problem(response, 503, "provider_unavailable")
        assert int(response.headers["Retry-After"]) > 0
        question, answer = await hermit.messages(conversation)
        assert (question["content"], answer["status"]) == ("Is anybody there?", "failed")
        assert answer["error"]["retryable"] is True

    async def test_the_list_of_models_says_so(self, hermit: Person) -> None:
        assert_problem(await hermit.chat("GET", "/models"), 503, "provider_unavailable")

    async def test_conversations_can_be_kept_without_auth_analytics_or_model(self, hermit: Person) -> None:
        conversation = await hermit.new_conversation(title="Alone", model="any-name")
        ok(await hermit.chat("PATCH", f"/conversations/{conversation}", json={"title": "Still alone"}))
        assert [found["title"] for found in await hermit.conversations()] == ["Still alone"]
        ok(await hermit.chat("DELETE", f"/conversations/{conversation}"))
        assert (await hermit.chat("GET", "/ready")).status_code == 200


class TestIdleSocket:
    @pytest.mark.parametrize("stream", [False, True])
    async def test_is_closed_with_4408(self, hermit: Person, stream: bool) -> None:
        async with hermit.socket(await hermit.new_conversation(), stream=stream) as socket:
            assert (await socket.until("error"))[-1]["code"] == "idle"
            assert await socket.close_code() == 4408

    async def test_is_kept_open_by_pings(self, hermit: Person) -> None:
        async with hermit.socket(await hermit.new_conversation()) as socket:
            well_beyond_the_limit = time.monotonic() + 1.6 * IDLE_SECONDS
            while time.monotonic() < well_beyond_the_limit:
                await socket.send("ping")
                await socket.expect("pong")
                await asyncio.sleep(0.05)
