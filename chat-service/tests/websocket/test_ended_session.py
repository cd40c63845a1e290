"""A session that ends takes its sockets and streams with it, and leaves the answers."""

import asyncio

import httpx
import pytest
from chat_testing.callers import Connect
from chat_testing.model import FakeModel
from chat_testing.problems import code_of
from chat_testing.sessions import FakeSessions
from chat_testing.sockets import kinds_of
from chat_testing.stored import Stored
from chat_testing.waiting import eventually
from fastapi import FastAPI

either_mode = pytest.mark.parametrize("stream", [True, False], ids=["streaming", "plain"])


@either_mode
class TestSocket:
    async def test_it_is_closed_with_4401_while_it_waits(
        self, connect: Connect, conversation_id: str, sessions: FakeSessions, stream: bool
    ) -> None:
        async with connect(conversation_id, stream=stream) as socket, connect(conversation_id) as second:
            await socket.send(type="ping")
            await socket.until("pong")
            sessions.end("ann")
            ending = await socket.ending()
            assert (await second.ending()).code == 4401

        assert (ending.code, [frame["code"] for frame in ending.frames]) == (4401, ["invalid_credentials"])

    async def test_it_is_closed_in_the_middle_of_an_answer_which_goes_on(
        self,
        connect: Connect,
        conversation_id: str,
        sessions: FakeSessions,
        model: FakeModel,
        stored: Stored,
        stream: bool,
    ) -> None:
        model.hold()
        async with connect(conversation_id, stream=stream) as socket:
            await socket.say("Hi")
            answer = await model.answer()
            answer.say("Hel")
            sessions.end("ann")
            assert (await socket.ending()).code == 4401
        answer.say("lo")
        answer.end()

        async def is_complete() -> bool:
            return await stored.status(conversation_id) == "complete"

        await eventually(is_complete)
        assert (await stored.answer(conversation_id)).content == "Hello"

    async def test_another_persons_stays_open(
        self, connect: Connect, conversation_id: str, bob: httpx.AsyncClient, sessions: FakeSessions, stream: bool
    ) -> None:
        his = (await bob.post("/conversations/", json={})).json()["id"]
        async with (
            connect(conversation_id, stream=stream) as ended,
            connect(his, user="bob", stream=stream) as socket,
        ):
            sessions.end("ann")
            await ended.ending()
            await socket.send(type="ping")
            await socket.until("pong")

    async def test_none_is_opened_afterwards(
        self, connect: Connect, conversation_id: str, sessions: FakeSessions, stream: bool
    ) -> None:
        sessions.end("ann")
        async with connect(conversation_id, stream=stream) as socket:
            ending = await socket.ending()
        assert (ending.code, kinds_of(ending.frames)) == (4401, ["error"])

    async def test_an_unknown_session_has_to_wait_for_auth_service(
        self, connect: Connect, conversation_id: str, sessions: FakeSessions, stream: bool
    ) -> None:
        sessions.is_away = True
        async with connect(conversation_id, stream=stream) as socket:
            ending = await socket.ending()
        [error] = ending.frames
        assert (ending.code, error["code"], error["retryable"]) == (1011, "identity_unavailable", True)
        assert error["retry_after_seconds"] > 0


class TestEventStream:
    async def test_it_ends_with_an_error_and_the_answer_goes_on(
        self,
        ann: httpx.AsyncClient,
        conversation_id: str,
        sessions: FakeSessions,
        model: FakeModel,
        stored: Stored,
    ) -> None:
        model.hold()
        headers = {"Accept": "text/event-stream"}
        url = f"/conversations/{conversation_id}/messages"
        asking = asyncio.create_task(ann.post(url, json={"content": "Hi"}, headers=headers))
        answer = await model.answer()
        answer.say("Hel")
        sessions.end("ann")
        async with asyncio.timeout(10):
            events = (await asking).text.strip().split("\n\n")
        assert events[-1].startswith("event: error\n")
        assert '"code":"invalid_credentials"' in events[-1]
        answer.say("lo")
        answer.end()

        async def is_complete() -> bool:
            return await stored.status(conversation_id) == "complete"

        await eventually(is_complete)

    async def test_the_whole_of_it_comes_while_the_session_holds(
        self, ann: httpx.AsyncClient, conversation_id: str
    ) -> None:
        headers = {"Accept": "text/event-stream"}
        response = await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"}, headers=headers)
        events = [block.partition("\n")[0] for block in response.text.split("\n\n") if block.startswith("event")]
        assert events[-1] == "event: message"


class TestRest:
    async def test_it_is_refused(self, ann: httpx.AsyncClient, conversation_id: str, sessions: FakeSessions) -> None:
        sessions.end("ann")
        response = await ann.get(f"/conversations/{conversation_id}")
        assert code_of(response) == (401, "invalid_credentials")
        assert response.headers["WWW-Authenticate"] == "Bearer"

    async def test_it_says_when_to_come_back_while_nobody_can_tell(
        self, ann: httpx.AsyncClient, sessions: FakeSessions
    ) -> None:
        sessions.is_away = True
        response = await ann.get("/conversations/")
        assert code_of(response) == (503, "identity_unavailable")
        assert int(response.headers["Retry-After"]) > 0

    async def test_nobody_is_asked_about_a_token_that_is_none(
        self, anonymous: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(*_arguments: object) -> None:
            raise AssertionError("asked")

        monkeypatch.setattr(FakeSessions, "check", fail)
        for token in ("x", "a.b.c", app.state.token_codec.sign_service("chat-service")):
            response = await anonymous.get("/conversations/", headers={"Authorization": f"Bearer {token}"})
            assert response.status_code == 401
