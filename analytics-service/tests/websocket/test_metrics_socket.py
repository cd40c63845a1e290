"""`/ws/metrics`: who may watch, what they are told, and what ends it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from analytics.main import create_app
from analytics.settings import AnalyticsSettings
from chat_testing.server import RunningServer, serving
from chat_testing.waiting import eventually
from fastapi import FastAPI
from prometheus_client import generate_latest
from service_kit.api_keys import ApiKeyCodec
from service_kit.events import ConversationCreated, UserRegistered
from service_kit.tokens import Principal, TokenCodec
from support.sockets import Socket, open_socket

PAGE = "http://localhost:3000"
HeadersFor = Callable[[str], dict[str, str]]
Send = Callable[..., Awaitable[httpx.Response]]
Watch = Callable[..., AbstractAsyncContextManager[Socket]]
ZEROS = {
    "total_users": 0,
    "active_users_today": 0,
    "total_conversations": 0,
    "total_messages": 0,
    "total_tokens_used": 0,
    "avg_response_time": 0.0,
    "error_rate": 0.0,
}


@pytest.fixture
def settings(settings: AnalyticsSettings) -> AnalyticsSettings:
    return settings.model_copy(update={"websockets_per_user": 2})


@pytest.fixture
async def server(app: FastAPI) -> AsyncIterator[RunningServer]:
    async with serving(app) as server:
        yield server


@pytest.fixture
def token_of(headers_for: HeadersFor) -> Callable[[str], str]:
    return lambda caller: headers_for(caller)["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def watch(server: RunningServer, token_of: Callable[[str], str]) -> Watch:
    """Opens a socket as the caller of that name, or with another token."""

    def watch(caller: str | None = "admin", *, token: str | None = None, **options: Any) -> Any:
        token = token or (token_of(caller) if caller is not None else None)
        return open_socket(f"ws://{server.address}/ws/metrics", token=token, **options)

    return watch


async def refusal_of(socket: Socket) -> tuple[str, int]:
    """The code of the one error frame, and that of the close."""
    error = await socket.expect("error")
    return error["code"], await socket.close_code()


class TestOpening:
    @pytest.mark.parametrize("role", ["admin", "manager"])
    async def test_tells_the_summary_at_once(self, watch: Watch, role: str) -> None:
        async with watch(role) as socket:
            frame = await socket.receive()
        assert frame.pop("as_of").endswith("Z")
        assert frame == {"type": "summary"} | ZEROS

    async def test_takes_the_token_as_a_subprotocol(self, watch: Watch, token_of: Callable[[str], str]) -> None:
        pair = ["convoai", f"bearer.{token_of('admin')}"]
        async with watch(None, subprotocols=pair) as socket:
            await socket.expect("summary")
            assert socket.subprotocol == "convoai"

    @pytest.mark.parametrize(
        ("caller", "code"),
        [("user", "role_required"), (None, "invalid_credentials"), ("service", "invalid_credentials")],
    )
    async def test_is_refused_to_anybody_else(self, watch: Watch, caller: str | None, code: str) -> None:
        async with watch(caller) as socket:
            assert await refusal_of(socket) == (code, 4401)

    async def test_is_refused_with_a_token_of_somebody_elses_making(self, watch: Watch) -> None:
        forged = TokenCodec("another-secret-of-at-least-32-bytes!").sign_access(
            username="admin", user_id="id-admin", roles=["admin"], session_id="s", lifetime=timedelta(minutes=5)
        )
        async with watch(token=forged) as socket:
            assert await refusal_of(socket) == ("invalid_credentials", 4401)

    async def test_is_refused_to_pages_that_are_not_ours(self, watch: Watch) -> None:
        async with watch(origin="https://evil.example") as socket:
            assert await refusal_of(socket) == ("origin_not_allowed", 4401)
        async with watch(origin=PAGE) as socket:
            await socket.expect("summary")

    @pytest.mark.parametrize(
        ("roles", "scopes", "code"),
        [
            (("manager",), {"analytics:read"}, None),
            (("user",), {"analytics:read"}, "role_required"),
            (("admin",), {"chat"}, "scope_required"),
        ],
    )
    async def test_takes_an_api_key_for_what_its_owner_may(
        self, app: FastAPI, watch: Watch, roles: tuple[str, ...], scopes: set[str], code: str | None
    ) -> None:
        key = ApiKeyCodec(app.state.settings.auth_secret_key.get_secret_value()).make()
        owner = Principal("mia", "id-mia", roles, "", key.public_id, 1, 4_000_000_000, frozenset(scopes))
        app.state.session_checker.keys[key.text] = owner
        async with watch(token=key.text) as socket:
            if code is None:
                await socket.expect("summary")
            else:
                assert await refusal_of(socket) == (code, 4401)

    async def test_is_refused_to_who_has_too_many_open_until_one_leaves(self, watch: Watch) -> None:
        async with watch() as first:
            await first.expect("summary")
            async with watch() as second:
                await second.expect("summary")
                async with watch() as third:
                    assert await refusal_of(third) == ("too_many_connections", 4429)
                async with watch("manager") as other:
                    await other.expect("summary")

            async def opens() -> bool:
                async with watch() as again:
                    return (await again.receive()).type == "summary"

            await eventually(opens)


class TestNews:
    async def test_come_when_the_figures_change(self, watch: Watch, send: Send) -> None:
        async with watch() as socket, watch("manager") as other:
            await socket.expect("summary", total_users=0)
            await other.expect("summary", total_users=0)
            await send(UserRegistered(source="auth", user_id="u1"))
            await socket.expect("summary", total_users=1)
            await other.expect("summary", total_users=1)

    async def test_come_from_what_another_replica_counted(
        self, settings: AnalyticsSettings, app: FastAPI, watch: Watch, headers_for: HeadersFor
    ) -> None:
        replica = create_app(settings, app.state.session_checker)
        async with watch() as socket, replica.router.lifespan_context(replica):
            await socket.expect("summary", total_conversations=0)
            transport = httpx.ASGITransport(replica)
            async with httpx.AsyncClient(transport=transport, base_url="http://replica") as client:
                begun = {"event_id": "e1", "event_type": "conversation_created", "conversation_id": "c1"}
                facts = {"occurred_at": "2026-03-01T00:00:00Z", "source": "chat", "user_id": "u1"}
                answer = await client.post("/events", json={"events": [begun | facts]}, headers=headers_for("service"))
            assert answer.status_code == 202
            await socket.expect("summary", total_conversations=1)

    async def test_do_not_come_when_nothing_new_is_counted(self, watch: Watch, send: Send) -> None:
        begun = ConversationCreated(source="chat", user_id="u1", conversation_id="c1")
        await send(begun)
        async with watch() as socket:
            await socket.expect("summary", total_conversations=1)
            await send(begun)
            await send(UserRegistered(source="auth", user_id="u1"))
            await socket.expect("summary", total_users=1)


class TestFrames:
    async def test_a_ping_is_answered(self, watch: Watch) -> None:
        async with watch() as socket:
            await socket.expect("summary")
            await socket.send("ping")
            await socket.expect("pong")

    @pytest.mark.parametrize("raw", ["{", "[]", '{"type":"message"}', b"\xff", "[" * 5_000, ""])
    async def test_anything_else_is_told_and_outlived(self, watch: Watch, raw: str | bytes) -> None:
        async with watch() as socket:
            await socket.expect("summary")
            await socket.send_raw(raw)
            await socket.expect("error", code="bad_frame")
            await socket.send("ping")
            await socket.expect("pong")

    async def test_ten_in_a_row_end_it(self, watch: Watch) -> None:
        async with watch() as socket:
            for _ in range(10):
                await socket.send_raw("x")
            assert await socket.close_code() == 4429


class TestEnd:
    async def test_comes_with_the_session(self, app: FastAPI, watch: Watch) -> None:
        async with watch() as socket, watch("manager") as other:
            await socket.expect("summary")
            await other.expect("summary")
            app.state.session_checker.ended.add("admin")
            assert await refusal_of(socket) == ("invalid_credentials", 4401)
            await other.send("ping")
            await other.expect("pong")

    async def test_comes_with_the_loss_of_the_role(self, app: FastAPI, watch: Watch) -> None:
        async with watch() as socket:
            await socket.expect("summary")
            app.state.session_checker.roles["admin"] = ("manager",)  # which watches as well
            await socket.send("ping")
            await socket.expect("pong")
            app.state.session_checker.roles["admin"] = ("user",)
            assert await refusal_of(socket) == ("role_required", 4401)

    async def test_comes_with_the_end_of_the_token(self, settings: AnalyticsSettings, watch: Watch) -> None:
        codec = TokenCodec(settings.auth_secret_key.get_secret_value())
        for seconds in (2, 4, 8, 16):  # on a busy machine a short one ends before anything is told
            token = codec.sign_access(
                username="admin",
                user_id="id-admin",
                roles=["admin"],
                session_id="s",
                lifetime=timedelta(seconds=seconds),
            )
            async with watch(token=token) as socket:
                *told, error = await socket.until("error")
                assert (error["code"], await socket.close_code()) == ("invalid_credentials", 4401)
            if told:
                break
        assert [frame.type for frame in told] == ["summary"]

    async def test_is_1012_when_the_service_stops(self, watch: Watch, server: RunningServer) -> None:
        async with watch() as socket:
            await socket.expect("summary")
            stopping = asyncio.create_task(server.stop())
            assert await socket.close_code() == 1012
            await stopping


class TestCost:
    async def test_idle_sockets_hold_no_connection_of_the_database(self, app: FastAPI, watch: Watch) -> None:
        async with watch() as socket, watch("manager") as other:
            await socket.expect("summary")
            await other.expect("summary")
            await eventually(lambda: app.state.database.connections_in_use == 0)
            assert b'websockets_open{kind="metrics"} 2.0' in generate_latest(app.state.registry)
        await eventually(lambda: b'websockets_open{kind="metrics"} 0.0' in generate_latest(app.state.registry))
