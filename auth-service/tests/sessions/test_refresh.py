"""`POST /auth/refresh` for programs: rotation, the grace, reuse, and the ends of a session."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from auth_server.sessions.refresh_tokens import RefreshTokenSigner
from auth_server.settings import AuthSettings
from support.databases import dump_of, rows_of

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
PASSWORD = "testpass123"
Tokens = dict[str, Any]


async def sign_in(client: httpx.AsyncClient, username: str = "ada", password: str = PASSWORD) -> Tokens:
    response = await client.post("/auth/token", data={"username": username, "password": password})
    assert response.status_code == 200, response.text
    tokens: Tokens = response.json()
    return tokens


async def refresh(client: httpx.AsyncClient, token: object) -> httpx.Response:
    return await client.post("/auth/refresh", json={"refresh_token": token})


async def next_tokens(client: httpx.AsyncClient, tokens: Tokens) -> Tokens:
    response = await refresh(client, tokens["refresh_token"])
    assert response.status_code == 200, response.text
    successor: Tokens = response.json()
    return successor


async def is_refused(client: httpx.AsyncClient, token: object) -> bool:
    response = await refresh(client, token)
    if response.status_code == 200:
        return False
    assert (response.status_code, response.json()["code"]) == (401, "invalid_refresh_token")
    assert response.headers["www-authenticate"] == "Bearer"
    assert "access_token" not in response.text
    return True


async def holds(client: httpx.AsyncClient, tokens: Tokens) -> bool:
    """Whether the access token is good."""
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return (await client.get("/users/me", headers=headers)).status_code == 200


@pytest.fixture
async def tokens(client: httpx.AsyncClient, ada: dict[str, str]) -> Tokens:
    """A sign-in of Ada's."""
    return await sign_in(client)


class TestRotation:
    async def test_gives_a_new_pair_of_the_same_session(self, client: httpx.AsyncClient, tokens: Tokens) -> None:
        successor = await next_tokens(client, tokens)
        assert set(successor) == {"access_token", "token_type", "expires_in", "refresh_token"}
        assert successor["refresh_token"] != tokens["refresh_token"]
        assert successor["access_token"] != tokens["access_token"]
        assert await holds(client, tokens)
        assert await holds(client, successor)
        session_id = tokens["refresh_token"].removeprefix("cvr_").partition(".")[0]
        assert successor["refresh_token"].startswith(f"cvr_{session_id}.2.")

    async def test_goes_on_and_on(self, client: httpx.AsyncClient, clock: Any, tokens: Tokens) -> None:
        for _ in range(12):
            clock.advance(days=2)
            tokens = await next_tokens(client, tokens)
        assert await holds(client, tokens)

    async def test_tells_the_roles_of_now(
        self, client: httpx.AsyncClient, admin: dict[str, str], tokens: Tokens
    ) -> None:
        await client.put("/users/ada/roles", json={"roles": ["manager"]}, headers=admin)
        successor = await next_tokens(client, tokens)
        headers = {"Authorization": f"Bearer {successor['access_token']}"}
        assert (await client.get("/users/", headers=headers)).status_code == 200

    async def test_gives_no_access_beyond_the_session(
        self, client: httpx.AsyncClient, clock: Any, tokens: Tokens
    ) -> None:
        assert tokens["expires_in"] == 30 * 86_400
        for _ in range(4):
            clock.advance(days=6)
            tokens = await next_tokens(client, tokens)
        assert 5.9 * 86_400 < tokens["expires_in"] <= 6 * 86_400

    async def test_stores_hashes_alone(self, client: httpx.AsyncClient, tokens: Tokens, settings: AuthSettings) -> None:
        successor = await next_tokens(client, tokens)
        stored = dump_of(settings.database_url)
        for text in (tokens["refresh_token"], successor["refresh_token"]):
            assert text not in stored
            assert text.rpartition(".")[2] not in stored

    async def test_keeps_two_tokens_of_a_session_at_most(
        self, client: httpx.AsyncClient, tokens: Tokens, settings: AuthSettings
    ) -> None:
        session_id = tokens["refresh_token"].removeprefix("cvr_").partition(".")[0]
        for _ in range(5):
            tokens = await next_tokens(client, tokens)
        query = "SELECT generation, spent_at IS NULL FROM refresh_tokens WHERE session_id = :id ORDER BY 1"
        assert rows_of(settings.database_url, query, id=session_id) == [(5, False), (6, True)]

    async def test_survives_a_restart(self, settings: AuthSettings, start_service: StartService) -> None:
        async with start_service(settings) as client:
            tokens = await sign_in(client, "admin", "first-admin-2026")
            lost = await next_tokens(client, tokens)
        async with start_service(settings) as client:
            assert await holds(client, tokens)
            assert (await next_tokens(client, tokens))["refresh_token"] == lost["refresh_token"]
            assert await holds(client, await next_tokens(client, lost))


