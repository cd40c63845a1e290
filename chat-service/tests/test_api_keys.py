"""API keys with the scope `chat` open everything here that their owner may open, and nothing else."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from chat_server.settings import ChatSettings
from chat_testing.callers import Connect
from chat_testing.model import FakeModel
from chat_testing.problems import ABSENT_ID, code_of, exactly
from chat_testing.sessions import FakeSessions
from chat_testing.sockets import Ending
from fastapi import FastAPI
from prometheus_client import generate_latest
from service_kit.api_keys import ApiKeyCodec
from service_kit.tokens import LATEST_TIMESTAMP

KeyFor = Callable[..., str]
EVENTS = {"Accept": "text/event-stream"}
SAME_REQUEST = {"X-Request-ID": "the-same-for-both"}
either_mode = pytest.mark.parametrize("stream", [True, False], ids=["streaming", "plain"])
either_form = pytest.mark.parametrize("is_in_query", [True, False], ids=["query", "subprotocol"])


@pytest.fixture
def codec(settings: ChatSettings) -> ApiKeyCodec:
    return ApiKeyCodec(settings.auth_secret_key.get_secret_value())


@pytest.fixture
def key_for(codec: ApiKeyCodec, sessions: FakeSessions) -> KeyFor:
    """Makes an API key of the person with this name."""

    def key_for(name: str, *scopes: str, expires_at: int = LATEST_TIMESTAMP) -> str:
        return sessions.give_key(codec, name, *scopes, expires_at=expires_at)

    return key_for


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def pair_of(key: str) -> tuple[str, str]:
    return "convoai", f"bearer.{key}"


def refusal_of(ending: Ending) -> tuple[int | None, str]:
    [frame] = ending.frames
    return ending.code, str(frame["code"])


def dump_of(settings: ChatSettings) -> str:
    """All that the database holds, as text."""
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as connection:
        return "\n".join(connection.iterdump())


class TestRest:
    async def test_a_key_stands_for_its_owner(
        self, anonymous: httpx.AsyncClient, ann: httpx.AsyncClient, conversation_id: str, key_for: KeyFor
    ) -> None:
        headers = bearer(key_for("ann", "chat"))
        path = f"/conversations/{conversation_id}/messages"
        answered = await anonymous.post(path, json={"content": "Hi"}, headers=headers)
        assert (answered.status_code, answered.json()["reply"]["status"]) == (200, "complete")
        assert (await anonymous.get(path, headers=headers)).json() == (await ann.get(path)).json()
        made = (await anonymous.post("/conversations/", json={}, headers=headers)).json()
        listed = {one["id"] for one in (await ann.get("/conversations/")).json()}
        assert listed == {conversation_id, made["id"]}
        assert (await anonymous.get("/models", headers=headers)).status_code == 200

    async def test_anothers_conversation_looks_exactly_like_an_absent_one(
        self, anonymous: httpx.AsyncClient, conversation_id: str, key_for: KeyFor
    ) -> None:
        headers = bearer(key_for("bob", "chat")) | SAME_REQUEST
        ids = (conversation_id, ABSENT_ID)
        answers = [await anonymous.get(f"/conversations/{id_}", headers=headers) for id_ in ids]
        assert exactly(answers[0]) == exactly(answers[1])
        assert code_of(answers[0]) == (404, "conversation_not_found")

    async def test_no_route_forgets_to_ask_for_the_scope(
        self, anonymous: httpx.AsyncClient, app: FastAPI, key_for: KeyFor
    ) -> None:
        headers = bearer(key_for("ann", "analytics:read"))
        open_to_all = {"/", "/health", "/ready", "/metrics", "/shared/{token}"}
        paths = {path: calls for path, calls in app.openapi()["paths"].items() if path not in open_to_all}
        calls = [(method.upper(), path) for path, operations in paths.items() for method in operations]
        for_services = [call for call in calls if call[1].startswith("/internal/")]
        for method, path in for_services:
            assert (await anonymous.request(method, path, json={}, headers=headers)).status_code == 401
        calls = [call for call in calls if call not in for_services]
        assert len(calls) > 8
        for method, path in calls:
            response = await anonymous.request(
                method, path.replace("{conversation_id}", ABSENT_ID), json={"content": "Hi"}, headers=headers
            )
            assert code_of(response) == (403, "scope_required"), (method, path)
            assert "the scope chat" in response.json()["detail"]
            assert response.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="chat"'

    async def test_a_key_without_any_scope_opens_nothing(self, anonymous: httpx.AsyncClient, key_for: KeyFor) -> None:
        response = await anonymous.get("/conversations/", headers=bearer(key_for("ann")))
        assert code_of(response) == (403, "scope_required")

    async def test_a_key_that_was_deleted_is_refused(
        self, anonymous: httpx.AsyncClient, key_for: KeyFor, sessions: FakeSessions
    ) -> None:
        key = key_for("ann", "chat")
        assert (await anonymous.get("/conversations/", headers=bearer(key))).status_code == 200
        sessions.take_key(key)
        response = await anonymous.get("/conversations/", headers=bearer(key))
        assert code_of(response) == (401, "invalid_api_key")
        assert response.headers["WWW-Authenticate"] == "Bearer"

    async def test_nobody_is_asked_about_a_key_that_is_none(
        self, anonymous: httpx.AsyncClient, key_for: KeyFor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(*_arguments: object) -> None:
            raise AssertionError("asked")

        key = key_for("ann", "chat")
        slip = key[:-1] + ("a" if key[-1] != "a" else "b")
        foreign = ApiKeyCodec("another-secret-with-more-than-32-bytes").make().text
        monkeypatch.setattr(FakeSessions, "check", fail)
        for text in (slip, foreign, "cvo_", key.lower(), f"{key}0"):
            response = await anonymous.get("/conversations/", headers=bearer(text))
            assert code_of(response) == (401, "invalid_api_key")

    async def test_another_scheme_is_no_way_in(self, anonymous: httpx.AsyncClient, key_for: KeyFor) -> None:
        key = key_for("ann", "chat")
        for headers in ({"Authorization": key}, {"Authorization": f"Basic {key}"}, {"X-API-Key": key}):
            assert code_of(await anonymous.get("/conversations/", headers=headers)) == (401, "invalid_credentials")
        assert code_of(await anonymous.get("/conversations/", params={"token": key})) == (401, "invalid_credentials")


class TestEventStream:
    async def test_an_answer_comes_as_events(
        self, anonymous: httpx.AsyncClient, conversation_id: str, key_for: KeyFor
    ) -> None:
        path, headers = f"/conversations/{conversation_id}/messages", bearer(key_for("ann", "chat")) | EVENTS
        response = await anonymous.post(path, json={"content": "Hi"}, headers=headers)
        assert response.text.strip().split("\n\n")[-1].startswith("event: message\n")

    async def test_it_ends_with_the_key(
        self,
        anonymous: httpx.AsyncClient,
        conversation_id: str,
        key_for: KeyFor,
        sessions: FakeSessions,
        model: FakeModel,
    ) -> None:
        model.hold()
        key = key_for("ann", "chat")
        path, headers = f"/conversations/{conversation_id}/messages", bearer(key) | EVENTS
        asking = asyncio.create_task(anonymous.post(path, json={"content": "Hi"}, headers=headers))
        answer = await model.answer()
        answer.say("Hel")
        sessions.take_key(key)
        async with asyncio.timeout(10):
            last = (await asking).text.strip().split("\n\n")[-1]
        assert last.startswith("event: error\n")
        assert '"code":"invalid_api_key"' in last
        answer.end()


@either_mode
class TestSocket:
    @either_form
    async def test_a_key_opens_it_in_either_form(
        self, connect: Connect, conversation_id: str, key_for: KeyFor, stream: bool, is_in_query: bool
    ) -> None:
        key = key_for("ann", "chat")
        token, subprotocols = (key, ()) if is_in_query else (None, pair_of(key))
        async with connect(conversation_id, user=None, token=token, stream=stream, subprotocols=subprotocols) as socket:
            await socket.say("Hi")
            assert (await socket.until_answered())[-1]["role"] == "assistant"

    @either_form
    async def test_a_key_for_something_else_is_4401(
        self, connect: Connect, conversation_id: str, key_for: KeyFor, stream: bool, is_in_query: bool
    ) -> None:
        key = key_for("ann", "analytics:read")
        token, subprotocols = (key, ()) if is_in_query else (None, pair_of(key))
        async with connect(conversation_id, user=None, token=token, stream=stream, subprotocols=subprotocols) as socket:
            ending = await socket.ending()
        assert refusal_of(ending) == (4401, "scope_required")
        assert "the scope chat" in ending.frames[0]["message"]

    async def test_anothers_conversation_is_absent(
        self, connect: Connect, conversation_id: str, key_for: KeyFor, stream: bool
    ) -> None:
        async with connect(conversation_id, token=key_for("bob", "chat"), stream=stream) as socket:
            assert refusal_of(await socket.ending()) == (4404, "conversation_not_found")

    async def test_it_closes_when_its_key_is_deleted_and_no_other_does(
        self, connect: Connect, conversation_id: str, key_for: KeyFor, sessions: FakeSessions, stream: bool
    ) -> None:
        key, other = key_for("ann", "chat"), key_for("ann", "chat")
        async with (
            connect(conversation_id, token=key, stream=stream) as first,
            connect(conversation_id, token=key, stream=stream) as second,
            connect(conversation_id, token=other, stream=stream) as untouched,
            connect(conversation_id, stream=stream) as signed_in,
        ):
            for socket in (first, second, untouched, signed_in):
                await socket.send(type="ping")
                await socket.until("pong")
            sessions.take_key(key)
            for socket in (first, second):
                assert refusal_of(await socket.ending()) == (4401, "invalid_api_key")
            for socket in (untouched, signed_in):
                await socket.silence()

    async def test_it_closes_when_its_key_expires(
        self, connect: Connect, conversation_id: str, key_for: KeyFor, stream: bool
    ) -> None:
        key = key_for("ann", "chat", expires_at=int(time.time()) + 3)
        async with connect(conversation_id, token=key, stream=stream) as socket:
            await socket.send(type="ping")
            await socket.until("pong")
            assert refusal_of(await socket.ending()) == (4401, "invalid_api_key")


class TestTraces:
    """uvicorn logs the whole address of a socket, and at DEBUG its frames and headers too."""

    @pytest.fixture
    def setting_changes(self, tmp_path: Path) -> dict[str, Any]:
        return {"log_level": "DEBUG", "log_directory": tmp_path / "logs", "log_format": "json"}

    async def test_no_key_reaches_a_log_a_figure_or_an_event(
        self,
        anonymous: httpx.AsyncClient,
        connect: Connect,
        conversation_id: str,
        key_for: KeyFor,
        settings: ChatSettings,
        app: FastAPI,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        key, useless = key_for("ann", "chat"), key_for("ann", "analytics:read")
        for text in (key, useless, f"{key}0"):
            await anonymous.get(f"/conversations/?token={text}", headers=bearer(text))
            await anonymous.get(f"/nothing/{text}", headers=bearer(text))
            for token, subprotocols in ((text, ()), (None, pair_of(text))):
                async with connect(conversation_id, user=None, token=token, subprotocols=subprotocols) as socket:
                    await (socket.receive() if text == key else socket.ending())
        assert settings.log_directory is not None
        file = (settings.log_directory / "chat-service.log").read_text(encoding="utf-8")
        assert conversation_id in file
        figures = generate_latest(app.state.registry).decode()
        for written in (file, capfd.readouterr().err, figures, dump_of(settings)):
            for text in (key, useless):
                assert text[17:60] not in written
