"""All SQL of notices: what webhooks have still to be told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from analytics.db.tables import alert_notices, alert_rules

AT_ONCE = 20


class Notice(NamedTuple):
    """What is to be told to a webhook. `attempts` counts this one."""

    id: str
    rule_id: str
    body: str
    attempts: int
    webhook_url: str
    webhook_secret: str


class NoticeRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rows: Sequence[tuple[str, str, str]], now: datetime) -> None:
        """Keeps ids, rules and bodies, to be sent at once."""
        values = [
            {"id": id_, "rule_id": rule_id, "body": body, "attempts": 0, "due_at": now, "made_at": now}
            for id_, rule_id, body in rows
        ]
        if values:
            self._session.execute(insert(alert_notices), values)

    def take(self, now: datetime, lease: timedelta) -> list[Notice]:
        """Those that are due. Nobody else takes them before the lease is over; the caller holds a lock."""
        table, rules = alert_notices.c, alert_rules.c
        query = (
            select(table.id, table.rule_id, table.body, table.attempts + 1, rules.webhook_url, rules.webhook_secret)
            .join_from(alert_notices, alert_rules, rules.id == table.rule_id)
            .where(table.done_at.is_(None), table.due_at <= now, rules.webhook_url.is_not(None))
            .order_by(table.due_at, table.id)
            .limit(AT_ONCE)
        )
        taken = [Notice(*row) for row in self._session.execute(query)]
        is_taken = table.id.in_([notice.id for notice in taken])
        change = update(alert_notices).where(is_taken)
        self._session.execute(change.values(due_at=now + lease, attempts=table.attempts + 1))
        return taken

    def end(self, notice_id: str, now: datetime, failure: str | None) -> None:
        """It was taken, or is given up with the reason."""
        change = update(alert_notices).where(alert_notices.c.id == notice_id)
        self._session.execute(change.values(done_at=now, failure=failure))

    def postpone(self, notice_id: str, due_at: datetime, failure: str) -> None:
        """It is to be tried again then."""
        change = update(alert_notices).where(alert_notices.c.id == notice_id)
        self._session.execute(change.values(due_at=due_at, failure=failure))

    def forget_rule(self, rule_id: str) -> None:
        """Nothing more is told of the rule."""
        self._session.execute(delete(alert_notices).where(alert_notices.c.rule_id == rule_id))

    def forget(self, before: datetime) -> None:
        """Forgets what was made before then."""
        self._session.execute(delete(alert_notices).where(alert_notices.c.made_at < before))
