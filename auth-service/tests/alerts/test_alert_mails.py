"""`/internal/alert-mails`: who may call it, who is told, in which language and how often, and what a name can do."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
import pytest
from auth_server.db.mail import QueuedMail
from auth_server.db.models import User
from auth_server.dependencies import Parts
from auth_server.settings import AuthSettings
from service_kit.alert_notices import PATH
from sqlalchemy import select, update
from support.mail_server import MailServer, html_of, text_of

MakeUser = Callable[..., Awaitable[dict[str, str]]]
ADMIN = "admin@example.com"
NOTICE: dict[str, Any] = {
    "notice_id": "01900000-0000-7000-8000-000000000001",
    "rule_name": "Requests fail",
    "figure": "error_rate",
    "subject": "",
    "comparison": "above",
    "threshold": 0.05,
    "state": "firing",
    "value": 0.125,
    "at": "2026-11-28T09:46:00+00:00",
}


async def prefer(parts: Parts, username: str, language: str) -> None:
    change = update(User).where(User.username == username).values(preferences={"language": language})
    await parts.database.write(lambda session: session.execute(change))


async def queued(parts: Parts) -> Sequence[QueuedMail]:
    query = select(QueuedMail).order_by(QueuedMail.recipient)
    return await parts.database.read(lambda session: session.scalars(query).all())


@pytest.fixture
def settings(mail_settings: AuthSettings) -> AuthSettings:
    """With a mail server."""
    return mail_settings


@pytest.fixture
def is_mail_kept(mail_server: MailServer) -> None:
    """The mail server is away, so that what is queued stays to be looked at."""
    mail_server.sever()


class TestWhoMay:
    async def test_only_services(
        self, client: httpx.AsyncClient, admin: dict[str, str], ada: dict[str, str], parts: Parts
    ) -> None:
        for headers in ({}, ada, admin):
            assert (await client.get(PATH, headers=headers)).status_code == 401
            assert (await client.post(PATH, json=NOTICE, headers=headers)).status_code == 401
        assert list(await queued(parts)) == []


class TestMails:
    async def test_go_to_every_active_admin_in_their_language(
        self,
        client: httpx.AsyncClient,
        service: dict[str, str],
        make_user: MakeUser,
        manager: dict[str, str],
        admin: dict[str, str],
        parts: Parts,
        mail_server: MailServer,
    ) -> None:
        for name in ("dora", "gone"):
            await make_user(name, "admin")
        await make_user("user1")
        await client.patch("/users/gone", json={"is_active": False}, headers=admin)
        await prefer(parts, "dora", "de")
        await prefer(parts, "admin", "system")
        answer = await client.post(PATH, json=NOTICE, headers=service)
        assert (answer.status_code, answer.json()) == (200, {"mails": 2})
        english, german = await mail_server.mail_to(ADMIN), await mail_server.mail_to("dora@example.com")
        assert english["Subject"] == 'ConvoAI: "Requests fail" is firing'
        assert german["Subject"] == "ConvoAI: „Requests fail“ ist ausgelöst"
        for text in (text_of(english), html_of(english)):
            for part in (
                "Hello admin",
                "error_rate",
                "0.125",
                "above 0.05",
                "28 November 2026, 09:46 UTC",
                "A program",
            ):
                assert part in text
        for text in (text_of(german), html_of(german)):
            for part in ("Hallo dora", "error_rate", "0,125", "über 0,05", "28.11.2026, 09:46 UTC", "Ein Programm"):
                assert part in text
        assert '<html lang="de">' in html_of(german)
        assert mail_server.mails_to("gone@example.com") == mail_server.mails_to("mary@example.com") == []

    async def test_tell_of_the_end_and_of_a_figure_that_there_is_none_of(
        self, client: httpx.AsyncClient, service: dict[str, str], mail_server: MailServer
    ) -> None:
        body = NOTICE | {"state": "resolved", "value": None, "subject": "gpt-4", "comparison": "below"}
        await client.post(PATH, json=body, headers=service)
        mail = await mail_server.mail_to(ADMIN)
        assert mail["Subject"] == 'ConvoAI: "Requests fail" is resolved'
        for text in (text_of(mail), html_of(mail)):
            for part in ("Value: none", "of gpt-4", "below 0.05"):
                assert part in text

    @pytest.mark.usefixtures("is_mail_kept")
    async def test_of_one_notice_are_queued_once(
        self, client: httpx.AsyncClient, service: dict[str, str], parts: Parts
    ) -> None:
        calls = [client.post(PATH, json=NOTICE, headers=service) for _ in range(4)]
        answers = await asyncio.gather(*calls)
        assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"mails": 1})] * 4
        assert len(await queued(parts)) == 1
        await client.post(PATH, json=NOTICE | {"notice_id": "another"}, headers=service)
        assert len(await queued(parts)) == 2
        reused = await client.post(PATH, json=NOTICE | {"value": 1.0}, headers=service)
        assert (reused.status_code, len(await queued(parts))) == (422, 2)

    @pytest.mark.usefixtures("is_mail_kept")
    @pytest.mark.parametrize(
        "wrong",
        [
            {"notice_id": ""},
            {"notice_id": "a b"},
            {"rule_name": "x" * 101},
            {"rule_name": ""},
            {"figure": "<b>"},
            {"comparison": "equal"},
            {"state": "pending"},
            {"value": "NaN"},
            {"at": "2026-11-28T09:46:00"},
            {"to": "eve@example.com"},
        ],
    )
    async def test_of_what_makes_no_sense_are_not_made(
        self, client: httpx.AsyncClient, service: dict[str, str], parts: Parts, wrong: dict[str, Any]
    ) -> None:
        assert (await client.post(PATH, json=NOTICE | wrong, headers=service)).status_code == 422
        assert list(await queued(parts)) == []


class TestWithoutMailServer:
    @pytest.fixture
    def settings(self, settings: AuthSettings) -> AuthSettings:
        return settings.model_copy(update={"smtp_host": ""})

    async def test_it_is_said_and_nothing_is_taken(
        self, client: httpx.AsyncClient, service: dict[str, str], parts: Parts
    ) -> None:
        assert (await client.get(PATH, headers=service)).json() == {"is_on": False}
        for _ in range(2):
            answer = await client.post(PATH, json=NOTICE, headers=service)
            assert (answer.status_code, answer.json()["code"]) == (409, "no_mail_server")
            assert "SMTP_HOST" in answer.json()["detail"]
        assert list(await queued(parts)) == []


class TestHostileNames:
    """Who may make rules must not write to the other administrators what the product has not said."""

    async def mail(self, client: httpx.AsyncClient, service: dict[str, str], server: MailServer, text: str) -> Any:
        answer = await client.post(PATH, json=NOTICE | {"rule_name": text, "subject": text}, headers=service)
        assert answer.status_code == 200, answer.text
        return await server.mail_to(ADMIN)

    @pytest.mark.parametrize(
        "name",
        [
            "x\r\nBcc: eve@example.com",
            "x\nBcc: eve@example.com\n\n<b>body</b>",
            "x\u2028Bcc: eve@example.com",
            "x\x85Bcc: eve@example.com",
            "x\x0b\x0c\x1c\x00Bcc: eve@example.com",
            # Python decodes these when a header is set, and writes the line end that they stand for.
            "=?utf-8?q?x=0D=0ABcc:_eve@example.com?=",
            "é =?utf-8?q?x=0ABcc:_eve@example.com?=",
            "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLmNvbQ==?=",
        ],
    )
    async def test_begin_no_header(
        self, client: httpx.AsyncClient, service: dict[str, str], mail_server: MailServer, name: str
    ) -> None:
        mail = await self.mail(client, service, mail_server, name)
        assert set(mail.keys()) == {
            *("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"),
        }
        assert mail["Subject"].startswith("ConvoAI: ")
        assert mail["Subject"].endswith("is firing")
        assert text_of(mail).startswith("Hello admin")
        assert mail_server.mails_to("eve@example.com") == []

    @pytest.mark.parametrize(
        "name", ["<script>alert(1)</script>", '"><img src=x>', "<a href='http://evil.example'>x</a>", "{{ 7 * 7 }}"]
    )
    async def test_are_no_html_and_no_template(
        self, client: httpx.AsyncClient, service: dict[str, str], mail_server: MailServer, name: str
    ) -> None:
        html = html_of(await self.mail(client, service, mail_server, name))
        assert not re.search(r"<(script|img)", html)
        assert set(re.findall(r'href="([^"]+)', html)) == {"http://page.test"}
        assert "49" not in html

    @pytest.mark.parametrize("name", ["http://evil.example/x", "www.evil.example", "eve@evil.example", "evil.example"])
    async def test_are_no_address_that_a_program_makes_a_link_of(
        self, client: httpx.AsyncClient, service: dict[str, str], mail_server: MailServer, name: str
    ) -> None:
        mail = await self.mail(client, service, mail_server, name)
        for text in (text_of(mail), html_of(mail)):  # its heading is the subject once more
            assert name not in text
            assert "evil.example" not in text
            assert name in text.replace("\u200c", "")

    async def test_turn_nothing_around(
        self, client: httpx.AsyncClient, service: dict[str, str], mail_server: MailServer
    ) -> None:
        mail = await self.mail(client, service, mail_server, "a\u202eb\u2066c")
        assert not re.search("[\u202e\u2066]", mail["Subject"] + text_of(mail) + html_of(mail))
