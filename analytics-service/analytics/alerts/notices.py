"""What people are told of alerts, and how it gets there: at least once, with longer and longer pauses."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import structlog
from service_kit.clock import new_id
from service_kit.database import Database
from service_kit.locks import hold_alone
from service_kit.waiting import pause_after
from sqlalchemy.orm import Session

from analytics.alerts.channels import Channel, ChannelName, NotDelivered, Notice
from analytics.alerts.mails import mail_body
from analytics.alerts.notices_repository import NewNotice, NoticeRepository
from analytics.alerts.rows import Change, Rule
from analytics.alerts.webhooks import webhook_body

LEASE = timedelta(minutes=1)  # longer than a call takes: a process that dies in it is followed by another
MOST_ATTEMPTS = 10  # over two hours
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 15.0, 3_600.0
LOCK = "alert-notices"
log = structlog.get_logger(__name__)


def note(session: Session, changes: list[tuple[Rule, Change]], now: datetime) -> None:
    """Keeps what is to be told, in the transaction in which it happened."""
    NoticeRepository(session).add([row for rule, change in changes for row in _notices(rule, change)], now)


def forget_notices(session: Session, before: datetime) -> None:
    """Forgets what was to be told before then."""
    NoticeRepository(session).forget(before)


def _notices(rule: Rule, change: Change) -> Iterator[NewNotice]:
    if rule.webhook_url is not None:
        yield NewNotice(new_id(), rule.id, "webhook", webhook_body(rule, change))
    if rule.email:
        yield NewNotice(new_id(), rule.id, "email", mail_body(rule, change))


class NoticeDelivery:
    """Takes what is due in one transaction, calls outside of any, and keeps what came of it in another."""

    def __init__(
        self, database: Database, channels: Mapping[ChannelName, Channel], *, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._channels = channels
        self._now = now

    async def deliver(self) -> None:
        """Sends all that is due, a few at a time."""
        while notices := await self._database.write(self._take):
            await asyncio.gather(*map(self._deliver, notices))

    def _take(self, session: Session) -> list[Notice]:
        hold_alone(session, LOCK)
        return NoticeRepository(session).take(self._now(), LEASE)

    async def _deliver(self, notice: Notice) -> None:
        failure = await self._failure(notice)
        await self._database.write(lambda session: self._keep(session, notice, failure))

    async def _failure(self, notice: Notice) -> str | None:
        try:
            await self._channels[notice.channel].tell(notice)
        except NotDelivered as error:
            return error.reason
        return None

    def _keep(self, session: Session, notice: Notice, failure: str | None) -> None:
        repository, now = NoticeRepository(session), self._now()
        if failure is None or notice.attempts >= MOST_ATTEMPTS:
            repository.end(notice.id, now, failure)
        else:
            seconds = pause_after(
                notice.attempts, first_seconds=FIRST_PAUSE_SECONDS, longest_seconds=LONGEST_PAUSE_SECONDS
            )
            repository.postpone(notice.id, now + timedelta(seconds=seconds), failure)
        if failure is not None:
            log.warning(
                "alert_not_told",
                channel=notice.channel,
                rule_id=notice.rule_id,
                attempts=notice.attempts,
                reason=failure,
            )
