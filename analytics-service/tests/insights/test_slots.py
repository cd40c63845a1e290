"""Which rows make up the intervals of a range: the same as all quarter hours do, and fewer."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from analytics.insights.ranges import DayRange, Interval
from analytics.insights.slots import Intervals
from analytics.times import QUARTERS_PER_DAY, Grain
from hypothesis import given
from hypothesis import strategies as st

# Ahead and behind, whole hours and not, with changes of an hour and of half an hour, and beyond twelve hours.
ZONES = (
    "UTC",
    "Europe/Berlin",
    "Asia/Kolkata",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "Pacific/Marquesas",
)


def counted(bounds: list[int]) -> list[Counter[int]]:
    """Which quarter hours each interval holds when every slot's row holds the quarter hours of the slot, once."""
    intervals = Intervals(bounds)
    found: list[Counter[int]] = [Counter() for _ in bounds[1:]]
    for rows in intervals.ranges():
        for slot in range(rows.start, rows.end):
            if rows.places is not None and slot % QUARTERS_PER_DAY not in rows.places:
                continue
            held = range(slot * QUARTERS_PER_DAY, (slot + 1) * QUARTERS_PER_DAY) if rows.grain is Grain.DAY else [slot]
            for interval, sign in intervals.shares(rows.grain, slot):
                for quarter in held:
                    found[interval][quarter] += sign
    return [Counter({quarter: times for quarter, times in one.items() if times}) for one in found]


def expected(bounds: list[int]) -> list[Counter[int]]:
    return [Counter(range(start, end)) for start, end in pairwise(bounds)]


class TestIntervals:
    @pytest.mark.parametrize("zone", ZONES)
    @pytest.mark.parametrize("interval", get_args(Interval))
    @pytest.mark.parametrize("first", [date(2026, 3, 20), date(2026, 9, 25), date(2026, 10, 30)])
    def test_hold_each_quarter_hour_once(self, zone: str, interval: Interval, first: date) -> None:
        bounds = DayRange(first, first + timedelta(days=16), ZoneInfo(zone)).bounds(interval)
        assert counted(bounds) == expected(bounds)

    @given(
        first=st.dates(date(2000, 1, 2), date(2099, 1, 1)),
        days=st.integers(1, 40),
        zone=st.sampled_from(ZONES),
        interval=st.sampled_from(["day", "week", "month"]),
    )
    def test_do_so_in_any_range(self, first: date, days: int, zone: str, interval: Interval) -> None:
        bounds = DayRange(first, first + timedelta(days=days - 1), ZoneInfo(zone)).bounds(interval)
        assert counted(bounds) == expected(bounds)

    def test_need_few_rows_of_a_zone_that_is_near(self) -> None:
        days = DayRange(date(2026, 9, 1), date(2026, 11, 29), ZoneInfo("Europe/Berlin"))
        day_rows, in_summer, in_winter = Intervals(days.bounds("day")).ranges()
        assert (day_rows.grain, day_rows.end - day_rows.start) == (Grain.DAY, 91)
        assert list(in_summer.places or ()) == list(range(88, 96)), "from 22:00 UTC"
        assert list(in_winter.places or ()) == list(range(92, 96)), "from 23:00 UTC"
        assert in_summer.end <= in_winter.start

    def test_are_whole_days_where_the_zone_is_utc(self) -> None:
        (days,) = Intervals(DayRange(date(2026, 9, 1), date(2026, 9, 3), ZoneInfo("UTC")).bounds("day")).ranges()
        assert (days.grain, days.end - days.start) == (Grain.DAY, 3)

    def test_shorter_than_a_day_are_made_of_quarter_hours(self) -> None:
        noon = int(datetime(2026, 9, 1, 12, tzinfo=ZoneInfo("UTC")).timestamp()) // 900
        (quarters,) = Intervals([noon, noon + 4, noon + 8]).ranges()
        assert (quarters.grain, quarters.start, quarters.end, quarters.places) == (Grain.QUARTER, noon, noon + 8, None)
