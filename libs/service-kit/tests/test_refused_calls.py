"""Refused admin calls on their way to the audit trail."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from prometheus_client import CollectorRegistry
from service_kit import refused_calls
from service_kit.clock import utc_now
from service_kit.refused_calls import MOST_AT_ONCE, RefusedCall, RefusedCallReporter, RefusedCalls
from service_kit.service_client import ServiceClient
from service_kit.tokens import TokenCodec

CODEC = TokenCodec("a-secret-of-the-tests-with-more-than-32-bytes")
Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]


def call(number: int = 0) -> RefusedCall:
    return RefusedCall(
        user_id="an-id", username="bob", method="GET", route="/r", address="", request_id=str(number), at=utc_now()
    )


class Trail:
    """An auth-service that takes reports, or answers `status`, or is away while that is None."""

    def __init__(self) -> None:
        self.status: int | None = 204
        self.asked = 0
        self.taken: list[str] = []
        self._has_changed = asyncio.Event()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        self._has_changed.set()
        assert request.url.path == "/internal/refused-calls"
        assert CODEC.verify(request.headers["Authorization"].partition(" ")[2], "service").username == "a-service"
        if self.status is None:
            raise httpx.ConnectError("away", request=request)
        if self.status == 204:
            self.taken += [one.request_id for one in RefusedCalls.model_validate_json(request.content).calls]
        return httpx.Response(self.status)

    async def until(self, condition: Callable[["Trail"], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition(self):
                await self._has_changed.wait()
                self._has_changed.clear()


@pytest.fixture
def trail() -> Trail:
    return Trail()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def reporter(trail: Trail, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch) -> RefusedCallReporter:
    monkeypatch.setattr(refused_calls, "PAUSE_SECONDS", 0.01)
    transport = httpx.MockTransport(trail.answer)
    client = ServiceClient("http://auth", "a-service", CODEC, answer_seconds=2.0, transport=transport)
    return RefusedCallReporter(client, registry)


def dropped(registry: CollectorRegistry) -> float:
    return registry.get_sample_value("refused_calls_dropped_total") or 0.0


class TestReport:
    async def test_arrives_once_and_in_order(self, reporter: RefusedCallReporter, trail: Trail) -> None:
        reporter.start()
        numbers = [str(number) for number in range(2 * MOST_AT_ONCE + 1)]
        for number in numbers:
            reporter.note(call(int(number)))
        await trail.until(lambda trail: len(trail.taken) == len(numbers))
        await reporter.stop()
        assert trail.taken == numbers

    @pytest.mark.parametrize("status", [None, 401, 503])
    async def test_waits_for_a_service_that_does_not_take_it(
        self, reporter: RefusedCallReporter, trail: Trail, status: int | None
    ) -> None:
        trail.status = status
        reporter.start()
        reporter.note(call(1))
        await trail.until(lambda trail: trail.asked >= 2)
        trail.status = 204
        await trail.until(lambda trail: trail.taken == ["1"])
        await reporter.stop()
        assert trail.taken == ["1"]

    async def test_without_room_is_counted(self, reporter: RefusedCallReporter, registry: CollectorRegistry) -> None:
        for number in range(refused_calls.LONGEST_QUEUE + 3):
            reporter.note(call(number))
        assert dropped(registry) == 3


class TestStop:
    async def test_reports_what_waits(
        self, reporter: RefusedCallReporter, trail: Trail, registry: CollectorRegistry
    ) -> None:
        reporter.start()
        reporter.note(call(1))
        await reporter.stop()
        assert (trail.taken, dropped(registry)) == (["1"], 0)

    async def test_counts_what_nobody_takes(
        self, reporter: RefusedCallReporter, trail: Trail, registry: CollectorRegistry
    ) -> None:
        trail.status = None
        reporter.start()
        reporter.note(call(1))
        await reporter.stop()
        await reporter.stop()
        assert dropped(registry) == 1