class TestGrace:
    async def test_a_lost_answer_is_given_again(self, client: httpx.AsyncClient, clock: Any, tokens: Tokens) -> None:
        lost = await next_tokens(client, tokens)
        clock.advance(seconds=9)
        again = await next_tokens(client, tokens)
        assert again["refresh_token"] == lost["refresh_token"]
        assert await holds(client, await next_tokens(client, again))

    async def test_fifty_at_once_have_one_successor(self, client: httpx.AsyncClient, tokens: Tokens) -> None:
        answers = await asyncio.gather(*(next_tokens(client, tokens) for _ in range(50)))
        assert len({answer["refresh_token"] for answer in answers}) == 1
        assert len({answer["access_token"] for answer in answers}) == 50
        assert await holds(client, await next_tokens(client, answers[0]))

    async def test_ends_when_the_successor_is_used(self, client: httpx.AsyncClient, tokens: Tokens) -> None:
        successor = await next_tokens(client, tokens)
        newest = await next_tokens(client, successor)
        assert await is_refused(client, tokens["refresh_token"])
        assert await is_refused(client, newest["refresh_token"])


class TestReuse:
    async def test_ends_the_session_and_that_outlives_the_refusal(
        self, client: httpx.AsyncClient, clock: Any, tokens: Tokens
    ) -> None:
        """A revocation in the transaction of the request was rolled back by the very 401 that it led to."""
        successor = await next_tokens(client, tokens)
        clock.advance(seconds=11)
        assert await is_refused(client, tokens["refresh_token"])
        assert not await holds(client, successor)
        assert not await holds(client, tokens)
        assert await is_refused(client, successor["refresh_token"])

    async def test_is_revoked_after_a_restart_too(
        self, settings: AuthSettings, start_service: StartService, clock: Any
    ) -> None:
        async with start_service(settings) as client:
            tokens = await sign_in(client, "admin", "first-admin-2026")
            successor = await next_tokens(client, tokens)
            clock.advance(seconds=11)
            assert await is_refused(client, tokens["refresh_token"])
        async with start_service(settings) as client:
            assert await is_refused(client, successor["refresh_token"])

    async def test_of_any_earlier_token_counts(self, client: httpx.AsyncClient, clock: Any, tokens: Tokens) -> None:
        newest = tokens
        for _ in range(4):
            newest = await next_tokens(client, newest)
        assert await is_refused(client, tokens["refresh_token"])
        assert await is_refused(client, newest["refresh_token"])

    async def test_leaves_other_sessions_alone(self, client: httpx.AsyncClient, clock: Any, tokens: Tokens) -> None:
        other = await sign_in(client)
        await next_tokens(client, tokens)
        clock.advance(seconds=11)
        assert await is_refused(client, tokens["refresh_token"])
        assert await holds(client, await next_tokens(client, other))

    async def test_is_noted_with_its_reason(
        self, client: httpx.AsyncClient, clock: Any, tokens: Tokens, settings: AuthSettings
    ) -> None:
        await next_tokens(client, tokens)
        clock.advance(seconds=11)
        await refresh(client, tokens["refresh_token"])
        query = "SELECT revoked_reason FROM sessions WHERE revoked_at IS NOT NULL"
        assert rows_of(settings.database_url, query) == [("token_reused",)]


class TestExpiry:
    async def test_seven_days_without_use_end_a_session(
        self, client: httpx.AsyncClient, clock: Any, tokens: Tokens
    ) -> None:
        clock.advance(days=7)
        assert await is_refused(client, tokens["refresh_token"])
        assert not await holds(client, tokens)

    async def test_any_use_keeps_it(self, client: httpx.AsyncClient, clock: Any, tokens: Tokens) -> None:
        for _ in range(3):
            clock.advance(days=6.9)
            assert await holds(client, tokens)
        assert not await is_refused(client, tokens["refresh_token"])

    async def test_thirty_days_end_it_whatever_its_use(
        self, client: httpx.AsyncClient, clock: Any, tokens: Tokens
    ) -> None:
        for _ in range(5):
            clock.advance(days=5.9)
            tokens = await next_tokens(client, tokens)
        assert await holds(client, tokens)
        clock.advance(days=0.6)
        assert await is_refused(client, tokens["refresh_token"])
        assert not await holds(client, tokens)

    async def test_both_are_settings(self, settings: AuthSettings, start_service: StartService, clock: Any) -> None:
        changed = settings.model_copy(update={"session_idle_days": 1, "session_absolute_days": 2})
        async with start_service(changed) as client:
            tokens = await sign_in(client, "admin", "first-admin-2026")
            assert tokens["expires_in"] == 2 * 86_400
            clock.advance(days=0.9)
            tokens = await next_tokens(client, tokens)
            clock.advance(days=1)
            assert await is_refused(client, tokens["refresh_token"])


