"""All SQL of notices: what is still to be told of alerts, and what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from analytics.alerts.channels import ChannelName, Notice
from analytics.db.tables import alert_notices, alert_rules

AT_ONCE = 20


class NewNotice(NamedTuple):
    """What is to be told from now on."""

    id: str
    rule_id: str
    channel: ChannelName
    body: str


class LastNotice(NamedTuple):
    """What was, or is to be, told last of a rule in one way. `failure` is that of the last attempt."""

    rule_id: str
    channel: ChannelName
    made_at: datetime
    attempts: int
    done_at: datetime | None
    failure: str | None


class NoticeRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, notices: Sequence[NewNotice], now: datetime) -> None:
        """Keeps what is to be told at once."""
        values = [notice._asdict() | {"attempts": 0, "due_at": now, "made_at": now} for notice in notices]
        if values:
            self._session.execute(insert(alert_notices), values)

    def take(self, now: datetime, lease: timedelta) -> list[Notice]:
        """Those that are due. Nobody else takes them before the lease is over; the caller holds a lock."""
        table, rules = alert_notices.c, alert_rules.c
        columns = (table.id, table.rule_id, table.channel, table.body, table.attempts + 1)
        query = (
            select(*columns, rules.webhook_url, rules.webhook_secret)
            .join_from(alert_notices, alert_rules, rules.id == table.rule_id)
            .where(table.done_at.is_(None), table.due_at <= now)
            .order_by(table.due_at, table.id)
            .limit(AT_ONCE)
        )
        taken = [Notice(*row) for row in self._session.execute(query)]
        is_taken = table.id.in_([notice.id for notice in taken])
        change = update(alert_notices).where(is_taken)
        self._session.execute(change.values(due_at=now + lease, attempts=table.attempts + 1))
        return taken

    def last(self, rule_id: str | None = None) -> list[LastNotice]:
        """The newest of each rule and way, or of this rule."""
        table = alert_notices.c
        newest = select(func.max(table.id)).group_by(table.rule_id, table.channel)
        if rule_id is not None:
            newest = newest.where(table.rule_id == rule_id)
        query = select(*(table[name] for name in LastNotice._fields)).where(table.id.in_(newest))
        return [LastNotice(*row) for row in self._session.execute(query.order_by(table.channel))]

    def end(self, notice_id: str, now: datetime, failure: str | None) -> None:
        """It was taken, or is given up with the reason."""
        change = update(alert_notices).where(alert_notices.c.id == notice_id)
        self._session.execute(change.values(done_at=now, failure=failure))

    def postpone(self, notice_id: str, due_at: datetime, failure: str) -> None:
        """It is to be tried again then."""
        change = update(alert_notices).where(alert_notices.c.id == notice_id)
        self._session.execute(change.values(due_at=due_at, failure=failure))

    def forget_rule(self, rule_id: str, *channels: ChannelName) -> None:
        """Nothing more is told of the rule in these ways."""
        table = alert_notices.c
        self._session.execute(delete(alert_notices).where(table.rule_id == rule_id, table.channel.in_(channels)))

    def forget(self, before: datetime) -> None:
        """Forgets what was made before then."""
        self._session.execute(delete(alert_notices).where(alert_notices.c.made_at < before))
