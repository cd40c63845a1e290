"""A service that sends mail, and what its queue holds."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from auth_server.db.mail import QueuedMail
from auth_server.dependencies import Parts
from auth_server.mail.service import MailQueue
from auth_server.settings import AuthSettings
from sqlalchemy import select

CONTEXT = {"username": "ada", "at": "2026-11-27T13:46:00+00:00", "device": "Firefox on Linux", "address": "192.0.2.7"}

QueueMail = Callable[..., Awaitable[None]]
ReadQueue = Callable[[], Awaitable[Sequence[QueuedMail]]]


@pytest.fixture
def settings(mail_settings: AuthSettings) -> AuthSettings:
    """The application of `client` sends mail."""
    return mail_settings


@pytest.fixture
def queue_mail(parts: Parts) -> QueueMail:
    """Queues a notice, as a service does in its own transaction."""

    async def queue(to: str, **options: Any) -> None:
        await parts.database.write(
            lambda session: MailQueue(session).add("new_device", to=to, **{"context": CONTEXT} | options)
        )
        parts.mailer.notify()

    return queue


@pytest.fixture
def read_queue(parts: Parts) -> ReadQueue:
    """The rows of the queue."""

    async def read() -> Sequence[QueuedMail]:
        return await parts.database.read(
            lambda session: session.scalars(select(QueuedMail).order_by(QueuedMail.id)).all()
        )

    return read
