"""The relay from outbox and buffer to analytics, through every way in which analytics can fail."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry
from service_kit import delivery_reports, event_dispatcher, event_sender
from service_kit.columns import UtcDateTime
from service_kit.database import Database, create_database_engine
from service_kit.errors import DatabaseUnavailable
from service_kit.event_dispatcher import EventDispatcher
from service_kit.event_metrics import EventMetrics
from service_kit.event_sender import EventSender
from service_kit.events import UserLogin
from service_kit.outbox import OutboxState, OutboxStore, WaitingEvent, write_event
from service_kit.request_context import AnsweredRequest
from service_kit.request_events import RequestEventBuffer
from service_kit.tokens import TokenCodec
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TIME_LIMIT_SECONDS = 15.0
CODEC = TokenCodec("a-secret-of-the-tests-with-more-than-32-bytes")


class Base(DeclarativeBase):
    pass


class OutboxEvent(Base):
    __tablename__ = "outbox"
    event_id: Mapped[str] = mapped_column(primary_key=True)
    payload: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    parked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parked_reason: Mapped[str | None]


class FakeAnalytics(httpx.AsyncBaseTransport):
    """Stores events once, as the real one does, and fails as it is told to.

    `status`: answered instead of storing. `is_down`: no connection. `is_mute`: stores, then never answers.
    `refused`: user ids whose events are malformed. `hold`: each batch waits until it is set.
    """

    def __init__(self) -> None:
        self.status: int | None = None
        self.is_down = False
        self.is_mute = False
        self.refused: set[str] = set()
        self.hold: asyncio.Event | None = None
        self.stored: dict[str, dict[str, Any]] = {}
        self.arrived: Counter[str] = Counter()
        self.batch_sizes: list[int] = []
        self.reports: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("connection refused")
        if request.url.path == "/internal/senders":
            return await self._take_report(request)
        events = msgspec.json.decode(await request.aread())["events"]
        self.batch_sizes.append(len(events))
        if self.hold is not None:
            await self.hold.wait()
        if self.status is not None:
            return httpx.Response(self.status)
        for place, event in enumerate(events):
            if event["user_id"] in self.refused:
                error = {"field": f"body.events.{place}.user_id", "message": "There is no such user."}
                return httpx.Response(422, json={"detail": "Nothing was stored.", "errors": [error]})
        for event in events:
            self.stored[event["event_id"]] = event
            self.arrived[event["event_id"]] += 1
        if self.is_mute:
            await asyncio.Event().wait()
        return httpx.Response(202, json={})

    async def _take_report(self, request: httpx.Request) -> httpx.Response:
        CODEC.verify(request.headers["Authorization"].removeprefix("Bearer "), "service")
        if self.hold is not None:
            await self.hold.wait()
        if self.status is None:
            self.reports.append(msgspec.json.decode(await request.aread()))
        return httpx.Response(self.status or 204)

    @property
    def users(self) -> list[str]:
        return sorted(event["user_id"] for event in self.stored.values())


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_dispatcher, "POLL_SECONDS", 0.005)
    monkeypatch.setattr(event_dispatcher, "LONGEST_PAUSE_SECONDS", 0.02)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path}/outbox.db"
    engine = create_database_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    database = Database(url, threads=2, sqlite_synchronous="NORMAL")
    yield database
    await database.close()


@pytest.fixture
def analytics() -> FakeAnalytics:
    return FakeAnalytics()


@pytest.fixture
def store(database: Database) -> OutboxStore:
    return OutboxStore(database, OutboxEvent)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def requests() -> RequestEventBuffer:
    return RequestEventBuffer("chat-service", CollectorRegistry(), capacity=100)


@pytest.fixture
async def dispatcher(
    store: OutboxStore, requests: RequestEventBuffer, analytics: FakeAnalytics, registry: CollectorRegistry
) -> AsyncIterator[EventDispatcher]:
    sender = EventSender("http://analytics:8002", "chat-service", CODEC, analytics)
    dispatcher = EventDispatcher(store, requests, sender, EventMetrics(registry))
    yield dispatcher
    analytics.hold = None
    await dispatcher.stop()


async def write(database: Database, *user_ids: str) -> None:
    def work(session: Session) -> None:
        for user_id in user_ids:
            write_event(session, OutboxEvent, UserLogin(source="chat-service", user_id=user_id))

    await database.write(work)


def add_request(requests: RequestEventBuffer, user_id: str) -> None:
    requests.add(AnsweredRequest("/models", "GET", 200, 0.1, user_id))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(TIME_LIMIT_SECONDS):
        while not condition():  # noqa: ASYNC110 - the condition is the relay's doing, which tells nobody
            await asyncio.sleep(0.002)


async def until_state(store: OutboxStore, waiting: int, parked: int = 0) -> OutboxState:
    async with asyncio.timeout(TIME_LIMIT_SECONDS):
        while True:
            state = await store.state()
            if (state.waiting, state.parked) == (waiting, parked):
                return state
            await asyncio.sleep(0.002)


class TestDelivery:
    async def test_what_waits_is_sent_and_forgotten(
        self, dispatcher: EventDispatcher, database: Database, store: OutboxStore, analytics: FakeAnalytics
    ) -> None:
        await write(database, "ada", "bob")
        dispatcher.start()
        await until_state(store, waiting=0)
        assert analytics.users == ["ada", "bob"]

    async def test_news_goes_out_at_once(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        analytics: FakeAnalytics,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(event_dispatcher, "POLL_SECONDS", 3_600)
        await write(database, "first")
        dispatcher.start()
        await until(lambda: analytics.users == ["first"])
        await write(database, "second")
        dispatcher.notify()
        await until(lambda: analytics.users == ["first", "second"])

    async def test_more_than_a_batch_goes_out_in_several(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        store: OutboxStore,
        analytics: FakeAnalytics,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(event_dispatcher, "BATCH_SIZE", 10)
        await write(database, *(f"u{number}" for number in range(35)))
        dispatcher.start()
        await until_state(store, waiting=0)
        assert analytics.batch_sizes == [10, 10, 10, 5]
        assert set(analytics.arrived.values()) == {1}

    async def test_requests_are_sent_too(
        self, dispatcher: EventDispatcher, requests: RequestEventBuffer, analytics: FakeAnalytics
    ) -> None:
        add_request(requests, "ada")
        dispatcher.start()
        await until(lambda: analytics.users == ["ada"])
        assert len(requests) == 0


class TestOutage:
    async def test_counts_are_exact_after_it(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        store: OutboxStore,
        requests: RequestEventBuffer,
        analytics: FakeAnalytics,
    ) -> None:
        dispatcher.start()
        expected: list[str] = []
        for number in range(60):
            analytics.is_down = 20 <= number < 40
            expected += [f"event-{number}", f"request-{number}"]
            await write(database, f"event-{number}")
            add_request(requests, f"request-{number}")
            dispatcher.notify()
        await until_state(store, waiting=0)
        await until(lambda: len(analytics.stored) == 120)
        assert analytics.users == sorted(expected)
        assert set(analytics.arrived.values()) == {1}

    @pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
    async def test_events_wait_while_nobody_takes_them(
        self, dispatcher: EventDispatcher, database: Database, store: OutboxStore, analytics: FakeAnalytics, status: int
    ) -> None:
        analytics.status = status
        await write(database, "ada")
        dispatcher.start()
        await until(lambda: len(analytics.batch_sizes) >= 3)
        assert (await store.state()).waiting == 1
        analytics.status = None
        await until_state(store, waiting=0, parked=0)
        assert analytics.users == ["ada"]

    async def test_a_server_that_stores_and_never_answers_gets_them_again(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        store: OutboxStore,
        analytics: FakeAnalytics,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(event_sender, "SEND_TIMEOUT_SECONDS", 0.05)
        analytics.is_mute = True
        await write(database, "ada", "bob")
        dispatcher.start()
        await until(lambda: max(analytics.arrived.values(), default=0) >= 2)
        analytics.is_mute = False
        await until_state(store, waiting=0)
        assert analytics.users == ["ada", "bob"]

    async def test_the_relay_outlives_its_own_database(
        self, dispatcher: EventDispatcher, database: Database, analytics: FakeAnalytics, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        failures = 0

        async def fail(_store: OutboxStore, _limit: int) -> list[WaitingEvent]:
            nonlocal failures
            failures += 1
            raise DatabaseUnavailable()

        await write(database, "ada")
        with monkeypatch.context() as patch:
            patch.setattr(OutboxStore, "waiting", fail)
            dispatcher.start()
            await until(lambda: failures >= 3)
        await until(lambda: analytics.users == ["ada"])


class TestRefusal:
    async def test_only_the_bad_event_is_parked_with_the_reason(
        self, dispatcher: EventDispatcher, database: Database, store: OutboxStore, analytics: FakeAnalytics
    ) -> None:
        analytics.refused = {"bad"}
        good = [f"good-{number}" for number in range(10)]
        await write(database, *good[:7], "bad", *good[7:])
        dispatcher.start()
        await until_state(store, waiting=0, parked=1)
        assert analytics.users == good
        assert set(analytics.arrived.values()) == {1}
        parked = await database.read(
            lambda session: session.scalars(select(OutboxEvent).where(OutboxEvent.parked_at.is_not(None))).one()
        )
        assert msgspec.json.decode(parked.payload)["user_id"] == "bad"
        assert parked.parked_reason == "422 body.events.0.user_id There is no such user."

    async def test_what_follows_a_parked_event_is_sent(
        self, dispatcher: EventDispatcher, database: Database, store: OutboxStore, analytics: FakeAnalytics
    ) -> None:
        analytics.refused = {"bad", "worse"}
        await write(database, "bad", "worse")
        dispatcher.start()
        await until_state(store, waiting=0, parked=2)
        await write(database, "ada")
        await until_state(store, waiting=0, parked=2)
        assert analytics.users == ["ada"]

    async def test_by_a_service_that_refuses_everything_is_no_storm(
        self, dispatcher: EventDispatcher, database: Database, store: OutboxStore, analytics: FakeAnalytics
    ) -> None:
        # Each of 500 was sent alone and parked in a transaction of its own, without a pause.
        analytics.status = 422
        await write(database, *(f"u{number}" for number in range(500)))
        assert not await dispatcher.deliver_once()
        assert len(analytics.batch_sizes) == event_dispatcher.TRIES
        state = await store.state()
        assert state.parked > 0
        assert state.waiting == 500 - state.parked > 480
        analytics.status = None
        dispatcher.start()
        await until_state(store, waiting=0, parked=state.parked)
        assert len(analytics.stored) == 500 - state.parked

    async def test_refused_requests_are_counted_and_dropped(
        self, dispatcher: EventDispatcher, requests: RequestEventBuffer, analytics: FakeAnalytics
    ) -> None:
        analytics.refused = {"bad"}
        add_request(requests, "bad")
        dispatcher.start()
        await until(lambda: len(analytics.batch_sizes) == 1 and len(requests) == 0)
        add_request(requests, "ada")
        await until(lambda: analytics.users == ["ada"])


class TestStop:
    async def test_it_sends_what_waits(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        requests: RequestEventBuffer,
        analytics: FakeAnalytics,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(event_dispatcher, "POLL_SECONDS", 3_600)
        dispatcher.start()
        await write(database, "ada")
        add_request(requests, "bob")
        await dispatcher.stop()
        assert analytics.users == ["ada", "bob"]

    async def test_it_sends_what_came_during_the_last_batch(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        requests: RequestEventBuffer,
        analytics: FakeAnalytics,
    ) -> None:
        # The relay ended with the round in which it was told to, and lost the requests that had come since.
        analytics.hold = asyncio.Event()
        await write(database, "ada")
        dispatcher.start()
        await until(lambda: analytics.batch_sizes == [1])
        stopping = asyncio.create_task(dispatcher.stop())
        await write(database, "bob")
        add_request(requests, "cyd")
        analytics.hold.set()
        await stopping
        assert analytics.users == ["ada", "bob", "cyd"]

    async def test_a_silent_analytics_does_not_hold_it_up(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        store: OutboxStore,
        analytics: FakeAnalytics,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(event_dispatcher, "FLUSH_SECONDS", 0.05)
        analytics.hold = asyncio.Event()
        await write(database, "ada")
        dispatcher.start()
        await until(lambda: len(analytics.batch_sizes) == 1)
        started = time.monotonic()
        await dispatcher.stop()
        assert time.monotonic() - started < event_sender.SEND_TIMEOUT_SECONDS
        assert (await store.state()).waiting == 1

    async def test_an_outage_leaves_the_events_for_the_next_start(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        store: OutboxStore,
        requests: RequestEventBuffer,
        analytics: FakeAnalytics,
    ) -> None:
        analytics.is_down = True
        await write(database, "ada")
        dispatcher.start()
        await dispatcher.stop()
        assert (await store.state()).waiting == 1
        analytics.is_down = False
        next_start = EventDispatcher(
            store,
            requests,
            EventSender("http://analytics", "chat", CODEC, analytics),
            EventMetrics(CollectorRegistry()),
        )
        next_start.start()
        await until_state(store, waiting=0)
        await next_start.stop()
        assert analytics.users == ["ada"]


class TestMetrics:
    async def test_count_what_is_sent(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        store: OutboxStore,
        requests: RequestEventBuffer,
        registry: CollectorRegistry,
    ) -> None:
        await write(database, "ada", "bob")
        add_request(requests, "cid")
        dispatcher.start()
        await until(lambda: registry.get_sample_value("events_sent_total") == 3)
        await until_state(store, waiting=0)
        # A report that was read before may be shown after: the next one mends it.
        await until(lambda: registry.get_sample_value("outbox_events_waiting") == 0)
        await until(lambda: registry.get_sample_value("outbox_oldest_event_age_seconds") == 0)

    async def test_show_what_piles_up_while_analytics_is_away(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        analytics: FakeAnalytics,
        registry: CollectorRegistry,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(delivery_reports, "REPORT_SECONDS", 0.01)
        analytics.is_down = True
        await write(database, "ada", "bob")
        dispatcher.start()
        await until(lambda: registry.get_sample_value("outbox_events_waiting") == 2)
        await until(lambda: (registry.get_sample_value("outbox_oldest_event_age_seconds") or 0) > 0)
        await until(lambda: (registry.get_sample_value("event_send_failures_total") or 0) >= 1)
        analytics.is_down = False
        await until(lambda: registry.get_sample_value("outbox_events_waiting") == 0)
        assert registry.get_sample_value("outbox_oldest_event_age_seconds") == 0

    async def test_show_what_was_parked_before_this_start_too(
        self,
        dispatcher: EventDispatcher,
        database: Database,
        store: OutboxStore,
        analytics: FakeAnalytics,
        registry: CollectorRegistry,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(delivery_reports, "REPORT_SECONDS", 0.01)
        await write(database, "earlier")
        await store.park({(await store.waiting(1))[0].event_id: "422"})
        analytics.refused = {"bad"}
        await write(database, "bad")
        dispatcher.start()
        await until(lambda: registry.get_sample_value("outbox_events_parked") == 2)
        assert registry.get_sample_value("events_parked_total") == 1
