"""What webhooks are told, and how it gets there: at least once, with longer and longer pauses."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import structlog
from service_kit.clock import new_id
from service_kit.database import Database
from service_kit.locks import hold_alone
from service_kit.secrets_at_rest import SecretBox, SecretUnreadable
from service_kit.waiting import pause_after
from sqlalchemy.orm import Session

from analytics.alerts.notices_repository import Notice, NoticeRepository
from analytics.alerts.rows import Change, Rule
from analytics.alerts.webhooks import NotDelivered, WebhookCaller

SECRET_PURPOSE = "alert-webhooks"  # noqa: S105 - names a key, is none
LEASE = timedelta(minutes=1)  # longer than a call takes: a process that dies in it is followed by another
MOST_ATTEMPTS = 10  # over two hours
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 15.0, 3_600.0
LOCK = "alert-notices"
log = structlog.get_logger(__name__)


def note(session: Session, changes: list[tuple[Rule, Change]], now: datetime) -> None:
    """Keeps what webhooks are to be told, in the transaction in which it happened."""
    rows = [(new_id(), rule.id, _body(rule, change)) for rule, change in changes if rule.webhook_url is not None]
    NoticeRepository(session).add(rows, now)


def forget_notices(session: Session, before: datetime) -> None:
    """Forgets what was to be told before then."""
    NoticeRepository(session).forget(before)


def _body(rule: Rule, change: Change) -> str:
    told = {
        "id": change.id,
        "state": change.state,
        "rule": {"id": rule.id, "name": rule.name},
        "figure": rule.figure,
        "subject": rule.subject,
        "comparison": rule.comparison,
        "threshold": rule.threshold,
        "value": change.value,
        "at": change.at,
    }
    return msgspec.json.encode(told).decode()


class NoticeDelivery:
    """Takes what is due in one transaction, calls outside of any, and keeps what came of it in another."""

    def __init__(
        self, database: Database, caller: WebhookCaller, box: SecretBox, *, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._caller = caller
        self._box = box
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
            secret = self._box.open(notice.webhook_secret, bound_to=notice.rule_id)
            await self._caller.call(notice.webhook_url, secret, notice.body, delivery_id=notice.id, now=self._now())
        except SecretUnreadable:
            return "secret_unreadable"
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
            log.warning("webhook_not_told", rule_id=notice.rule_id, attempts=notice.attempts, reason=failure)
