"""Slots of time: every instant is in one of each, and they follow one another."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from analytics.times import Grain, date_of, day_of, first_day, period_of, quarter_of, start_of
from hypothesis import given
from hypothesis import strategies as st

INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]))
DAYS = st.dates(min_value=date(1, 1, 8), max_value=date(9999, 11, 30)).map(
    lambda on: day_of(datetime(on.year, on.month, on.day, tzinfo=UTC))
)


class TestSlots:
    @given(instant=st.datetimes(timezones=st.just(UTC), max_value=datetime(9999, 12, 31)))  # noqa: DTZ001 - the bound of a strategy
    def test_a_quarter_hour_holds_its_instants(self, instant: datetime) -> None:
        begins = start_of(quarter_of(instant))
        assert begins <= instant < begins + timedelta(minutes=15)
        assert quarter_of(instant) // 96 == day_of(instant)
        assert date_of(day_of(instant)) == instant.date()

    @given(instant=INSTANTS)
    def test_any_clock_has_a_slot(self, instant: datetime) -> None:
        assert quarter_of(instant) // 96 == day_of(instant)

    @given(day=DAYS)
    def test_weeks_are_those_of_iso_8601(self, day: int) -> None:
        week = period_of(day, Grain.WEEK)
        monday = date_of(first_day(week, Grain.WEEK))
        assert monday.isoweekday() == 1
        assert monday.isocalendar()[:2] == date_of(day).isocalendar()[:2]

    @given(day=DAYS)
    def test_months_begin_on_the_first(self, day: int) -> None:
        assert date_of(first_day(period_of(day, Grain.MONTH), Grain.MONTH)) == date_of(day).replace(day=1)

    @pytest.mark.parametrize("grain", [Grain.DAY, Grain.WEEK, Grain.MONTH])
    def test_days_that_follow_are_in_slots_that_follow(self, grain: Grain) -> None:
        slots = [period_of(day, grain) for day in range(-800, 800)]
        assert slots == sorted(slots)
        assert set(slots) == set(range(slots[0], slots[-1] + 1))
