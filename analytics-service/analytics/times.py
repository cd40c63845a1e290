"""Times of events, whose clocks may be wrong by any amount, and the slots of time in which they are counted.

All slots are whole numbers that grow with time: minutes, quarter hours and UTC days since 1970, ISO weeks by their
Mondays, and months since the year 0. The time zones in use are all whole quarter hours away from UTC.
"""

from datetime import UTC, date, datetime, timedelta
from enum import IntEnum

MICROSECONDS_PER_SECOND = 1_000_000
MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
QUARTERS_PER_DAY = 96
KEPT_MINUTES = 2 * 1_440
_FAST_CLOCK_MINUTES = 10  # of a sender
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()
_FIRST_MONDAY = -3  # 1969-12-29: the Monday of the week in which 1970 began


class Grain(IntEnum):
    """How long a slot is. The numbers are those of the database."""

    QUARTER = 0
    DAY = 1
    WEEK = 2
    MONTH = 3
    MINUTE = 4  # of the last two days alone


def as_utc(moment: datetime) -> datetime:
    """The instant in UTC; at the two ends of the calendar, where UTC has none, the clock as written."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def quarter_of(moment: datetime) -> int:
    """The quarter hour of the instant."""
    return (as_utc(moment) - _EPOCH) // QUARTER


def minute_of(moment: datetime) -> int:
    """The minute of the instant."""
    return (as_utc(moment) - _EPOCH) // MINUTE


def kept_minutes(now: datetime) -> range:
    """The minutes that are added up by themselves. What comes later than that changes no alert any more."""
    this = minute_of(now)
    return range(this - KEPT_MINUTES, this + _FAST_CLOCK_MINUTES + 1)


def day_of(moment: datetime) -> int:
    """The UTC day of the instant."""
    return number_of(as_utc(moment))


def number_of(on: date) -> int:
    """The UTC day of that date."""
    return on.toordinal() - _EPOCH_ORDINAL


def period_of(day: int, grain: Grain) -> int:
    """The day, week or month that the UTC day is in."""
    if grain is Grain.WEEK:
        return (day - _FIRST_MONDAY) // 7
    if grain is Grain.MONTH:
        on = date_of(day)
        return on.year * 12 + on.month - 1
    return day


def first_day(slot: int, grain: Grain) -> int:
    """The UTC day with which the day, week or month begins."""
    if grain is Grain.WEEK:
        return slot * 7 + _FIRST_MONDAY
    if grain is Grain.MONTH:
        return number_of(date(slot // 12, slot % 12 + 1, 1))
    return slot


def date_of(day: int) -> date:
    """The date of a UTC day."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def start_of(quarter: int) -> datetime:
    """The instant at which a quarter hour begins."""
    return _EPOCH + quarter * QUARTER
