"""The outbox: an event waits if, and only if, what it reports was committed."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from service_kit.columns import UtcDateTime
from service_kit.database import Database, create_database_engine
from service_kit.events import UserLogin, encode_event
from service_kit.outbox import OutboxState, OutboxStore, write_event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


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
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path}/outbox.db"
    engine = create_database_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    database = Database(url, threads=2)
    yield database
    await database.close()


@pytest.fixture
def store(database: Database) -> OutboxStore:
    return OutboxStore(database, OutboxEvent)


def logins(count: int) -> list[UserLogin]:
    return [UserLogin(source="test", user_id=f"u{number}") for number in range(count)]


async def write(database: Database, events: list[UserLogin]) -> None:
    def work(session: Session) -> None:
        for event in events:
            write_event(session, OutboxEvent, event)

    await database.write(work)


class TestWriteEvent:
    async def test_it_waits_once_the_transaction_is_committed(self, database: Database, store: OutboxStore) -> None:
        event = logins(1)[0]
        await write(database, [event])
        waiting = await store.waiting(10)
        assert [(each.event_id, each.payload) for each in waiting] == [(event.event_id, encode_event(event))]

    async def test_it_vanishes_with_what_it_reports(self, database: Database, store: OutboxStore) -> None:
        def work(session: Session) -> None:
            write_event(session, OutboxEvent, logins(1)[0])
            raise LookupError("after all, no")

        with pytest.raises(LookupError):
            await database.write(work)
        assert await store.waiting(10) == []


class TestOutboxStore:
    async def test_the_oldest_come_first_and_no_more_than_asked(self, database: Database, store: OutboxStore) -> None:
        events = logins(20)
        await write(database, list(reversed(events)))
        assert [each.event_id for each in await store.waiting(5)] == [event.event_id for event in events[:5]]

    async def test_what_is_removed_waits_no_more(self, database: Database, store: OutboxStore) -> None:
        events = logins(3)
        await write(database, events)
        await store.remove([events[0].event_id, events[2].event_id])
        assert [each.event_id for each in await store.waiting(10)] == [events[1].event_id]

    async def test_what_is_parked_stays_with_its_reason_and_waits_no_more(
        self, database: Database, store: OutboxStore
    ) -> None:
        events = logins(2)
        await write(database, events)
        await store.park({events[0].event_id: "422 the user is missing"})
        assert [each.event_id for each in await store.waiting(10)] == [events[1].event_id]
        parked = await database.read(lambda session: session.get(OutboxEvent, events[0].event_id))
        assert parked is not None
        assert parked.parked_reason == "422 the user is missing"
        assert parked.parked_at is not None

    async def test_the_state_counts_both_and_knows_the_oldest(self, database: Database, store: OutboxStore) -> None:
        assert await store.state() == OutboxState(waiting=0, parked=0, oldest_waiting_at=None)
        events = logins(3)
        await write(database, events)
        await store.park({events[0].event_id: "422"})
        state = await store.state()
        assert (state.waiting, state.parked) == (2, 1)
        assert state.oldest_waiting_at is not None
