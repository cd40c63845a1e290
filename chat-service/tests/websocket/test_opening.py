"""Who may open a socket, how a refusal looks, and what ends one."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_testing.callers import Connect, TokenFor
from chat_testing.model import FakeModel
from chat_testing.problems import ABSENT_ID
from chat_testing.sockets import Ending, kinds_of
from chat_testing.waiting import eventually
from service_kit.tokens import TokenCodec
from support.stack import metric

PAGE = "http://localhost:3000"
either_mode = pytest.mark.parametrize("stream", [True, False], ids=["streaming", "plain"])


def refusal_of(ending: Ending) -> tuple[int | None, str]:
    """The close code and the code of the one error frame ahead of it."""
    assert kinds_of(ending.frames) == ["error"]
    frame = ending.frames[0]
    assert frame["message"]
    assert isinstance(frame["retryable"], bool)
    return ending.code, frame["code"]


@either_mode
class TestCredentials:
    async def test_a_token_in_the_query_opens(self, connect: Connect, conversation_id: str, stream: bool) -> None:
        async with connect(conversation_id, stream=stream) as socket:
            await socket.send(type="ping")
            assert (await socket.until("pong"))[-1] == {"type": "pong"}

    async def test_a_token_in_the_subprotocol_opens(
        self, connect: Connect, conversation_id: str, token_for: TokenFor, stream: bool
    ) -> None:
        pair = ("convoai", f"bearer.{token_for('ann')}")
        async with connect(conversation_id, user=None, stream=stream, subprotocols=pair) as socket:
            assert socket.connection.subprotocol == "convoai"
            await socket.send(type="ping")
            assert (await socket.until("pong"))[-1] == {"type": "pong"}

    @pytest.mark.parametrize("fault", ["none", "rubbish", "expired", "service", "forged"])
    async def test_anything_else_is_4401(
        self, connect: Connect, conversation_id: str, token_for: TokenFor, stream: bool, app: Any, fault: str
    ) -> None:
        forger = TokenCodec("another-secret-of-more-than-32-bytes!")
        tokens = {
            "none": None,
            "rubbish": "rubbish",
            "expired": token_for("ann", timedelta(minutes=-1)),
            "service": app.state.token_codec.sign_service("chat-service"),
            "forged": forger.sign_access(
                username="ann", user_id="ann", roles=[], session_id="s", lifetime=timedelta(minutes=5)
            ),
        }
        async with connect(conversation_id, user=None, token=tokens[fault], stream=stream) as socket:
            assert refusal_of(await socket.ending()) == (4401, "invalid_credentials")

    @pytest.mark.parametrize("token", ["rubbish", ""])
    async def test_a_bad_token_in_the_subprotocol_is_4401(
        self, connect: Connect, conversation_id: str, stream: bool, token: str
    ) -> None:
        pair = ("convoai", f"bearer.{token}")
        async with connect(conversation_id, user=None, stream=stream, subprotocols=pair) as socket:
            assert refusal_of(await socket.ending()) == (4401, "invalid_credentials")

    async def test_a_socket_ends_with_its_token(
        self, connect: Connect, conversation_id: str, token_for: TokenFor, stream: bool
    ) -> None:
        token = token_for("ann", timedelta(seconds=3))
        async with connect(conversation_id, token=token, stream=stream) as socket:
            await socket.send(type="ping")
            await socket.until("pong")

            assert refusal_of(await socket.ending()) == (4401, "invalid_credentials")


class TestOrigin:
    async def test_a_page_of_ours_may_connect(self, connect: Connect, conversation_id: str) -> None:
        async with connect(conversation_id, origin=PAGE) as socket:
            assert (await socket.receive())["type"] == "ready"

    async def test_a_page_on_the_services_own_address_may_connect(
        self, connect: Connect, conversation_id: str, server: Any
    ) -> None:
        async with connect(conversation_id, origin=f"http://{server.address}") as socket:
            assert (await socket.receive())["type"] == "ready"

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "http://localhost:3001", "null", f"{PAGE}.evil.example"]
    )
    async def test_any_other_page_is_4401(self, connect: Connect, conversation_id: str, origin: str) -> None:
        async with connect(conversation_id, origin=origin) as socket:
            assert refusal_of(await socket.ending()) == (4401, "origin_not_allowed")


@either_mode
class TestOwnership:
    async def test_another_persons_conversation_looks_absent(
        self, connect: Connect, conversation_id: str, stream: bool
    ) -> None:
        endings = []
        for target in (conversation_id, ABSENT_ID):
            async with connect(target, user="bob", stream=stream) as socket:
                endings.append(await socket.ending())

        assert refusal_of(endings[0]) == (4404, "conversation_not_found")
        assert endings[0].frames[0]["message"] == "Conversation not found or access denied"
        assert endings[0] == endings[1]

    async def test_without_credentials_nothing_is_told_of_it(
        self, connect: Connect, conversation_id: str, stream: bool
    ) -> None:
        endings = []
        for target in (conversation_id, ABSENT_ID):
            async with connect(target, user=None, stream=stream) as socket:
                endings.append(await socket.ending())

        assert endings[0] == endings[1]


class TestTooMany:
    @pytest.fixture
    def setting_changes(self) -> dict[str, Any]:
        return {"websockets_per_user": 2}

    async def test_one_over_the_limit_is_4429_until_another_leaves(
        self, connect: Connect, conversation_id: str, bob: httpx.AsyncClient
    ) -> None:
        his = (await bob.post("/conversations/", json={})).json()["id"]
        async with connect(conversation_id) as first, connect(conversation_id) as second:
            await first.receive()
            await second.receive()
            async with connect(conversation_id) as third:
                assert refusal_of(await third.ending()) == (4429, "too_many_connections")
            async with connect(his, user="bob") as other:
                assert (await other.receive())["type"] == "ready"
        await self._can_open(connect, conversation_id)

    async def _can_open(self, connect: Connect, conversation_id: str) -> None:
        async def opens() -> bool:
            async with connect(conversation_id) as socket:
                return bool((await socket.receive())["type"] == "ready")

        await eventually(opens)


class TestIdle:
    @pytest.fixture
    def setting_changes(self) -> dict[str, Any]:
        return {"websocket_idle_seconds": 0.8}

    @either_mode
    async def test_a_silent_socket_is_4408(self, connect: Connect, conversation_id: str, stream: bool) -> None:
        async with connect(conversation_id, stream=stream) as socket:
            ending = await socket.ending()

        # 1011, an internal failure, was what it closed with.
        assert (ending.code, ending.frames[-1]["code"]) == (4408, "idle")

    async def test_one_that_pings_stays(self, connect: Connect, conversation_id: str) -> None:
        async with connect(conversation_id) as socket:
            await socket.receive()
            until = time.monotonic() + 2.0
            while time.monotonic() < until:
                await socket.silence()
                await asyncio.sleep(0.1)


class TestIdleSockets:
    async def test_fifty_of_them_hold_no_connection_of_the_database(
        self, connect: Connect, conversation_id: str, parts: Parts, ann: httpx.AsyncClient
    ) -> None:
        sockets = [connect(conversation_id, stream=number % 2 == 0) for number in range(50)]
        opened = await asyncio.gather(*(socket.__aenter__() for socket in sockets))
        try:
            for socket in opened:
                await socket.send(type="ping")
                await socket.until("pong")

            await eventually(lambda: parts.database.connections_in_use == 0)
            figures = (await ann.get("/metrics")).text
            assert [metric(figures, "websockets_open", kind=kind) for kind in ("plain", "streaming")] == [25, 25]
            assert (await ann.get("/conversations/")).status_code == 200
        finally:
            await asyncio.gather(*(socket.__aexit__(None, None, None) for socket in sockets))

        async def are_gone() -> bool:
            return metric((await ann.get("/metrics")).text, "websockets_open") == 0

        await eventually(are_gone)

    async def test_nor_does_one_that_waits_for_the_model(
        self, connect: Connect, conversation_id: str, parts: Parts, model: FakeModel, ann: httpx.AsyncClient
    ) -> None:
        model.hold()
        other = (await ann.post("/conversations/", json={})).json()["id"]
        async with connect(conversation_id) as streaming, connect(other, stream=False) as plain:
            await streaming.say("Hi")
            await plain.say("Hi")
            first, second = await model.answer(1), await model.answer(2)
            await streaming.until("start")

            await eventually(lambda: parts.database.connections_in_use == 0)
            first.end()
            second.end()
            await streaming.until_answered()
            await plain.until_answered()
