"""Guessing passwords: who waits, who does not, and what a restart, a forged header or a hundred at once change."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest
from auth_server.main import create_app
from auth_server.settings import AuthSettings
from auth_server.throttling.back_off import KNOWN_DEVICE, ONE_ACCOUNT, ONE_ADDRESS, ONE_CLIENT
from fastapi import FastAPI

PASSWORD = "testpass123"
PAGE = {"X-Requested-With": "convoai", "Origin": "http://localhost:3000"}
Headers = dict[str, str]
StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture(autouse=True)
def _waits_end_when_the_test_says_so(clock: Any) -> None:
    """The first wait is one second, which a busy machine may take between two calls."""
    clock.stand_still()


def from_address(app: FastAPI, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://auth.test")


async def sign_in(
    client: httpx.AsyncClient, username: str, password: str = PASSWORD, headers: Headers | None = None
) -> httpx.Response:
    return await client.post("/auth/token", data={"username": username, "password": password}, headers=headers)


async def guess(client: httpx.AsyncClient, username: str, times: int, headers: Headers | None = None) -> list[int]:
    return [(await sign_in(client, username, f"wrong-{number}", headers)).status_code for number in range(times)]


class TestOneClient:
    async def test_waits_after_some_failures_longer_and_longer(
        self, client: httpx.AsyncClient, ada: Headers, clock: Any
    ) -> None:
        assert await guess(client, "ada", ONE_CLIENT.free + 1) == [401] * (ONE_CLIENT.free + 1)
        refused = await sign_in(client, "ada")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert refused.json()["code"] == "too_many_attempts"
        assert refused.json()["detail"] == "Too many attempts have failed. Wait 1 s, then try again."
        clock.advance(seconds=1)
        assert await guess(client, "ada", 1) == [401]
        assert (await sign_in(client, "ada")).headers["Retry-After"] == "2"
        clock.advance(seconds=2)
        assert (await sign_in(client, "ada")).status_code == 200

    async def test_counts_unknown_names_alike(self, client: httpx.AsyncClient, ada: Headers) -> None:
        answers = []
        for name in ("ada", "nobody"):
            await guess(client, name, ONE_CLIENT.free + 1)
            answer = await sign_in(client, name)
            body = {**answer.json(), "request_id": ""}
            headers = {
                key: value
                for key, value in answer.headers.items()
                if key not in ("x-request-id", "ratelimit-remaining")
            }
            answers.append((answer.status_code, body, headers))
        assert answers[0] == answers[1]

    async def test_does_not_wait_for_the_right_password_often(self, client: httpx.AsyncClient, ada: Headers) -> None:
        for _ in range(ONE_CLIENT.free + 3):
            assert (await sign_in(client, "ada")).status_code == 200

    async def test_is_counted_however_the_name_is_written(self, client: httpx.AsyncClient, ada: Headers) -> None:
        for number in range(ONE_CLIENT.free + 1):
            await guess(client, ("ada", "ADA", " Ada ")[number % 2], 1)
        assert (await sign_in(client, "aDa")).status_code == 429

    async def test_cannot_be_outrun_by_many_at_once(self, client: httpx.AsyncClient, ada: Headers) -> None:
        statuses = await asyncio.gather(*(guess(client, "ada", 1) for _ in range(40)))
        assert sum(status == [401] for status in statuses) == ONE_CLIENT.free + 1

    async def test_goes_on_waiting_after_a_restart(
        self, settings: AuthSettings, start_service: StartService, clock: Any
    ) -> None:
        async with start_service(settings) as client:
            await guess(client, "admin", ONE_CLIENT.free + 1)
        async with start_service(settings) as client:
            assert (await sign_in(client, "admin", "first-admin-2026")).status_code == 429
            clock.advance(seconds=1)
            assert (await sign_in(client, "admin", "first-admin-2026")).status_code == 200

    async def test_a_sign_in_that_could_not_be_checked_is_no_failure(
        self, settings: AuthSettings, start_service: StartService
    ) -> None:
        full = settings.model_copy(update={"password_queue_length": 0, "password_hash_threads": 1})
        async with start_service(full) as client:
            answers = [
                answer
                for _ in range(4)
                for answer in await asyncio.gather(*(sign_in(client, "admin", "first-admin-2026") for _ in range(5)))
            ]
            busy = [answer for answer in answers if answer.status_code == 503]
            assert len(busy) > ONE_CLIENT.free
            assert {answer.status_code for answer in answers} == {200, 503}
            assert {answer.headers["Retry-After"] for answer in busy} == {"5"}
            assert (await sign_in(client, "admin", "first-admin-2026")).status_code == 200


class TestAddresses:
    async def test_another_client_may_sign_in(self, client: httpx.AsyncClient, app: FastAPI, ada: Headers) -> None:
        async with from_address(app, "203.0.113.5") as attacker:
            assert (await guess(attacker, "ada", ONE_CLIENT.free + 2))[-1] == 429
        assert (await sign_in(client, "ada")).status_code == 200

    async def test_one_that_tries_many_names_waits(self, app: FastAPI, client: httpx.AsyncClient, ada: Headers) -> None:
        async with from_address(app, "203.0.113.5") as attacker:
            for number in range(ONE_ADDRESS.free + 1):
                assert await guess(attacker, f"name-{number}", 1) == [401]
            assert (await sign_in(attacker, "ada")).status_code == 429
        assert (await sign_in(client, "ada")).status_code == 200

    async def test_a_forged_header_does_not_help(self, client: httpx.AsyncClient, ada: Headers) -> None:
        statuses = []
        for number in range(ONE_CLIENT.free + 2):
            statuses += await guess(client, "ada", 1, {"X-Forwarded-For": f"198.51.100.{number}"})
        assert statuses[-1] == 429

    async def test_behind_a_trusted_proxy_are_told_apart(
        self, settings: AuthSettings, start_service: StartService
    ) -> None:
        trusting = AuthSettings(**{**dict(settings), "trusted_proxies": ["127.0.0.1"], "_env_file": None})
        async with start_service(trusting) as client:
            await guess(client, "admin", ONE_CLIENT.free + 1, {"X-Forwarded-For": "1.1.1.1, 203.0.113.5"})
            again = {"X-Forwarded-For": "2.2.2.2, 203.0.113.5"}
            assert (await sign_in(client, "admin", "first-admin-2026", again)).status_code == 429
            other = {"X-Forwarded-For": "203.0.113.6"}
            assert (await sign_in(client, "admin", "first-admin-2026", other)).status_code == 200

    async def test_of_one_ipv6_home_are_one(self, app: FastAPI, client: httpx.AsyncClient, ada: Headers) -> None:
        statuses = []
        for number in range(ONE_CLIENT.free + 2):
            async with from_address(app, f"2001:db8:1:2::{number}") as attacker:
                statuses += await guess(attacker, "ada", 1)
        assert statuses[-1] == 429

    async def test_many_that_guess_one_account_wait_together(
        self, app: FastAPI, client: httpx.AsyncClient, ada: Headers
    ) -> None:
        for number in range(ONE_ACCOUNT.free + 1):
            async with from_address(app, f"203.0.113.{number}") as attacker:
                assert await guess(attacker, "ada", 1) == [401]
        async with from_address(app, "203.0.113.200") as attacker:
            assert (await sign_in(attacker, "ada")).status_code == 429


class TestKnownDevice:
    @pytest.fixture
    async def device(self, client: httpx.AsyncClient, ada: Headers) -> Headers:
        """The headers of the browser that Ada has signed in from."""
        signed_in = await sign_in(client, "ada", headers=PAGE)
        cookie = signed_in.cookies["convoai_device"]
        client.cookies.clear()
        return {**PAGE, "Cookie": f"convoai_device={cookie}"}

    @pytest.fixture
    async def attack(self, app: FastAPI, ada: Headers, device: Headers) -> None:
        """Everybody guesses Ada's password, at her own address, too."""
        for number in range(ONE_ACCOUNT.free + 5):
            async with from_address(app, f"203.0.113.{number}") as attacker:
                await guess(attacker, "ada", 1)

    async def test_is_remembered_by_a_cookie_that_no_script_reads(
        self, client: httpx.AsyncClient, ada: Headers
    ) -> None:
        signed_in = await sign_in(client, "ada", headers=PAGE)
        (line,) = [line for line in signed_in.headers.get_list("set-cookie") if line.startswith("convoai_device")]
        assert {"HttpOnly", "Path=/auth", "SameSite=strict"} <= set(line.split("; "))
        client.cookies.clear()
        programs = await sign_in(client, "ada")
        assert "set-cookie" not in programs.headers

    @pytest.mark.usefixtures("attack")
    async def test_signs_in_during_an_attack(self, client: httpx.AsyncClient, device: Headers) -> None:
        assert (await sign_in(client, "ada")).status_code == 429
        assert (await sign_in(client, "ada", headers=device)).status_code == 200

    @pytest.mark.usefixtures("attack")
    async def test_of_somebody_else_is_none(self, client: httpx.AsyncClient, bob: Headers) -> None:
        cookie = (await sign_in(client, "bob", headers=PAGE)).cookies["convoai_device"]
        client.cookies.clear()
        headers = {**PAGE, "Cookie": f"convoai_device={cookie}"}
        assert (await sign_in(client, "ada", headers=headers)).status_code == 429

    @pytest.mark.usefixtures("attack")
    @pytest.mark.parametrize("cookie", ["", "x", "a" * 22 + "." + "b" * 43, "é", "a.b.c"])
    async def test_cannot_be_made_up(self, client: httpx.AsyncClient, cookie: str) -> None:
        headers = [(name.encode(), value.encode()) for name, value in PAGE.items()]
        headers.append((b"cookie", f"convoai_device={cookie}".encode()))
        answer = await client.post("/auth/token", data={"username": "ada", "password": PASSWORD}, headers=headers)
        assert answer.status_code == 429

    async def test_cannot_guess_without_end(self, client: httpx.AsyncClient, device: Headers) -> None:
        assert (await guess(client, "ada", KNOWN_DEVICE.free + 2, device))[-1] == 429


