"""Ranges of days in the viewer's time zone, as quarter hours. Days at a change of the clocks have 23 or 25 hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service_kit.errors import InvalidInput

from analytics.times import QUARTERS_PER_DAY, Grain, quarter_of

Interval = Literal["hour", "day", "week", "month"]
DEFAULT_DAYS = 30
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)  # within these all zones are whole quarters from UTC
MOST_POINTS = 2_000
QUARTERS_PER_HOUR = 4


@dataclass(frozen=True, slots=True)
class DayRange:
    """All of the days from `first` to `last` in `zone`."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def quarters(self) -> tuple[int, int]:
        """The first quarter hour, and the one behind the last."""
        return self._begins(self.first), self._begins(self.last + timedelta(days=1))

    @property
    def utc_days(self) -> tuple[int, int]:
        """The UTC days that the range touches: the first, and the one behind the last."""
        begins, ends = self.quarters
        return begins // QUARTERS_PER_DAY, -(-ends // QUARTERS_PER_DAY)

    def before(self) -> "DayRange":
        """The days of the same number that come before these."""
        days = (self.last - self.first).days + 1
        return DayRange(self.first - timedelta(days=days), self.first - timedelta(days=1), self.zone)

    def bounds(self, interval: Interval) -> list[int]:
        """The quarter hours at which the hours, days, weeks or months of the range begin, and the one behind the last.

        The first and the last week or month are as much of one as is in the range.
        Raises: InvalidInput (422) where there are more than 2,000.
        """
        begins, ends = self.quarters
        if interval == "hour":
            found = list(range(begins, ends, QUARTERS_PER_HOUR))
        else:
            found = [self._begins(day) for day in self._starts(interval)]
        if len(found) > MOST_POINTS:
            raise InvalidInput(
                f"That makes {len(found):,} points, and there may be {MOST_POINTS:,}. Choose a longer interval.",
                field="interval",
            )
        return [*found, ends]

    def _starts(self, interval: Interval) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            is_start = {"day": True, "week": day.isoweekday() == 1, "month": day.day == 1}
            if day == self.first or is_start.get(interval, True):
                yield day
            day += timedelta(days=1)

    def _begins(self, day: date) -> int:
        return quarter_of(datetime.combine(day, time(), self.zone))


def read_range(first: date | None, last: date | None, timezone: str, now: datetime) -> DayRange:
    """The range that was asked for; without days the last 30 up to today.

    Raises: InvalidInput (422) for an unknown time zone, for days in the wrong order, or outside 2000 to 2100.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            "There is no such time zone. Give one by its IANA name, such as Europe/Berlin or UTC.", field="timezone"
        ) from error
    last = last or now.astimezone(zone).date()
    first = first or last - timedelta(days=DEFAULT_DAYS - 1)
    if not FIRST_DAY <= first <= LAST_DAY or not FIRST_DAY <= last <= LAST_DAY:
        raise InvalidInput("Choose days between 2000-01-01 and 2100-12-31.", field="from")
    if last < first:
        raise InvalidInput("The range ends before it begins. Swap from and to.", field="to")
    return DayRange(first, last, zone)


def parts_of(begins: int, ends: int) -> list[tuple[Grain, int, int]]:
    """The quarter hours as whole UTC days where there are any, and quarter hours at the edges: `(grain, from, to)`."""
    first_day, last_day = -(-begins // QUARTERS_PER_DAY), ends // QUARTERS_PER_DAY
    if first_day >= last_day:
        return [(Grain.QUARTER, begins, ends)]
    parts = [
        (Grain.QUARTER, begins, first_day * QUARTERS_PER_DAY),
        (Grain.DAY, first_day, last_day),
        (Grain.QUARTER, last_day * QUARTERS_PER_DAY, ends),
    ]
    return [(grain, start, end) for grain, start, end in parts if start < end]
