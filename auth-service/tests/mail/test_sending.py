"""Handing mails over, through every way in which a mail server can fail."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import httpx
from auth_server.db.mail import QueuedMail
from auth_server.dependencies import Parts
from auth_server.mail.delivery import CLAIM, MailDelivery
from auth_server.settings import AuthSettings
from service_kit.clock import utc_now
from sqlalchemy import update
from support.mail_server import MailServer
from support.stack import metric
from support.waiting import eventually

QueueMail = Callable[..., Awaitable[None]]
ReadQueue = Callable[[], Awaitable[Sequence[QueuedMail]]]
StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
ADA, BOB = "ada@example.com", "bob@example.com"


async def figure(client: httpx.AsyncClient, name: str, **labels: str) -> float:
    return metric((await client.get("/metrics")).text, name, **labels)


async def until_figure(client: httpx.AsyncClient, name: str, value: float, **labels: str) -> None:
    async def look() -> bool:
        return await figure(client, name, **labels) == value

    await eventually(look)


class TestServerAway:
    async def test_keeps_mails_until_it_is_back(
        self, client: httpx.AsyncClient, queue_mail: QueueMail, read_queue: ReadQueue, mail_server: MailServer
    ) -> None:
        mail_server.sever()
        await queue_mail(ADA)

        async def was_tried() -> bool:
            return await figure(client, "mail_server_failures_total") >= 1

        await eventually(was_tried)
        assert (await client.get("/health")).status_code == 200
        assert [mail.attempts for mail in await read_queue()] == [0], "that the server is away is not the mail's fault"
        await mail_server.restore()
        await mail_server.mail_to(ADA)
        await until_figure(client, "mails_total", 1, template="new_device", outcome="sent")
        await until_figure(client, "mails_waiting", 0)

    async def test_outlives_a_restart(
        self, settings: AuthSettings, start_service: StartService, mail_server: MailServer
    ) -> None:
        mail_server.sever()
        async with start_service(settings) as client:
            await client.post("/users/", json={"username": "ada", "email": ADA, "password": "testpass123"})
            await sign_in_twice(client)
        await mail_server.restore()
        async with start_service(settings):
            await mail_server.mail_to(ADA)

    async def test_that_never_answers_delays_nothing_else(
        self, settings: AuthSettings, start_service: StartService
    ) -> None:
        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        mute = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        port = mute.sockets[0].getsockname()[1]
        async with mute, start_service(settings.model_copy(update={"smtp_port": port})) as client:
            await client.post("/users/", json={"username": "ada", "email": ADA, "password": "testpass123"})
            await sign_in_twice(client)
            assert (await client.get("/ready")).status_code == 200


async def sign_in_twice(client: httpx.AsyncClient) -> None:
    """The second time from a device that was not seen before, which is what the notice is for."""
    for agent in ("curl/8", "wget/1"):
        form = {"username": "ada", "password": "testpass123"}
        assert (await client.post("/auth/token", data=form, headers={"User-Agent": agent})).status_code == 200


class TestOneMail:
    async def test_that_is_postponed_is_sent_later(
        self, client: httpx.AsyncClient, queue_mail: QueueMail, mail_server: MailServer, clock: Any
    ) -> None:
        mail_server.answers[ADA] = "451 4.7.1 Greylisted, come back later"
        await queue_mail(ADA)
        await until_figure(client, "mails_total", 1, outcome="postponed")
        del mail_server.answers[ADA]
        await queue_mail(BOB)
        await mail_server.mail_to(BOB)
        assert mail_server.mails_to(ADA) == [], "it is not its turn yet"
        clock.advance(seconds=31)
        await mail_server.mail_to(ADA)

    async def test_that_is_refused_three_times_is_parked_with_the_reason(
        self,
        client: httpx.AsyncClient,
        queue_mail: QueueMail,
        read_queue: ReadQueue,
        mail_server: MailServer,
        clock: Any,
        settings: AuthSettings,
        start_service: StartService,
    ) -> None:
        mail_server.answers[ADA] = f"550 5.1.1 <{ADA}>: no such mailbox here"
        await queue_mail(ADA)
        await until_figure(client, "mails_total", 1, outcome="refused")
        clock.advance(minutes=1)
        await until_figure(client, "mails_total", 2, outcome="refused")
        clock.advance(minutes=2)
        await until_figure(client, "mails_total", 1, outcome="parked")
        await until_figure(client, "mails_parked", 1)
        (mail,) = await read_queue()
        assert mail.reason == "550 5.1.1 <address> no such mailbox here"
        assert mail.parked_at is not None
        assert mail.context is None, "what is not sent any more is not kept either"
        clock.advance(days=1)
        await queue_mail(BOB)
        await mail_server.mail_to(BOB)
        assert mail_server.attempts == 4
        async with start_service(settings) as restarted:
            await until_figure(restarted, "mails_parked", 1)

    async def test_that_breaks_the_connection_does_not_hold_up_others(
        self, client: httpx.AsyncClient, queue_mail: QueueMail, mail_server: MailServer
    ) -> None:
        mail_server.hangs_up = True
        await queue_mail(ADA)
        await until_figure(client, "mails_total", 1, outcome="postponed")
        mail_server.hangs_up = False
        await queue_mail(BOB)
        await mail_server.mail_to(BOB)

    async def test_that_comes_too_late_is_not_sent(
        self,
        client: httpx.AsyncClient,
        queue_mail: QueueMail,
        read_queue: ReadQueue,
        mail_server: MailServer,
        clock: Any,
    ) -> None:
        mail_server.answers[ADA] = "451 4.2.2 Mailbox full"
        await queue_mail(ADA, good_for=timedelta(hours=1))
        await until_figure(client, "mails_total", 1, outcome="postponed")
        del mail_server.answers[ADA]
        clock.advance(hours=2)
        await until_figure(client, "mails_parked", 1)
        (mail,) = await read_queue()
        assert mail.reason == "Too late to be sent: 451 4.2.2 Mailbox full"
        assert mail_server.received == []

    async def test_that_cannot_be_written_is_parked(
        self,
        client: httpx.AsyncClient,
        queue_mail: QueueMail,
        read_queue: ReadQueue,
        parts: Parts,
        mail_server: MailServer,
    ) -> None:
        mail_server.sever()
        await queue_mail(ADA)
        await parts.database.write(lambda session: session.execute(update(QueuedMail).values(template="of-tomorrow")))
        await mail_server.restore()
        await until_figure(client, "mails_parked", 1)
        (mail,) = await read_queue()
        assert mail.reason == "It could not be written: TemplatesNotFound"


class TestAtLeastOnce:
    async def test_two_senders_share_the_queue(
        self,
        settings: AuthSettings,
        start_service: StartService,
        parts: Parts,
        queue_mail: QueueMail,
        mail_server: MailServer,
    ) -> None:
        mail_server.sever()
        for number in range(20):
            await queue_mail(f"user{number}@example.com")
        await mail_server.restore()
        async with start_service(settings):
            for number in range(20):
                await mail_server.mail_to(f"user{number}@example.com")
        assert Counter(mail["To"] for mail in mail_server.received).most_common(1)[0][1] == 1

    async def test_a_mail_whose_sender_died_is_sent_again_under_the_same_id(
        self, parts: Parts, queue_mail: QueueMail, mail_server: MailServer, clock: Any
    ) -> None:
        mail_server.sever()
        await queue_mail(ADA)
        claimed = None
        while claimed is None:  # the sender that runs may hold it for a moment
            claimed = await parts.database.write(lambda session: MailDelivery(session, utc_now()).claim())
        await mail_server.restore()
        await queue_mail(BOB)
        await mail_server.mail_to(BOB)
        assert mail_server.mails_to(ADA) == []
        clock.advance(seconds=CLAIM.total_seconds() + 1)
        mail = await mail_server.mail_to(ADA)
        assert mail["Message-ID"].startswith(f"<{claimed.id}@")
