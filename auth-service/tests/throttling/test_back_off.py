"""The arithmetic of waiting."""

from datetime import UTC, datetime, timedelta

import pytest
from auth_server.throttling.back_off import (
    LONGEST_WAIT,
    BackOff,
    Failures,
    after_attempt,
    after_success,
    wait_after,
    wait_left,
)
from hypothesis import given
from hypothesis import strategies as some

RULE = BackOff(free=3, forgets_one_every=timedelta(minutes=10))
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def after(attempts: int, *, apart: timedelta = timedelta(0)) -> Failures:
    failures: Failures | None = None
    for number in range(attempts):
        failures = after_attempt(failures, NOW + number * apart, RULE)
    assert failures is not None
    return failures


class TestWait:
    @pytest.mark.parametrize(
        ("count", "seconds"), [(0, 0), (3, 0), (4, 1), (5, 2), (6, 4), (13, 512), (14, 900), (99, 900)]
    )
    def test_doubles_from_one_second_to_a_quarter_of_an_hour(self, count: int, seconds: int) -> None:
        assert wait_after(count, RULE) == timedelta(seconds=seconds)

    @given(some.floats(min_value=0, max_value=1e9))
    def test_never_passes_the_longest(self, count: float) -> None:
        assert timedelta(0) <= wait_after(count, RULE) <= LONGEST_WAIT

    def test_passes(self) -> None:
        failures = after(5)
        assert wait_left(failures, NOW) == timedelta(seconds=2)
        assert wait_left(failures, NOW + timedelta(seconds=2)) == timedelta(0)
        assert wait_left(None, NOW) == timedelta(0)


class TestForgetting:
    def test_takes_one_away_every_so_often(self) -> None:
        failures = after_attempt(after(5), NOW + timedelta(minutes=20), RULE)
        assert (failures.count, failures.blocked_until) == (4, NOW + timedelta(minutes=20, seconds=1))

    def test_ends_at_zero(self) -> None:
        assert after_attempt(after(5), NOW + timedelta(days=9), RULE).count == 1

    def test_lets_the_slow_pass_for_ever(self) -> None:
        assert after(500, apart=timedelta(minutes=10)).blocked_until is None

    def test_a_success_takes_its_own_attempt_back(self) -> None:
        assert after_success(after(2), NOW, RULE) == Failures(1, NOW, None)