class TestPasswordChange:
    async def test_does_not_let_a_session_guess_its_password(self, client: httpx.AsyncClient, ada: Headers) -> None:
        statuses = []
        for number in range(ONE_CLIENT.free + 2):
            body = {"current_password": f"wrong-{number}", "new_password": "analytical-engine-1"}
            statuses.append((await client.put("/users/me/password", json=body, headers=ada)).status_code)
        assert statuses == [400] * (ONE_CLIENT.free + 1) + [429]


@asynccontextmanager
async def served(settings: AuthSettings, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings.model_copy(update=changes))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://auth.test") as client,
    ):
        yield client


class TestLimits:
    async def test_of_registrations_count_by_address_and_not_for_admins(self, settings: AuthSettings) -> None:
        async with served(settings, registrations_per_hour=2) as client:

            async def register(name: str, headers: Headers | None = None) -> httpx.Response:
                body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
                return await client.post("/users/", json=body, headers=headers)

            answers = [await register(f"user-{number}") for number in range(3)]
            assert [answer.status_code for answer in answers] == [200, 200, 429]
            assert answers[2].json()["code"] == "rate_limited"
            assert (answers[2].headers["RateLimit-Limit"], answers[2].headers["RateLimit-Remaining"]) == ("2", "0")
            token = (await sign_in(client, "admin", "first-admin-2026")).json()["access_token"]
            assert (await register("user-9", {"Authorization": f"Bearer {token}"})).status_code == 200

    async def test_of_renewals_count_by_session(self, settings: AuthSettings) -> None:
        async with served(settings, refreshes_per_minute=2) as client:

            async def renew(session: httpx.Response) -> httpx.Response:
                return await client.post("/auth/refresh", json={"refresh_token": session.json()["refresh_token"]})

            one, other = [await sign_in(client, "admin", "first-admin-2026") for _ in range(2)]
            assert [(await renew(one)).status_code for _ in range(3)] == [200, 200, 429]
            assert (await renew(other)).status_code == 200
