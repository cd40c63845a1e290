"""What the figure of a rule is at this moment."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from analytics.alerts.figures import SINCE_EVENT, SPEND_MONTH, SPEND_TODAY
from analytics.alerts.readings_repository import ReadingsRepository
from analytics.alerts.reported import REPORTED, ReportedReadings
from analytics.alerts.rows import Rule
from analytics.delivery.service import reported_figures
from analytics.insights.metrics import DURATION_METRICS, NANO, metric_of, sums_for
from analytics.rollups.sketches import seconds_at
from analytics.times import KEPT_MINUTES, Grain, day_of, first_day, minute_of, period_of


class Readings:
    """Reads in the transaction of the session that it is given; `now` is the moment for all rules."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._repository = ReadingsRepository(session)
        self._minute = minute_of(now)
        self._today = day_of(now)
        self._special: dict[str, Callable[[Rule], float]] = {
            SPEND_TODAY: lambda rule: self._spent(rule, self._today),
            SPEND_MONTH: lambda rule: self._spent(rule, first_day(period_of(self._today, Grain.MONTH), Grain.MONTH)),
            SINCE_EVENT: self._minutes_since_event,
        }

    def value(self, rule: Rule) -> float | None:
        """The figure in the units of its name; None when there is none, as of a share of nothing."""
        if rule.figure in self._special:
            return self._special[rule.figure](rule)
        if rule.figure in REPORTED:
            return self._reported.value(rule.figure, rule.subject)
        minutes = range(self._minute - rule.window_minutes, self._minute + 1)  # full ones, and that which is running
        if rule.figure in DURATION_METRICS:
            measure, share = DURATION_METRICS[rule.figure]
            return seconds_at(self._repository.durations(rule.cut, rule.subject, measure, minutes), share)
        names = sums_for(rule.figure)
        return metric_of(self._repository.sums(rule.cut, rule.subject, Grain.MINUTE, minutes, names), rule.figure)

    def forget_minutes(self) -> None:
        """Forgets what no rule can ask for any more."""
        self._repository.forget_minutes(self._minute - KEPT_MINUTES)

    @cached_property
    def _reported(self) -> ReportedReadings:
        return ReportedReadings(reported_figures(self._session, self._now))

    def _spent(self, rule: Rule, since_day: int) -> float:
        days = range(since_day, self._today + 1)
        sums = self._repository.sums(rule.cut, rule.subject, Grain.DAY, days, ("cost_nano_usd",))
        return sums["cost_nano_usd"] / NANO

    def _minutes_since_event(self, rule: Rule) -> float:
        newest = self._repository.newest_minute(rule.cut, rule.subject)
        return float(KEPT_MINUTES if newest is None else max(0, self._minute - newest))
