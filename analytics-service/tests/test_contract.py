"""The senders' own relay against this service: what service_kit sends, analytics takes and counts exactly."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from analytics.db.tables import parked_events
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from service_kit.columns import UtcDateTime
from service_kit.database import Database, create_database_engine
from service_kit.event_dispatcher import EventDispatcher
from service_kit.event_metrics import EventMetrics
from service_kit.event_sender import EventSender
from service_kit.events import MessageCreated, UserLogin, UserRegistered
from service_kit.outbox import OutboxStore, write_event
from service_kit.request_context import AnsweredRequest
from service_kit.request_events import RequestEventBuffer
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from support.databases import new_database_url

Summarise = Callable[[], Awaitable[dict[str, Any]]]
TIME_LIMIT_SECONDS = 20.0


class Base(DeclarativeBase):
    pass


class OutboxEvent(Base):
    __tablename__ = "outbox"
    event_id: Mapped[str] = mapped_column(primary_key=True)
    payload: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    parked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parked_reason: Mapped[str | None]


@pytest.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[Database]:
    """A sender's own database."""
    url = new_database_url(tmp_path / "sender.db")
    engine = create_database_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    database = Database(url, threads=2, sqlite_synchronous="NORMAL")
    yield database
    await database.close()


@pytest.fixture
def requests() -> RequestEventBuffer:
    return RequestEventBuffer("chat-service", CollectorRegistry())


@pytest.fixture
async def dispatcher(app: FastAPI, outbox: Database, requests: RequestEventBuffer) -> AsyncIterator[EventDispatcher]:
    sender = EventSender("http://analytics", "chat-service", app.state.token_codec, httpx.ASGITransport(app))
    dispatcher = EventDispatcher(OutboxStore(outbox, OutboxEvent), requests, sender, EventMetrics(CollectorRegistry()))
    dispatcher.start()
    yield dispatcher
    await dispatcher.stop()


async def until_settled(outbox: Database) -> None:
    store = OutboxStore(outbox, OutboxEvent)
    async with asyncio.timeout(TIME_LIMIT_SECONDS):
        while (await store.state()).waiting:  # noqa: ASYNC110 - a table tells nobody
            await asyncio.sleep(0.005)


def report(outbox: Database, *events: UserLogin | UserRegistered | MessageCreated) -> Awaitable[None]:
    def work(session: Session) -> None:
        for event in events:
            write_event(session, OutboxEvent, event)

    return outbox.write(work)


def message(number: int) -> MessageCreated:
    return MessageCreated(
        source="chat-service",
        user_id=f"u{number % 5}",
        conversation_id="c1",
        message_id=f"m{number}",
        role="assistant",
        model="gpt-4",
        total_tokens=number,
        response_time=0.5,
    )


class TestRelay:
    async def test_what_a_sender_reports_is_counted_exactly(
        self, dispatcher: EventDispatcher, outbox: Database, requests: RequestEventBuffer, summary: Summarise
    ) -> None:
        await report(outbox, *(UserRegistered(source="auth-service", user_id=f"u{number}") for number in range(9)))
        await report(outbox, *(message(number) for number in range(700)))
        for status in (200, 200, 200, 500):
            requests.add(AnsweredRequest("/conversations/{conversation_id}", "GET", status, 0.25, ""))
        dispatcher.notify()
        await until_settled(outbox)
        await dispatcher.stop()
        assert await summary() == {
            "total_users": 9,
            "active_users_today": 5,
            "total_conversations": 0,
            "total_messages": 700,
            "total_tokens_used": sum(range(700)),
            "avg_response_time": 0.25,
            "error_rate": 0.25,
        }

    async def test_a_bad_event_is_parked_there_with_the_reason_and_no_other(
        self, dispatcher: EventDispatcher, outbox: Database, summary: Summarise, app: FastAPI
    ) -> None:
        bad = UserLogin(source="auth-service", user_id="")
        await report(outbox, *(message(number) for number in range(30)), bad, message(30))
        dispatcher.notify()
        await until_settled(outbox)
        (kept,) = await app.state.database.read(lambda session: session.execute(select(parked_events)).all())
        assert (kept.source, kept.field) == ("chat-service", "user_id")
        assert bad.event_id in kept.event_text
        assert (await summary())["total_messages"] == 31
