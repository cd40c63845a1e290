"""`POST /auth/introspect`: what other services learn of a token, and of which they learn nothing."""

import time
from datetime import timedelta
from typing import Any

import httpx
import pytest
from auth_server.settings import AuthSettings
from service_kit.errors import DatabaseUnavailable
from service_kit.tokens import TokenCodec

Headers = dict[str, str]
INACTIVE = {"active": False}


def token_of(headers: Headers) -> str:
    return headers["Authorization"].removeprefix("Bearer ")


async def introspect(client: httpx.AsyncClient, service: Headers, token: str) -> dict[str, Any]:
    response = await client.post("/auth/introspect", data={"token": token}, headers=service)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    said: dict[str, Any] = response.json()
    return said


@pytest.fixture
def codec(settings: AuthSettings) -> TokenCodec:
    return TokenCodec(settings.auth_secret_key.get_secret_value())


class TestActive:
    async def test_tells_what_the_token_is(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, codec: TokenCodec
    ) -> None:
        said = await introspect(client, service, token_of(ada))
        principal = codec.verify(token_of(ada), "access")
        assert said == {
            "active": True,
            "token_type": "Bearer",
            "username": "ada",
            "sub": "ada",
            "user_id": principal.user_id,
            "roles": ["user"],
            "sid": principal.session_id,
            "jti": principal.token_id,
            "iss": "convoai",
            "iat": principal.issued_at,
            "exp": principal.expires_at,
        }
        assert abs(said["iat"] - time.time()) < 60

    async def test_tells_the_roles_of_now(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, admin: Headers
    ) -> None:
        await client.put("/users/ada/roles", json={"roles": ["manager", "user"]}, headers=admin)
        assert (await introspect(client, service, token_of(ada)))["roles"] == ["manager", "user"]

    async def test_is_a_use_of_the_session(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, clock: Any
    ) -> None:
        for _ in range(4):
            clock.advance(days=6)
            assert (await introspect(client, service, token_of(ada)))["active"] is True


class TestInactive:
    @pytest.mark.parametrize("end", ["sign out", "sign out everywhere", "close", "delete", "idle"])
    async def test_is_every_token_of_what_has_ended(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, admin: Headers, clock: Any, end: str
    ) -> None:
        match end:
            case "sign out":
                await client.post("/auth/logout", headers=ada)
            case "sign out everywhere":
                await client.delete("/auth/sessions", headers=ada)
            case "close":
                await client.patch("/users/ada", json={"is_active": False}, headers=admin)
            case "delete":
                await client.delete("/users/ada", headers=admin)
            case "idle":
                clock.advance(days=7)
        assert await introspect(client, service, token_of(ada)) == INACTIVE

    @pytest.mark.parametrize(
        "token", ["", "x", "a.b.c", "cvr_x", "eyJhbGciOiJub25lIn0.e30.", "ü", "\x00", "x" * 100_000, "Bearer x"]
    )
    async def test_is_what_is_no_token(self, client: httpx.AsyncClient, service: Headers, token: str) -> None:
        response = await client.post("/auth/introspect", data={"token": token}, headers=service)
        # An empty form field counts as absent, which is a question without its one parameter.
        assert response.json() == INACTIVE if token else response.status_code == 422

    async def test_is_one_that_we_did_not_sign(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, codec: TokenCodec
    ) -> None:
        own = codec.verify(token_of(ada), "access")
        forged = TokenCodec("another-secret-with-more-than-32-bytes").sign_access(
            username="ada",
            user_id=own.user_id,
            roles=["admin"],
            session_id=own.session_id,
            lifetime=timedelta(minutes=5),
        )
        assert await introspect(client, service, forged) == INACTIVE

    async def test_is_one_that_is_over_or_of_no_session(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, bob: Headers, codec: TokenCodec
    ) -> None:
        own, theirs = (codec.verify(token_of(headers), "access") for headers in (ada, bob))
        for session_id, lifetime in ((own.session_id, -5), ("", 5), ("x", 5), (theirs.session_id, 5)):
            token = codec.sign_access(
                username="ada",
                user_id=own.user_id,
                roles=["user"],
                session_id=session_id,
                lifetime=timedelta(minutes=lifetime),
            )
            assert await introspect(client, service, token) == INACTIVE

    async def test_is_a_services_and_a_refresh_token(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers
    ) -> None:
        form = {"username": "ada", "password": "testpass123"}
        refresh_token = (await client.post("/auth/token", data=form)).json()["refresh_token"]
        assert await introspect(client, service, token_of(service)) == INACTIVE
        assert await introspect(client, service, refresh_token) == INACTIVE


class TestCaller:
    async def test_a_person_is_refused_an_admin_too(
        self, client: httpx.AsyncClient, ada: Headers, admin: Headers
    ) -> None:
        for headers in (ada, admin, {}, {"Authorization": "Basic eDp5"}):
            response = await client.post("/auth/introspect", data={"token": token_of(ada)}, headers=headers)
            assert response.status_code == 401
            assert response.headers["www-authenticate"] == "Bearer"

    async def test_a_question_without_token_is_422(self, client: httpx.AsyncClient, service: Headers) -> None:
        assert (await client.post("/auth/introspect", headers=service)).status_code == 422
        assert (await client.post("/auth/introspect", json={"token": "x"}, headers=service)).status_code == 422

    async def test_questions_are_counted_but_not_told_to_analytics(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, app: Any
    ) -> None:
        requests = app.state.parts.dispatcher._requests
        requests.take(1_000)
        await introspect(client, service, token_of(ada))
        assert requests.take(1_000) == []
        assert 'route="/auth/introspect"' in (await client.get("/metrics")).text


class TestFullDisk:
    async def test_a_use_that_cannot_be_noted_refuses_nobody(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, clock: Any, app: Any, monkeypatch: Any
    ) -> None:
        async def refuse(_work: object) -> None:
            raise DatabaseUnavailable()

        monkeypatch.setattr(app.state.parts.database, "write", refuse)
        clock.advance(hours=1)
        assert (await introspect(client, service, token_of(ada)))["active"] is True
        assert (await client.get("/users/me", headers=ada)).status_code == 200
