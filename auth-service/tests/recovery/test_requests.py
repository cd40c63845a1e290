"""`POST /auth/password-reset`: who gets a mail, and that the answer does not tell."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from auth_server.db.mail import QueuedMail
from auth_server.db.recovery import PasswordReset
from auth_server.dependencies import Parts
from auth_server.recovery import requests as reset_requests
from auth_server.settings import AuthSettings
from service_kit.database import Database
from sqlalchemy import select
from support.mail_server import MailServer, html_of, link_of, text_of

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
AskForLink = Callable[..., Awaitable[str]]
MakeUser = Callable[..., Awaitable[dict[str, str]]]
SUBJECT = "Choose a new password"
WITHOUT_ACCOUNT = ["nobody", "nobody@example.com", "closed", "closed@example.com", "\x00", "@", "ada@", "\u00e4da"]


async def ask(client: httpx.AsyncClient, login: object) -> httpx.Response:
    """Under one request id, which would differ otherwise."""
    return await client.post("/auth/password-reset", json={"login": login}, headers={"X-Request-ID": "the-same"})


async def resets(parts: Parts) -> Sequence[PasswordReset]:
    return await parts.database.read(lambda session: session.scalars(select(PasswordReset)).all())


async def waiting(parts: Parts) -> list[str]:
    """The recipients of mails with links that wait."""
    query = select(QueuedMail.recipient).where(QueuedMail.template == "password_reset")
    return list(await parts.database.read(lambda session: session.scalars(query).all()))


class TestAnswer:
    async def test_is_the_same_for_everyone(
        self,
        client: httpx.AsyncClient,
        admin: dict[str, str],
        make_user: MakeUser,
        parts: Parts,
        mail_server: MailServer,
    ) -> None:
        await make_user("ada")
        await make_user("closed")
        await client.patch("/users/closed", json={"is_active": False}, headers=admin)
        mail_server.sever()
        answers = [await ask(client, login) for login in ["ada", "ADA@example.com", *WITHOUT_ACCOUNT]]
        await parts.reset_requests.drained()
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.content for answer in answers}) == 1
        assert len({tuple(answer.headers.raw) for answer in answers}) == 1
        assert await waiting(parts) == ["ada@example.com"] * 2, "and yet the right ones get their mails"

    async def test_is_the_same_once_the_share_of_mails_is_used_up(
        self, client: httpx.AsyncClient, ada: dict[str, str], parts: Parts
    ) -> None:
        answers = [await ask(client, "ada") for _ in range(5)]
        await parts.reset_requests.drained()
        assert len({(answer.status_code, answer.content, tuple(answer.headers.raw)) for answer in answers}) == 1
        assert len(await resets(parts)) == 3

    async def test_does_not_wait_for_the_look_at_the_account(
        self, client: httpx.AsyncClient, ada: dict[str, str], monkeypatch: pytest.MonkeyPatch, parts: Parts
    ) -> None:
        """Whatever is done for an account that exists is done behind the answer: here it would never end."""

        async def fail(_database: Database, _work: Any) -> None:
            raise RuntimeError("the database was asked before the answer")

        with monkeypatch.context() as patch:
            patch.setattr(Database, "read", fail)
            patch.setattr(Database, "write", fail)
            assert (await ask(client, "ada")).status_code == 202
            await parts.reset_requests.drained()

    @pytest.mark.parametrize("body", [{}, {"login": ""}, {"login": None}, {"login": "x" * 321}, {"login": "a", "b": 1}])
    async def test_says_what_a_request_lacks(self, client: httpx.AsyncClient, body: dict[str, Any]) -> None:
        assert (await client.post("/auth/password-reset", json=body)).status_code == 422

    async def test_is_503_when_too_many_wait(self, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reset_requests, "MOST_WAITING", 0)
        answer = await ask(client, "ada")
        assert (answer.status_code, answer.json()["code"]) == (503, "reset_requests_busy")
        assert answer.headers["retry-after"] == "5"

    async def test_without_mail_says_who_helps_and_makes_nothing(
        self, settings: AuthSettings, start_service: StartService
    ) -> None:
        async with start_service(settings.model_copy(update={"smtp_host": ""})) as client:
            known, unknown = await ask(client, "admin"), await ask(client, "nobody")
            assert (known.status_code, known.content) == (202, unknown.content)
            assert known.json()["message"] == "No mail is sent here. Ask an administrator for a link."


class TestMail:
    @pytest.mark.parametrize("login", ["ada", "ADA", "ada@example.com", "Ada@Example.com"])
    async def test_holds_a_link_with_a_token_that_is_stored_as_a_hash(
        self, client: httpx.AsyncClient, ada: dict[str, str], parts: Parts, mail_server: MailServer, login: str
    ) -> None:
        await ask(client, login)
        mail = await mail_server.mail_to("ada@example.com")
        address, _, token = link_of(mail).partition("#token=")
        assert address == "http://page.test/reset-password"
        assert len(token) == 43
        assert "ada" in text_of(mail)
        assert "ada" in html_of(mail)
        (reset,) = await resets(parts)
        assert token not in str(vars(reset))

    async def test_goes_to_nobody_else(
        self, client: httpx.AsyncClient, ada: dict[str, str], bob: dict[str, str], parts: Parts, mail_server: MailServer
    ) -> None:
        for login in ("ada@example.com,bob@example.com", "ada@example.com\r\nBcc: bob@example.com", "bob@example.com"):
            await ask(client, login)
        await mail_server.mail_to("bob@example.com", subject=SUBJECT)
        await parts.reset_requests.drained()
        assert mail_server.mails_to("ada@example.com") == []

    async def test_goes_out_three_times_an_hour_for_one_account(
        self,
        client: httpx.AsyncClient,
        ada: dict[str, str],
        bob: dict[str, str],
        parts: Parts,
        mail_server: MailServer,
        clock: Any,
    ) -> None:
        for _ in range(5):
            await ask(client, "ada")
        await ask(client, "bob")
        await mail_server.mail_to("bob@example.com", subject=SUBJECT)
        assert len(await resets(parts)) == 4
        clock.advance(minutes=61)
        await ask(client, "ada")
        await mail_server.mail_to("ada@example.com", subject=SUBJECT, number=4)

    async def test_share_is_not_forgotten_by_a_restart(
        self, settings: AuthSettings, start_service: StartService, mail_server: MailServer
    ) -> None:
        for _ in range(2):
            async with start_service(settings) as client:
                for _ in range(2):
                    await ask(client, "admin")
        mails = mail_server.mails_to("admin@example.com")
        assert len(mails) <= 3
        async with start_service(settings):
            await mail_server.mail_to("admin@example.com", subject=SUBJECT, number=3)

    async def test_is_queued_before_the_service_ends(
        self, settings: AuthSettings, start_service: StartService, mail_server: MailServer
    ) -> None:
        mail_server.sever()
        async with start_service(settings) as client:
            await ask(client, "admin")
        await mail_server.restore()
        async with start_service(settings):
            await mail_server.mail_to("admin@example.com", subject=SUBJECT)

    async def test_goes_to_the_address_of_now(
        self, client: httpx.AsyncClient, ada: dict[str, str], mail_server: MailServer
    ) -> None:
        await client.patch("/users/me", json={"email": "lovelace@example.com"}, headers=ada)
        await ask(client, "ada")
        await mail_server.mail_to("lovelace@example.com", subject=SUBJECT)


class TestLogs:
    async def test_hold_neither_token_nor_address(
        self, ada: dict[str, str], ask_for_token: AskForLink, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG", "auth_server")
        token = await ask_for_token("ada@example.com")
        ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("mail", "aiosmtp"))]
        assert token not in "".join(ours)
        assert "ada@example.com" not in "".join(ours)
