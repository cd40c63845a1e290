"""All SQL of alerts: rules, how they stand, and what became of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from service_kit.upsert import put_all
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from analytics.alerts.rows import Change, Rule, Watched
from analytics.alerts.states import Standing
from analytics.cuts import Cut
from analytics.db.tables import alert_changes, alert_rules, alert_standings


class AlertRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rules(self) -> list[Rule]:
        """All rules, the oldest first."""
        return [_rule(row) for row in self._session.execute(select(alert_rules).order_by(alert_rules.c.id)).mappings()]

    def rule(self, rule_id: str) -> Rule | None:
        """One of them."""
        query = select(alert_rules).where(alert_rules.c.id == rule_id)
        row = self._session.execute(query).mappings().one_or_none()
        return None if row is None else _rule(row)

    def count(self) -> int:
        """How many there are."""
        return self._session.execute(select(func.count()).select_from(alert_rules)).scalar_one()

    def add(self, rule: Rule) -> None:
        """Keeps a new rule."""
        self._session.execute(insert(alert_rules).values(**(rule._asdict() | {"cut": int(rule.cut)})))

    def change(self, rule: Rule) -> None:
        """Puts the rule in the place of the one with its id."""
        values = rule._asdict() | {"cut": int(rule.cut)}
        self._session.execute(update(alert_rules).where(alert_rules.c.id == rule.id).values(**values))

    def remove(self, rule_id: str) -> None:
        """Forgets the rule and how it stood; the history stays."""
        self.forget_standing(rule_id)
        self._session.execute(delete(alert_rules).where(alert_rules.c.id == rule_id))

    def watched(self) -> list[Watched]:
        """The rules that are enabled, with how they stand."""
        table = alert_standings.c
        query = (
            select(alert_rules, table.state, table.since, table.clear_since, table.value)
            .join_from(alert_rules, alert_standings, table.rule_id == alert_rules.c.id, isouter=True)
            .where(alert_rules.c.is_enabled)
            .order_by(alert_rules.c.id)
        )
        return [_watched(row) for row in self._session.execute(query).mappings()]

    def put_standings(self, watched: Sequence[Watched], now: datetime) -> None:
        """Keeps how rules stand."""
        rows = [
            {
                "rule_id": one.rule.id,
                "state": one.standing.state,
                "since": one.standing.since,
                "clear_since": one.standing.clear_since,
                "value": one.value,
                "looked_at": now,
            }
            for one in watched
            if one.standing is not None
        ]
        put_all(self._session, alert_standings, rows)

    def forget_standing(self, rule_id: str) -> None:
        """Begins anew with the rule."""
        self._session.execute(delete(alert_standings).where(alert_standings.c.rule_id == rule_id))

    def add_changes(self, changes: Sequence[Change]) -> None:
        """Keeps what became of alerts."""
        if changes:
            self._session.execute(insert(alert_changes), [change._asdict() for change in changes])

    def changes(self, limit: int, before_id: str | None) -> list[Change]:
        """The newest first, beginning behind that with this id."""
        table = alert_changes.c
        query = select(*(table[name] for name in Change._fields)).order_by(table.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(table.id < before_id)
        return [Change(*row) for row in self._session.execute(query)]

    def forget_changes(self, before: datetime) -> None:
        """Forgets what is older."""
        self._session.execute(delete(alert_changes).where(alert_changes.c.at < before))


def _rule(row: Mapping[Any, Any]) -> Rule:
    values = {name: row[name] for name in Rule._fields}
    return Rule(**(values | {"cut": Cut(row["cut"])}))


def _watched(row: Mapping[Any, Any]) -> Watched:
    standing = None if row["state"] is None else Standing(row["state"], row["since"], row["clear_since"])
    return Watched(_rule(row), standing, row["value"])
