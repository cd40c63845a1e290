"""`POST /auth/password-reset/confirm`: a new password for the holder of a link."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from auth_server.db.models import AuditEntry
from auth_server.dependencies import Parts
from auth_server.settings import AuthSettings
from sqlalchemy import select
from support.mail_server import MailServer, link_of, text_of

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
AskForLink = Callable[..., Awaitable[str]]
OLD = "testpass123"
NEW = "difference-engine-1"
OTHER = "analytical-engine-2"


async def confirm(client: httpx.AsyncClient, token: object, password: str = NEW) -> httpx.Response:
    body = {"token": token, "new_password": password}
    return await client.post("/auth/password-reset/confirm", json=body, headers={"X-Request-ID": "the-same"})


async def signs_in(client: httpx.AsyncClient, password: str, username: str = "ada") -> bool:
    response = await client.post("/auth/token", data={"username": username, "password": password})
    return response.status_code == 200


class TestConfirm:
    async def test_replaces_the_password(
        self, client: httpx.AsyncClient, ada: dict[str, str], ask_for_token: AskForLink
    ) -> None:
        response = await confirm(client, await ask_for_token())
        assert (response.status_code, response.json()) == (
            200,
            {"message": "Password changed. Sign in with the new one."},
        )
        assert "set-cookie" not in response.headers, "nobody is signed in by it"
        assert await signs_in(client, NEW)
        assert not await signs_in(client, OLD)

    async def test_ends_every_session(
        self, client: httpx.AsyncClient, ada: dict[str, str], bob: dict[str, str], ask_for_token: AskForLink
    ) -> None:
        pair = (await client.post("/auth/token", data={"username": "ada", "password": OLD})).json()
        await confirm(client, await ask_for_token())
        assert (await client.get("/users/me", headers=ada)).status_code == 401
        refresh = await client.post("/auth/refresh", json={"refresh_token": pair["refresh_token"]})
        assert refresh.status_code == 401
        assert (await client.get("/users/me", headers=bob)).status_code == 200

    async def test_tells_the_person(
        self, client: httpx.AsyncClient, ada: dict[str, str], ask_for_token: AskForLink, mail_server: MailServer
    ) -> None:
        token = await ask_for_token()
        body = {"token": token, "new_password": NEW}
        await client.post("/auth/password-reset/confirm", json=body, headers={"User-Agent": "curl/8.5"})
        mail = await mail_server.mail_to("ada@example.com", subject="The password of your ConvoAI account was changed")
        assert "Device: curl/8.5\nAddress: 127.0.0.1" in text_of(mail)
        assert token not in text_of(mail)

    async def test_is_in_the_audit_trail(
        self, client: httpx.AsyncClient, ada: dict[str, str], ask_for_token: AskForLink, parts: Parts
    ) -> None:
        token = await ask_for_token()
        await confirm(client, token)
        query = select(AuditEntry).where(AuditEntry.action == "password.reset")
        entry = await parts.database.read(lambda session: session.scalars(query).one())
        assert (entry.actor_id, entry.target_kind, entry.target_name) == (None, "user", "ada")
        assert (entry.address, entry.request_id) == ("127.0.0.1", "the-same")
        assert token not in str(vars(entry))

    @pytest.mark.parametrize(
        "password", ["short1", "password1", "onlyletters", "12345678901", "ada@example.com", "a1" * 65]
    )
    async def test_of_a_weak_password_leaves_password_and_link(
        self, client: httpx.AsyncClient, ada: dict[str, str], ask_for_token: AskForLink, password: str
    ) -> None:
        token = await ask_for_token()
        response = await confirm(client, token, password)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "body.new_password"
        assert password not in response.text
        assert await signs_in(client, OLD)
        assert (await confirm(client, token)).status_code == 200

    @pytest.mark.parametrize("body", [{}, {"token": "x"}, {"new_password": NEW}, {"token": 1, "new_password": NEW}])
    async def test_needs_both(self, client: httpx.AsyncClient, body: dict[str, Any]) -> None:
        assert (await client.post("/auth/password-reset/confirm", json=body)).status_code == 422


class TestLink:
    async def test_is_refused_in_the_same_words_whatever_is_wrong(
        self,
        client: httpx.AsyncClient,
        ada: dict[str, str],
        admin: dict[str, str],
        ask_for_token: AskForLink,
        clock: Any,
    ) -> None:
        replaced = await ask_for_token()
        used = await ask_for_token(number=2)
        assert (await confirm(client, used, OTHER)).status_code == 200
        too_old = await ask_for_token(number=3)
        clock.advance(minutes=61)
        of_closed = await ask_for_token(number=4)
        await client.patch("/users/ada", json={"is_active": False}, headers=admin)
        wrong = ["", "x", "a" * 43, used + "A", used[:-1], "\x00", "\u00e4", "x" * 5_000]
        answers = [await confirm(client, token) for token in (replaced, used, too_old, of_closed, *wrong)]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(400, "invalid_reset_link")}
        assert len({(answer.content, tuple(answer.headers.raw)) for answer in answers}) == 1
        assert "Ask for a new one" in answers[0].json()["detail"]

    async def test_is_used_once_by_two_at_once(
        self, client: httpx.AsyncClient, ada: dict[str, str], ask_for_token: AskForLink
    ) -> None:
        token = await ask_for_token()
        passwords = [f"{NEW}-{number}" for number in range(5)]
        answers = await asyncio.gather(*(confirm(client, token, password) for password in passwords))
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
        good = [password for password in passwords if await signs_in(client, password)]
        assert good == [passwords[[answer.status_code for answer in answers].index(200)]]

    async def test_holds_over_a_restart_and_is_used_up_over_one(
        self, settings: AuthSettings, start_service: StartService, mail_server: MailServer
    ) -> None:
        async with start_service(settings) as client:
            await client.post("/auth/password-reset", json={"login": "admin"})
            token = link_of(await mail_server.mail_to("admin@example.com")).partition("#token=")[2]
        async with start_service(settings) as client:
            assert (await confirm(client, token)).status_code == 200
        async with start_service(settings) as client:
            assert (await confirm(client, token)).status_code == 400
            assert await signs_in(client, NEW, "admin")

    async def test_ends_with_a_change_of_the_password(
        self, client: httpx.AsyncClient, ada: dict[str, str], ask_for_token: AskForLink
    ) -> None:
        token = await ask_for_token()
        body = {"current_password": OLD, "new_password": NEW}
        assert (await client.put("/users/me/password", json=body, headers=ada)).status_code == 200
        assert (await confirm(client, token, OTHER)).status_code == 400
        assert await signs_in(client, NEW)

    async def test_ends_with_the_address_that_it_went_to(
        self, client: httpx.AsyncClient, ada: dict[str, str], ask_for_token: AskForLink
    ) -> None:
        token = await ask_for_token()
        await client.patch("/users/me", json={"email": "lovelace@example.com"}, headers=ada)
        assert (await confirm(client, token)).status_code == 400

    async def test_ends_with_the_user(
        self, client: httpx.AsyncClient, ada: dict[str, str], admin: dict[str, str], ask_for_token: AskForLink
    ) -> None:
        token = await ask_for_token()
        await client.delete("/users/ada", headers=admin)
        body = {"username": "ada", "email": "ada@example.com", "password": OLD}
        assert (await client.post("/users/", json=body)).status_code == 200
        assert (await confirm(client, token)).status_code == 400
        assert await signs_in(client, OLD)

    async def test_of_a_closed_account_does_not_open_it(
        self, client: httpx.AsyncClient, ada: dict[str, str], admin: dict[str, str], ask_for_token: AskForLink
    ) -> None:
        token = await ask_for_token()
        await client.patch("/users/ada", json={"is_active": False}, headers=admin)
        assert (await confirm(client, token)).status_code == 400
        assert not await signs_in(client, NEW)
