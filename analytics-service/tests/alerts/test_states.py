"""How an alert goes from one state to the next, with a clock of the test's own."""

from datetime import UTC, datetime, timedelta

import pytest
from analytics.alerts.states import CLEAR, Standing, is_news, next_standing
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOOK = timedelta(seconds=15)
TEN = timedelta(minutes=10)


def run(condition: str, lasting: timedelta = TEN, standing: Standing | None = None) -> list[Standing]:
    """How it stands after each look: `+` where the condition holds, `-` where it does not."""
    before = standing or Standing("ok", START)
    found = []
    for number, sign in enumerate(condition):
        before = next_standing(before, holds=sign == "+", lasting=lasting, now=START + number * LOOK)
        found.append(before)
    return found


def news_of(found: list[Standing]) -> list[str]:
    before = Standing("ok", START)
    news: list[str] = []
    for after in found:
        if is_news(before, after):
            news.append(after.state)
        before = after
    return news


class TestFiring:
    def test_begins_when_it_was_so_for_long_enough_and_not_a_look_sooner(self) -> None:
        found = run("+" * 41)
        assert {standing.state for standing in found[:40]} == {"pending"}
        assert found[40] == Standing("firing", START + TEN)

    def test_begins_at_once_where_nothing_is_asked_for(self) -> None:
        assert run("+", timedelta(0)) == [Standing("firing", START)]

    def test_a_single_look_in_between_begins_the_wait_anew(self) -> None:
        found = run("+" * 39 + "-" + "+" * 40)
        assert found[39].state == "ok"
        assert {standing.state for standing in found[40:]} == {"pending"}
        assert news_of(found) == []

    def test_goes_on_through_a_time_in_which_nobody_looked(self) -> None:
        pending = Standing("pending", START)
        later = next_standing(pending, holds=True, lasting=TEN, now=START + TEN)
        assert later == Standing("firing", START + TEN)


class TestResolving:
    def test_needs_two_minutes_in_which_it_was_not_so(self) -> None:
        found = run("+" + "-" * 9, timedelta(0))
        assert found[8].state == "firing"
        assert found[9] == Standing("resolved", START + LOOK + CLEAR)

    def test_what_comes_and_goes_is_one_alert(self) -> None:
        assert news_of(run("+" + "-+" * 100 + "-" * 9, timedelta(0))) == ["firing", "resolved"]

    def test_a_resolved_one_can_fire_again(self) -> None:
        assert news_of(run("+" + "-" * 9 + "+", timedelta(0))) == ["firing", "resolved", "firing"]

    def test_a_resolved_one_stays_so_while_nothing_happens(self) -> None:
        resolved = Standing("resolved", START)
        assert run("---", standing=resolved) == [resolved] * 3


class TestAnyCourse:
    @given(condition=st.text("+-", max_size=200), minutes=st.integers(0, 5))
    def test_news_alternate_and_begin_with_firing(self, condition: str, minutes: int) -> None:
        news = news_of(run(condition, timedelta(minutes=minutes)))
        assert news == ["firing", "resolved"] * (len(news) // 2) + ["firing"] * (len(news) % 2)

    @given(condition=st.text("+-", max_size=200), minutes=st.integers(1, 5))
    def test_it_never_fires_unless_it_was_so_at_every_look_of_the_time(self, condition: str, minutes: int) -> None:
        found = run(condition, timedelta(minutes=minutes))
        looks = minutes * 4
        for number, standing in enumerate(found):
            if standing == Standing("firing", START + number * LOOK):
                assert condition[number - looks : number + 1] == "+" * (looks + 1)

    @given(condition=st.text("+-", max_size=100), cut=st.integers(0, 100))
    def test_a_restart_changes_nothing(self, condition: str, cut: int) -> None:
        whole = run(condition)
        if condition[:cut]:
            kept = run(condition[:cut])[-1]
            again = Standing(kept.state, kept.since, kept.clear_since)  # as the database gives it back
            number = len(condition[:cut])
            for sign, expected in zip(condition[cut:], whole[cut:], strict=True):
                now = START + number * LOOK
                again = next_standing(again, holds=sign == "+", lasting=TEN, now=now)
                assert again == expected
                number += 1


@pytest.mark.parametrize("state", ["pending", "ok"])
def test_neither_waiting_nor_its_end_is_news(state: str) -> None:
    before = Standing("ok" if state == "pending" else "pending", START)
    assert not is_news(before, Standing(state, START))  # type: ignore[arg-type]
