"""When a provider is left alone, and when it is asked again."""

import pytest
from chat_server.llm.circuit_breaker import CircuitBreaker


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(failures=3, pause_seconds=30.0, clock=clock)


def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        breaker.note_failure()


class TestCircuitBreaker:
    def test_opens_after_failures_in_a_row(self, breaker: CircuitBreaker) -> None:
        fail(breaker, 2)
        assert breaker.may_ask()
        fail(breaker, 1)
        assert (breaker.may_ask(), breaker.is_open, breaker.wait_seconds) == (False, True, 30)

    def test_an_answer_between_starts_the_count_anew(self, breaker: CircuitBreaker) -> None:
        fail(breaker, 2)
        breaker.note_success()
        fail(breaker, 2)
        assert breaker.may_ask()

    def test_lets_one_try_after_the_pause(self, breaker: CircuitBreaker, clock: Clock) -> None:
        fail(breaker, 3)
        clock.now += 29.5
        assert (breaker.may_ask(), breaker.wait_seconds) == (False, 1)
        clock.now += 0.5
        assert [breaker.may_ask() for _ in range(3)] == [True, False, False]

    def test_a_try_that_fails_opens_it_again(self, breaker: CircuitBreaker, clock: Clock) -> None:
        fail(breaker, 3)
        clock.now += 30
        assert breaker.may_ask()
        breaker.note_failure()
        clock.now += 29
        assert not breaker.may_ask()

    def test_a_try_that_succeeds_closes_it(self, breaker: CircuitBreaker, clock: Clock) -> None:
        fail(breaker, 3)
        clock.now += 30
        assert breaker.may_ask()
        breaker.note_success()
        assert (breaker.is_open, breaker.may_ask(), breaker.wait_seconds) == (False, True, 0)

    def test_a_try_that_was_cancelled_is_made_again_after_a_pause(self, breaker: CircuitBreaker, clock: Clock) -> None:
        fail(breaker, 3)
        clock.now += 30
        assert breaker.may_ask()
        clock.now += 30
        assert breaker.may_ask()
