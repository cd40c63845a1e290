"""What is queued, what is not, and how mails read."""

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from auth_server.db.mail import QueuedMail
from auth_server.dependencies import Parts
from auth_server.mail.schemas import CONTEXTS, MailTemplate
from auth_server.mail.service import MailQueue
from auth_server.settings import AuthSettings
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy.orm import Session
from support.mail_server import SENDER, MailServer, html_of, link_of, text_of
from support.waiting import eventually

ReadQueue = Callable[[], Awaitable[Sequence[QueuedMail]]]
StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
EVERYTHING = {
    "username": "ada",
    "at": "2026-11-27T13:46:00+00:00",
    "expires_at": "2026-11-27T15:46:00+01:00",
    "device": "Firefox on Linux",
    "address": "192.0.2.7",
    "change": "An authenticator app was added.",
    "path": "/reset-password#token=a-token",
    "invited_by": "Grace <hopper>",
    "language": "en",
    "rule": "Slow <answers>",
    "figure": "first_token_p95",
    "about": "gpt <4>",
    "comparison": "above",
    "threshold": 0.5,
    "state": "firing",
    "value": 12.25,
}


def context_of(template: MailTemplate) -> dict[str, Any]:
    names = CONTEXTS[template]
    return {name: EVERYTHING[name] for name in names.required | names.optional}


async def queue(
    parts: Parts, template: MailTemplate, context: dict[str, Any] | None = None, *, to: str = "ada@example.com"
) -> None:
    given = context_of(template) if context is None else context
    await parts.database.write(lambda session: MailQueue(session).add(template, to=to, context=given))


class TestMails:
    @pytest.mark.parametrize("template", CONTEXTS)
    async def test_say_the_same_in_text_and_html_and_load_nothing(
        self, parts: Parts, mail_server: MailServer, template: MailTemplate
    ) -> None:
        await queue(parts, template)
        mail = await mail_server.mail_to("ada@example.com")
        assert mail["From"] == f"ConvoAI <{SENDER}>"
        assert "ConvoAI" in mail["Subject"]
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Date"].datetime.tzinfo is not None
        html = html_of(mail)
        assert '<html lang="en">' in html
        assert not re.search(r"<(img|link|script|style|iframe)|url\(|src=", html)
        assert set(re.findall(r'href="(https?://[^/"]+)', html)) == {"http://page.test"}
        for name in CONTEXTS[template].required | CONTEXTS[template].optional - {"path", "language"}:
            shown = {"at": "27 November 2026, 13:46 UTC", "expires_at": "27 November 2026, 14:46 UTC"}
            expected = shown.get(name, str(EVERYTHING[name]))
            assert expected in text_of(mail), name
            assert expected.replace("<", "&lt;").replace(">", "&gt;") in html, name

    async def test_carry_their_link_in_the_fragment(self, parts: Parts, mail_server: MailServer) -> None:
        await queue(parts, "password_reset")
        link = link_of(await mail_server.mail_to("ada@example.com"))
        assert link == "http://page.test/reset-password#token=a-token"

    async def test_leave_out_what_is_not_known(self, parts: Parts, mail_server: MailServer) -> None:
        await queue(parts, "password_changed", {"username": "ada", "at": EVERYTHING["at"]})
        mail = await mail_server.mail_to("ada@example.com")
        assert "Device" not in text_of(mail) + html_of(mail)

    @pytest.mark.parametrize(
        ("address", "envelope"),
        [("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"), ("\u0410\u0434\u0430@example.com",) * 2],
    )
    async def test_reach_addresses_of_every_script(
        self, parts: Parts, mail_server: MailServer, address: str, envelope: str
    ) -> None:
        await queue(parts, "new_device", to=address)
        await mail_server.mail_to(envelope)


class TestQueue:
    async def test_keeps_nothing_of_a_mail_that_was_taken(
        self, parts: Parts, mail_server: MailServer, read_queue: ReadQueue
    ) -> None:
        await queue(parts, "password_reset")
        await mail_server.mail_to("ada@example.com")

        async def is_empty() -> bool:
            return list(await read_queue()) == []

        await eventually(is_empty)

    async def test_takes_no_mail_of_a_transaction_that_fails(
        self, parts: Parts, mail_server: MailServer, read_queue: ReadQueue
    ) -> None:
        def fail(session: Session) -> None:
            MailQueue(session).add("new_device", to="bob@example.com", context=context_of("new_device"))
            session.flush()
            raise RuntimeError

        with pytest.raises(RuntimeError):
            await parts.database.write(fail)
        assert list(await read_queue()) == []

    @pytest.mark.parametrize("context", [{}, {"username": "ada"}, EVERYTHING])
    async def test_refuses_a_context_that_the_template_does_not_fit(
        self, parts: Parts, context: dict[str, Any]
    ) -> None:
        with pytest.raises(ValueError, match="new_device"):
            await queue(parts, "new_device", context)

    async def test_forgets_an_address(self, parts: Parts, mail_server: MailServer, read_queue: ReadQueue) -> None:
        mail_server.sever()
        await queue(parts, "new_device")
        assert len(await read_queue()) == 1
        await parts.database.write(lambda session: MailQueue(session).forget("ada@example.com"))
        assert list(await read_queue()) == []


class TestWithoutMailServer:
    @pytest.fixture
    def settings(self, settings: AuthSettings) -> AuthSettings:
        return settings.model_copy(update={"smtp_host": ""})

    async def test_nothing_is_queued(self, parts: Parts, read_queue: ReadQueue, app: FastAPI) -> None:
        await queue(parts, "password_reset")
        assert list(await read_queue()) == []
        assert not parts.mailer.is_on


class TestSettings:
    def test_need_an_address_that_mails_come_from(self) -> None:
        with pytest.raises(ValidationError, match="SMTP_FROM"):
            AuthSettings.model_validate({"smtp_host": "mail.example", "smtp_from": ""})

    @pytest.mark.parametrize("sender", ["nobody", "Ada <nobody>", "a@b@c", "ada@example.com\r\nBcc: x@y.z"])
    def test_refuse_what_is_no_address(self, sender: str) -> None:
        with pytest.raises(ValidationError, match="smtp_from"):
            AuthSettings.model_validate({"smtp_from": sender})

    def test_in_production_need_the_address_of_the_page(self) -> None:
        production = {
            "environment": "production",
            "auth_secret_key": "a-secret-of-the-tests-with-enough-bytes",
            "admin_password": "difference-engine-1",
            "cors_origins": ["https://chat.example"],
            "smtp_host": "mail.example",
            "smtp_from": "ConvoAI <no-reply@chat.example>",
        }
        with pytest.raises(ValidationError, match="PUBLIC_URL"):
            AuthSettings.model_validate(production)
        assert (
            AuthSettings.model_validate(production | {"public_url": "https://chat.example/"}).public_url
            == "https://chat.example"
        )
