"""One look at all rules: in one transaction, and of all replicas by the first to come."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from service_kit.clock import new_id
from service_kit.database import Database
from service_kit.locks import hold_alone
from sqlalchemy.orm import Session

from analytics.alerts.notices import forget_notices, note
from analytics.alerts.readings import Readings
from analytics.alerts.repository import AlertRepository
from analytics.alerts.rows import Change, Watched
from analytics.alerts.states import Standing, is_news, next_standing
from analytics.progress.service import Progress

LOOK = timedelta(seconds=15)
_EARLY = timedelta(seconds=1)  # clocks of replicas and pauses of tasks are not exact
HISTORY = timedelta(days=90)
# How often what is too old goes; a minute is kept that much longer than anybody asks for it.
FORGET = timedelta(hours=1)
LOCK = "alerts"
LOOKING, FORGETTING = "alerts", "alerts_forgotten"  # in `progress`: when somebody did so last
log = structlog.get_logger(__name__)


class Evaluation:
    """Owns the transaction in which states change and the history is written: both or neither, once each."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def look(self) -> list[Change]:
        """What changed; nothing when another replica has looked within the last seconds."""
        changes = await self._database.write(self._look)
        for change in changes:
            log.info("alert_changed", rule=change.rule_name, state=change.state, value=change.value)
        return changes

    def _look(self, session: Session) -> list[Change]:
        hold_alone(session, LOCK)
        repository, now = AlertRepository(session), self._now()
        if not Progress(session, LOOKING).is_turn(now, every=LOOK - _EARLY):
            return []
        readings = Readings(session, now)
        before = repository.watched()
        after = [_looked_at(one, readings, now) for one in before]
        repository.put_standings(after, now)
        news = [
            (new.rule, _change(new, now)) for old, new in zip(before, after, strict=True) if _is_news(old, new, now)
        ]
        changes = [change for _, change in news]
        repository.add_changes(changes)
        note(session, news, now)
        if Progress(session, FORGETTING).is_turn(now, every=FORGET):
            repository.forget_changes(now - HISTORY)
            forget_notices(session, now - HISTORY)
            readings.forget_minutes()
        return changes


def _looked_at(watched: Watched, readings: Readings, now: datetime) -> Watched:
    rule, value = watched.rule, readings.value(watched.rule)
    lasting = timedelta(minutes=rule.for_minutes)
    standing = next_standing(_known(watched, now), holds=rule.holds(value), lasting=lasting, now=now)
    return Watched(rule, standing, value)


def _known(watched: Watched, now: datetime) -> Standing:
    return watched.standing or Standing("ok", now)


def _is_news(before: Watched, after: Watched, now: datetime) -> bool:
    return after.standing is not None and is_news(_known(before, now), after.standing)


def _change(after: Watched, now: datetime) -> Change:
    state = _known(after, now).state
    return Change(new_id(), after.rule.id, after.rule.name, after.rule.figure, state, after.value, now)
