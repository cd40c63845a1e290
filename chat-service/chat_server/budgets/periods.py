"""The days and months (UTC) that budgets are for; pure."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

Period = Literal["day", "month"]
LAST_POSSIBLE_DAY = 31


def begin_of(period: Period, day: date) -> date:
    """The first day of the period that the day is in."""
    return day if period == "day" else day.replace(day=1)


def end_of(period: Period, day: date) -> datetime:
    """The moment at which the next period begins."""
    first = begin_of(period, day)
    following = first + timedelta(days=1 if period == "day" else LAST_POSSIBLE_DAY)
    return datetime.combine(begin_of(period, following), datetime.min.time(), UTC)
