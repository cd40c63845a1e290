"""Times of events, whose clocks may be wrong by any amount."""

from datetime import UTC, datetime

MICROSECONDS_PER_SECOND = 1_000_000


def as_utc(moment: datetime) -> datetime:
    """The instant in UTC; at the two ends of the calendar, where UTC has none, the clock as written."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)
