"""What people are told of their account, and what they are not."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
import pytest
from auth_server.db.mail import QueuedMail
from support.mail_server import MailServer, html_of, text_of

ReadQueue = Callable[[], Awaitable[Sequence[QueuedMail]]]
ADA = "ada@example.com"
PASSWORD = "testpass123"
NEW_DEVICE = "New sign-in"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
CURL = "curl/8.5.0"


async def sign_in(client: httpx.AsyncClient, agent: str, password: str = PASSWORD) -> dict[str, str]:
    form = {"username": "ada", "password": password}
    response = await client.post("/auth/token", data=form, headers={"User-Agent": agent})
    return {"Authorization": f"Bearer {response.json().get('access_token')}"}


@pytest.fixture
async def registered(client: httpx.AsyncClient) -> None:
    """ada has an account and never signed in."""
    body = {"username": "ada", "email": ADA, "password": PASSWORD}
    assert (await client.post("/users/", json=body)).status_code == 200


@pytest.fixture
def is_mail_kept(mail_server: MailServer) -> None:
    """The mail server is away, so that what is queued stays to be looked at."""
    mail_server.sever()


@pytest.mark.usefixtures("registered")
class TestNewDevice:
    async def test_is_told_with_time_device_address_and_what_to_do(
        self, client: httpx.AsyncClient, mail_server: MailServer
    ) -> None:
        await sign_in(client, CURL)
        await sign_in(client, FIREFOX)
        mail = await mail_server.mail_to(ADA, subject=NEW_DEVICE)
        for text in (text_of(mail), html_of(mail)):
            for part in ("Firefox on Linux", "127.0.0.1", "UTC", "If this was not you", "/forgot-password"):
                assert part in text

    @pytest.mark.usefixtures("is_mail_kept")
    async def test_is_not_told_of_the_first_sign_in_nor_of_known_ones(
        self, client: httpx.AsyncClient, read_queue: ReadQueue
    ) -> None:
        for _ in range(3):
            await sign_in(client, CURL)
        assert list(await read_queue()) == []
        await sign_in(client, FIREFOX)
        await sign_in(client, FIREFOX)
        assert len(await read_queue()) == 1

    @pytest.mark.usefixtures("is_mail_kept")
    async def test_is_not_told_of_a_sign_in_that_fails(self, client: httpx.AsyncClient, read_queue: ReadQueue) -> None:
        await sign_in(client, CURL)
        await sign_in(client, FIREFOX, "wrong-password-1")
        assert list(await read_queue()) == []

    @pytest.mark.usefixtures("is_mail_kept")
    async def test_is_told_of_the_same_device_at_another_address(
        self, client: httpx.AsyncClient, read_queue: ReadQueue
    ) -> None:
        await sign_in(client, CURL)
        client._transport.client = ("192.0.2.7", 1234)  # type: ignore[attr-defined]
        await sign_in(client, CURL)
        (mail,) = await read_queue()
        assert mail.context is not None
        assert mail.context["address"] == "192.0.2.7"

    @pytest.mark.usefixtures("is_mail_kept")
    async def test_is_told_after_months_and_of_devices_that_signed_out_not(
        self, client: httpx.AsyncClient, read_queue: ReadQueue, clock: Any
    ) -> None:
        """Sessions are forgotten a month after their end: that must not make a stranger's the first sign-in."""
        headers = await sign_in(client, CURL)
        await client.post("/auth/logout", headers=headers)
        await sign_in(client, CURL)
        assert list(await read_queue()) == []
        clock.advance(days=200)
        await sign_in(client, FIREFOX)
        assert len(await read_queue()) == 1


@pytest.mark.usefixtures("registered", "is_mail_kept")
class TestChanges:
    async def test_of_the_password_are_told(self, client: httpx.AsyncClient, read_queue: ReadQueue) -> None:
        headers = await sign_in(client, CURL) | {"User-Agent": FIREFOX}
        body = {"current_password": PASSWORD, "new_password": "difference-engine-1"}
        await client.put("/users/me/password", json={**body, "current_password": "wrong-password-1"}, headers=headers)
        assert list(await read_queue()) == []
        await client.put("/users/me/password", json=body, headers=headers)
        (mail,) = await read_queue()
        assert (mail.template, mail.recipient) == ("password_changed", ADA)
        assert mail.context is not None
        assert (mail.context["device"], mail.context["address"]) == ("Firefox on Linux", "127.0.0.1")

    async def test_of_the_address_are_told_to_the_old_one(
        self, client: httpx.AsyncClient, read_queue: ReadQueue
    ) -> None:
        headers = await sign_in(client, CURL)
        await client.patch("/users/me", json={"email": "ADA@example.com"}, headers=headers)
        assert list(await read_queue()) == [], "the same address, written otherwise"
        await client.patch("/users/me", json={"email": "lovelace@example.com"}, headers=headers)
        (mail,) = await read_queue()
        assert (mail.template, mail.recipient) == ("email_changed", "ADA@example.com")

    async def test_of_a_deleted_user_are_not_told(
        self, client: httpx.AsyncClient, read_queue: ReadQueue, admin: dict[str, str]
    ) -> None:
        await sign_in(client, CURL)
        await sign_in(client, FIREFOX)
        assert len(await read_queue()) == 1
        await client.delete("/users/ada", headers=admin)
        assert list(await read_queue()) == []