class TestClosedAccount:
    async def test_does_not_refresh(self, client: httpx.AsyncClient, admin: dict[str, str], tokens: Tokens) -> None:
        await client.patch("/users/ada", json={"is_active": False}, headers=admin)
        assert await is_refused(client, tokens["refresh_token"])
        await client.patch("/users/ada", json={"is_active": True}, headers=admin)
        assert await holds(client, await next_tokens(client, tokens))

    async def test_deleted_and_registered_anew_is_another(
        self, client: httpx.AsyncClient, admin: dict[str, str], tokens: Tokens
    ) -> None:
        old = {"Authorization": f"Bearer {tokens['access_token']}"}
        await client.patch("/users/me", json={"full_name": "The first Ada"}, headers=old)
        await client.delete("/users/ada", headers=admin)
        body = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}
        assert (await client.post("/users/", json=body)).status_code == 200
        assert await is_refused(client, tokens["refresh_token"])
        assert not await holds(client, tokens)
        new = await sign_in(client)
        headers = {"Authorization": f"Bearer {new['access_token']}"}
        assert (await client.get("/users/me", headers=headers)).json()["full_name"] is None
        assert len((await client.get("/auth/sessions", headers=headers)).json()) == 1


def _changed(token: str, position: int) -> str:
    """The token with another character there."""
    return f"{token[:position]}{'A' if token[position] != 'A' else 'B'}{token[position + 1 :]}"


class TestHostileTokens:
    @pytest.mark.parametrize(
        "forge",
        [
            lambda token: "",
            lambda token: token[:-1],
            lambda token: f"{token}A",
            lambda token: f"{token}=",
            lambda token: f" {token}",
            lambda token: f"{token}\n",
            lambda token: token.upper(),
            lambda token: token.removeprefix("cvr_"),
            lambda token: _changed(token, -1 + len(token)),
            lambda token: _changed(token, len(token) - 20),
            lambda token: token.replace(".1.", ".2."),
            lambda token: token.replace(".1.", ".0."),
            lambda token: token.replace(".1.", ".-1."),
            lambda token: token.replace(".1.", ".01."),
            lambda token: token.replace(".1.", ".١."),
            lambda token: token.replace(".1.", ".99999999999999999999."),
            lambda token: f"cvr_01900000-0000-7000-8000-000000000000.1.{token.rpartition('.')[2]}",
            lambda token: f"cvr_' OR 1=1 --.1.{token.rpartition('.')[2]}",
            lambda token: "cvr_" + "\x00" * 36 + ".1." + "A" * 43,
            lambda token: "x" * 1_000_000,
            lambda token: "eyJhbGciOiJub25lIn0.e30.",
        ],
    )
    async def test_are_refused_and_change_nothing(
        self, client: httpx.AsyncClient, tokens: Tokens, forge: Callable[[str], str]
    ) -> None:
        assert await is_refused(client, forge(tokens["refresh_token"]))
        assert await holds(client, await next_tokens(client, tokens))

    async def test_an_access_token_is_none(self, client: httpx.AsyncClient, tokens: Tokens) -> None:
        assert await is_refused(client, tokens["access_token"])

    async def test_a_refresh_token_is_no_access_token(self, client: httpx.AsyncClient, tokens: Tokens) -> None:
        assert not await holds(client, {"access_token": tokens["refresh_token"]})

    async def test_of_another_installation_is_none(
        self, client: httpx.AsyncClient, settings: AuthSettings, tokens: Tokens
    ) -> None:
        session_id = tokens["refresh_token"].removeprefix("cvr_").partition(".")[0]
        forged = RefreshTokenSigner("another-secret-with-more-than-32-bytes").sign(session_id, 1, "")
        assert await is_refused(client, forged)

    @pytest.mark.parametrize(
        "body", [[], {"refresh_token": 1}, {"refresh_token": None}, {}, {"refresh_token": "x", "user_id": "y"}]
    )
    async def test_another_shape_is_422(self, client: httpx.AsyncClient, body: object) -> None:
        assert (await client.post("/auth/refresh", json=body)).status_code == 422

    async def test_half_a_character_is_no_crash(self, client: httpx.AsyncClient) -> None:
        headers = {"Content-Type": "application/json"}
        response = await client.post("/auth/refresh", content=rb'{"refresh_token": "\ud800"}', headers=headers)
        assert response.status_code in (401, 422)

    async def test_nothing_at_all_is_401(self, client: httpx.AsyncClient) -> None:
        assert (await client.post("/auth/refresh")).status_code == 401

    async def test_no_token_reaches_a_log(
        self, client: httpx.AsyncClient, clock: Any, tokens: Tokens, caplog: pytest.LogCaptureFixture
    ) -> None:
        successor = await next_tokens(client, tokens)
        clock.advance(seconds=11)
        await refresh(client, tokens["refresh_token"])
        written = caplog.text
        assert "refresh_token_reused" in written
        for token in (tokens, successor):
            assert token["refresh_token"].rpartition(".")[2] not in written
