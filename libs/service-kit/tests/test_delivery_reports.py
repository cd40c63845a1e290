"""What a sender tells analytics of its own events: in an outage and after it, at its end, by two processes."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry
from service_kit import delivery_reports, event_dispatcher
from service_kit.delivery_reports import ReadFigures, SenderFigure
from service_kit.errors import DatabaseUnavailable
from service_kit.event_dispatcher import EventDispatcher
from service_kit.event_metrics import EventMetrics
from service_kit.event_sender import EventSender
from service_kit.outbox import OutboxState, WaitingEvent
from service_kit.request_context import AnsweredRequest
from service_kit.request_events import RequestEventBuffer
from service_kit.tokens import TokenCodec

CODEC = TokenCodec("a-secret-of-the-tests-with-more-than-32-bytes")
OLDEST = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


class Analytics(httpx.AsyncBaseTransport):
    """Takes events and reports, or fails with `fault`."""

    def __init__(self) -> None:
        self.fault: httpx.Response | httpx.ConnectError | None = None
        self.is_mute = False
        self.asked = 0
        self.reports: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.is_mute:
            await asyncio.Event().wait()
        if isinstance(self.fault, httpx.ConnectError):
            raise self.fault
        if self.fault is not None:
            return self.fault
        if request.url.path == "/internal/senders":
            self.reports.append(msgspec.json.decode(await request.aread()))
        return httpx.Response(202)


class Outbox:
    """One event that waits until it is delivered, one that is parked."""

    def __init__(self) -> None:
        self.waits = ["event"]
        self.failure: Exception | None = None

    async def waiting(self, _limit: int) -> list[WaitingEvent]:
        return [WaitingEvent(event_id, "{}") for event_id in self.waits]

    async def remove(self, event_ids: list[str]) -> None:
        self.waits = [event_id for event_id in self.waits if event_id not in event_ids]

    async def state(self) -> OutboxState:
        if self.failure is not None:
            raise self.failure
        return OutboxState(len(self.waits), 1, OLDEST if self.waits else None)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_dispatcher, "POLL_SECONDS", 0.005)
    monkeypatch.setattr(event_dispatcher, "LONGEST_PAUSE_SECONDS", 0.02)


@pytest.fixture
def analytics() -> Analytics:
    return Analytics()


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def requests() -> RequestEventBuffer:
    return RequestEventBuffer("chat-service", CollectorRegistry(), capacity=2)


MakeDispatcher = Callable[..., EventDispatcher]


@pytest.fixture
async def make_dispatcher(
    analytics: Analytics, outbox: Outbox, requests: RequestEventBuffer
) -> AsyncIterator[MakeDispatcher]:
    made: list[EventDispatcher] = []

    def make(figures: ReadFigures | None = None) -> EventDispatcher:
        sender = EventSender("http://analytics:8002", "chat-service", CODEC, analytics)
        metrics = EventMetrics(CollectorRegistry())
        made.append(EventDispatcher(outbox, requests, sender, metrics, figures))  # type: ignore[arg-type]
        return made[-1]

    yield make
    analytics.is_mute = False
    for dispatcher in made:
        await dispatcher.stop()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not condition():  # noqa: ASYNC110 - the condition is the relay's doing, which tells nobody
            await asyncio.sleep(0.002)


class TestReports:
    async def test_an_outage_is_told_of_when_it_is_over_with_what_was_lost_in_it(
        self, make_dispatcher: MakeDispatcher, analytics: Analytics, requests: RequestEventBuffer
    ) -> None:
        analytics.fault = httpx.ConnectError("refused")
        make_dispatcher().start()
        await until(lambda: analytics.asked >= 3)
        for _ in range(5):
            requests.add(AnsweredRequest("/models", "GET", 200, 0.1, "ada"))
        lost = requests.dropped_count
        assert lost >= 3
        assert analytics.reports == []
        analytics.fault = None
        await until(lambda: any(not report["is_in_trouble"] for report in analytics.reports))
        report = analytics.reports[-1]
        assert report["requests_dropped"] == lost
        assert report["last_error"] == "analytics-service gave no answer (ConnectError)"
        assert report["last_error_at"] is not None
        assert report["parked"] == 1

    async def test_a_wrong_secret_is_told_of_with_the_answer(
        self, make_dispatcher: MakeDispatcher, analytics: Analytics
    ) -> None:
        analytics.fault = httpx.Response(401, json={"detail": "Sign in."})
        make_dispatcher().start()
        await until(lambda: analytics.asked >= 3)
        analytics.fault = None
        await until(lambda: bool(analytics.reports))
        await until(lambda: not analytics.reports[-1]["is_in_trouble"])
        assert analytics.reports[-1]["last_error"] == "401 Sign in."

    async def test_they_go_on_while_nothing_happens(
        self, make_dispatcher: MakeDispatcher, analytics: Analytics, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery_reports, "REPORT_SECONDS", 0.01)
        make_dispatcher().start()
        await until(lambda: len(analytics.reports) >= 4)
        assert analytics.reports[-1] | {"instance": ""} == {
            "instance": "",
            "waiting": 0,
            "oldest_waiting_at": None,
            "parked": 1,
            "requests_waiting": 0,
            "requests_dropped": 0,
            "is_in_trouble": False,
            "last_error": None,
            "last_error_at": None,
            "has_ended": False,
            "figures": [],
        }

    async def test_figures_are_read_anew_for_each(
        self, make_dispatcher: MakeDispatcher, analytics: Analytics, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery_reports, "REPORT_SECONDS", 0.01)
        values = itertools.count(1)

        async def figures() -> list[SenderFigure]:
            return [SenderFigure(name="level", subject="one", value=next(values))]

        make_dispatcher(figures).start()
        await until(lambda: len(analytics.reports) >= 2)
        assert [report["figures"] for report in analytics.reports[:2]] == [
            [{"name": "level", "subject": "one", "value": value}] for value in (1.0, 2.0)
        ]

    async def test_one_at_a_time_asks_a_silent_analytics(
        self, make_dispatcher: MakeDispatcher, analytics: Analytics, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery_reports, "REPORT_SECONDS", 0.001)
        outbox.waits.clear()
        analytics.is_mute = True
        make_dispatcher().start()
        await until(lambda: analytics.asked == 1)
        for _ in range(50):
            await asyncio.sleep(0)
        assert analytics.asked == 1

    # What was not foreseen ended the reporter for good, and the end of the process broke on it.
    @pytest.mark.parametrize("failure", [DatabaseUnavailable(), ZeroDivisionError("unforeseen")])
    async def test_the_reporter_outlives_its_own_database(
        self,
        make_dispatcher: MakeDispatcher,
        analytics: Analytics,
        outbox: Outbox,
        monkeypatch: pytest.MonkeyPatch,
        failure: Exception,
    ) -> None:
        monkeypatch.setattr(delivery_reports, "REPORT_SECONDS", 0.01)
        outbox.failure = failure
        make_dispatcher().start()
        await until(lambda: not outbox.waits)
        assert analytics.reports == []
        outbox.failure = None
        await until(lambda: bool(analytics.reports))
        outbox.failure = failure  # the fixture ends it

    async def test_a_process_says_that_it_ends_and_the_next_has_another_name(
        self, make_dispatcher: MakeDispatcher, analytics: Analytics
    ) -> None:
        first, second = make_dispatcher(), make_dispatcher()
        first.start()
        await until(lambda: bool(analytics.reports))
        await first.stop()
        ended = analytics.reports[-1]
        assert ended["has_ended"]
        second.start()
        await until(lambda: not analytics.reports[-1]["has_ended"])
        assert analytics.reports[-1]["instance"] != ended["instance"]

    async def test_an_end_is_not_held_up_by_a_silent_analytics(
        self, make_dispatcher: MakeDispatcher, analytics: Analytics, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery_reports, "LAST_REPORT_SECONDS", 0.05)
        outbox.waits.clear()
        analytics.is_mute = True
        dispatcher = make_dispatcher()
        dispatcher.start()
        await until(lambda: analytics.asked == 1)
        async with asyncio.timeout(3):
            await dispatcher.stop()
