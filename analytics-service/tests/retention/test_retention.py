"""Old events go, what was counted stays, and nothing that went counts again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from analytics.db.tables import events, figures, metadata, progress, removed_conversations, removed_events
from analytics.erasures.people import ErasedPeople
from analytics.main import create_app
from analytics.retention import service
from analytics.retention.repository import DIGEST_BYTES, RetentionRepository
from analytics.retention.service import Retention
from analytics.rollups.verification import verify_rollups
from analytics.settings import AnalyticsSettings
from fastapi import FastAPI
from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.events import AnyEvent, ConversationCreated, MessageCreated, MessageFeedback, UserLogin
from sqlalchemy import insert, select, update

Send = Callable[..., Awaitable[httpx.Response]]
HeadersFor = Callable[[str], dict[str, str]]
SECRET = "a-secret-of-the-tests-with-more-than-32-bytes"
OLD = datetime(2026, 1, 10, 12, tzinfo=UTC)
NEW = datetime(2026, 5, 10, 12, tzinfo=UTC)
NOW = datetime(2026, 5, 20, tzinfo=UTC)


def history(at: datetime, begin: int = 0, count: int = 20) -> list[AnyEvent]:
    """What ada and bob did within that many minutes."""
    facts: dict[str, Any] = {"source": "chat", "role": "assistant", "model": "gpt-4", "total_tokens": 3}
    return [
        MessageCreated(
            **facts,
            user_id=("ada", "bob")[number % 2],
            conversation_id=f"c{number % 4}",
            message_id=f"m{number}",
            event_id=f"{at:%m}-{number:04}",
            occurred_at=at + timedelta(minutes=number),
        )
        for number in range(begin, begin + count)
    ]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def database(app: FastAPI) -> Database:
    found: Database = app.state.database
    return found


async def as_if_received(database: Database, at: datetime) -> None:
    await database.write(lambda session: session.execute(update(events).values(received_at=at)))


async def remove(database: Database, days: int = 90, now: datetime = NOW) -> int:
    return await Retention(database, days, now=lambda: now).remove_old()


async def ids_of(database: Database) -> set[str]:
    return await database.read(lambda session: set(session.scalars(select(events.c.event_id))))


async def counted(database: Database) -> dict[str, list[Any]]:
    kept = ("events", "receipt_delays", "removed_events", "removed_conversations", "progress")
    return await database.read(
        lambda session: {
            table.name: sorted(map(tuple, session.execute(select(table))), key=str)
            for table in metadata.sorted_tables
            if table.name not in kept
        }
    )


async def differences(database: Database, *, is_repaired: bool = False) -> list[str]:
    erased = await database.read(ErasedPeople(SECRET).everybody)
    return (await verify_rollups(database, erased, is_repaired=is_repaired)).told


class TestRemoval:
    async def test_takes_what_is_old_and_leaves_every_figure(self, send: Send, database: Database) -> None:
        await send(*history(OLD), *history(NEW))
        await as_if_received(database, OLD)
        before = await counted(database)
        assert await remove(database) == 20
        assert await ids_of(database) == {event.event_id for event in history(NEW)}
        assert await counted(database) == before
        assert await remove(database) == 0

    async def test_what_is_sent_again_does_not_count_again(self, send: Send, database: Database) -> None:
        await send(*history(OLD))
        await as_if_received(database, OLD)
        await remove(database)
        before = await counted(database)
        new = history(OLD, begin=20, count=1)
        receipt = (await send(*history(OLD), *history(OLD), *new)).json()
        assert receipt == {"accepted": 1, "duplicates": 40, "parked": 0}
        assert await ids_of(database) == {new[0].event_id}
        assert await counted(database) != before
        receipt = (await send(*history(OLD), *new)).json()
        assert receipt == {"accepted": 0, "duplicates": 21, "parked": 0}

    async def test_what_came_lately_stays_however_old_it_is(self, send: Send, database: Database) -> None:
        await send(*history(OLD))
        await as_if_received(database, NEW)
        assert await remove(database) == 0
        assert await remove(database, now=NEW + timedelta(days=92)) == 20

    async def test_feedback_stays_as_long_as_its_answer_is_young(self, send: Send, database: Database) -> None:
        about: dict[str, Any] = {"source": "chat", "user_id": "ada", "conversation_id": "c1", "message_id": "m"}
        await send(MessageFeedback(**about, message_at=NEW, rating="up", occurred_at=OLD))
        await as_if_received(database, OLD)
        assert await remove(database) == 0
        assert await differences(database) == []

    async def test_goes_in_batches_past_what_stays(
        self, send: Send, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "REMOVED_AT_ONCE", 3)
        late = [UserLogin(source="auth", user_id="u", occurred_at=OLD, event_id=f"late-{n}") for n in range(7)]
        await send(*late)
        await as_if_received(database, NEW)
        await send(*history(OLD), *(UserLogin(source="auth", user_id="u", occurred_at=OLD) for _ in range(10)))
        is_late = events.c.event_id.startswith("late-")
        await database.write(lambda session: session.execute(update(events).where(~is_late).values(received_at=OLD)))
        assert await remove(database) == 30
        assert await ids_of(database) == {event.event_id for event in late}

    async def test_keeps_a_dozen_bytes_of_each(self, send: Send, database: Database) -> None:
        await send(*history(OLD))
        await as_if_received(database, OLD)
        await remove(database)
        digests = await database.read(lambda session: session.scalars(select(removed_events.c.digest)).all())
        assert [len(digest) for digest in digests] == [DIGEST_BYTES] * 20

    async def test_waits_for_a_recount(self, send: Send, database: Database) -> None:
        await send(*history(OLD))
        await as_if_received(database, OLD)
        await database.write(lambda session: session.execute(insert(progress).values(work="replay", position="")))
        assert await remove(database) == 0


class TestMidway:
    async def test_a_process_that_is_killed_loses_nothing(
        self, send: Send, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "REMOVED_AT_ONCE", 6)
        await send(*history(OLD))
        await as_if_received(database, OLD)
        before, original, calls = await counted(database), RetentionRepository.delete, 0

        def dies_in_the_third_batch(self: RetentionRepository, event_ids: Any) -> None:
            nonlocal calls
            calls += 1
            original(self, event_ids)
            if calls == 3:
                raise SystemExit("killed")

        with monkeypatch.context() as patch:
            patch.setattr(RetentionRepository, "delete", dies_in_the_third_batch)
            with pytest.raises(SystemExit):
                await remove(database)
        assert len(await ids_of(database)) == 8
        assert (await send(*history(OLD))).json()["duplicates"] == 20
        assert await remove(database, now=utc_now() + timedelta(days=100)) == 8
        assert await counted(database) == before
        assert await differences(database) == []

    async def test_two_replicas_and_a_resend_at_once(
        self, send: Send, database: Database, settings: AnalyticsSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "REMOVED_AT_ONCE", 5)
        await send(*history(OLD, count=60))
        await as_if_received(database, OLD)
        before = await counted(database)
        second = Database(settings.resolved_database_url, threads=1)
        try:
            resending = asyncio.gather(*(send(*history(OLD, count=60)) for _ in range(6)))
            removed = await asyncio.gather(remove(database), remove(second))
            resent = await resending
        finally:
            await second.close()
        assert sum(removed) == 60
        assert {response.json()["accepted"] for response in resent} == {0}
        assert await ids_of(database) == set()
        assert await counted(database) == before


class TestRecount:
    async def test_leaves_what_it_cannot_count_and_finds_what_it_can(self, send: Send, database: Database) -> None:
        await send(*history(OLD), *history(NEW))
        await as_if_received(database, OLD)
        await remove(database)
        before = await counted(database)
        await database.write(
            lambda session: session.execute(
                update(figures).where(figures.c.grain == 1, figures.c.slot > 20_580).values(answers=0)
            )
        )
        assert await differences(database, is_repaired=True) != []
        assert await counted(database) == before
        assert await differences(database) == []

    async def test_days_that_lost_events_meanwhile_are_left_alone(
        self, send: Send, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The recount took the days of its beginning for whole, and repaired them down to nothing."""
        await send(*history(OLD), *history(NEW))
        await as_if_received(database, OLD)
        before, original, removed = await counted(database), database.write, 0

        async def write_after_removal(work: Any) -> Any:
            nonlocal removed
            monkeypatch.setattr(database, "write", original)
            removed += await remove(database)
            return await original(work)

        monkeypatch.setattr(database, "write", write_after_removal)
        assert await differences(database, is_repaired=True) == []
        assert removed == 20
        assert await counted(database) == before

    async def test_keeping_longer_brings_nothing_back(self, send: Send, database: Database) -> None:
        await send(*history(OLD))
        await as_if_received(database, OLD)
        await remove(database)
        await send(*history(OLD, begin=20, count=5))
        await as_if_received(database, OLD)
        assert await remove(database, days=120) == 5
        assert await differences(database, is_repaired=True) == []
        assert (await send(*history(OLD, count=25))).json()["accepted"] == 0


class TestErasure:
    async def test_makes_nobodys_what_removed_events_told(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, send: Send, database: Database
    ) -> None:
        """Calls of programs have a conversation each, which no event begins: only their messages say whose they are."""
        await send(*history(OLD), ConversationCreated(source="chat", user_id="bob", conversation_id="c1"))
        await as_if_received(database, OLD)
        await remove(database)
        order = {"erasure_id": "e", "user_id": "ada"}
        assert (await client.post("/internal/erasures", json=order, headers=headers_for("service"))).status_code == 200
        subjects = await database.read(lambda session: set(session.scalars(select(figures.c.subject))))
        assert subjects.isdisjoint({"ada", "c0", "c2"})
        assert subjects >= {"bob", "c1", "c3"}
        kept = await database.read(lambda session: session.execute(select(removed_conversations)).all())
        assert [tuple(row) for row in kept] == [("bob", "c3")], "that c1 is bob's is known from elsewhere"
        assert (await send(*history(OLD))).json()["accepted"] == 0
        assert await differences(database) == []


class TestInTheService:
    async def test_old_events_go_after_the_start_and_never_with_nought(
        self, settings: AnalyticsSettings, send: Send, database: Database
    ) -> None:
        await send(*history(utc_now() - timedelta(days=5)), *history(utc_now() - timedelta(hours=1), begin=50))
        await as_if_received(database, utc_now() - timedelta(days=5))
        for days, left in ((0, 40), (2, 20)):
            app = create_app(settings.model_copy(update={"event_retention_days": days}))
            async with app.router.lifespan_context(app), asyncio.timeout(15):
                while len(await ids_of(database)) != left:  # noqa: ASYNC110 - the task tells nobody
                    await asyncio.sleep(0.01)

    def test_the_setting_is_days(self) -> None:
        settings: Any = {"_env_file": None}
        assert AnalyticsSettings(**settings).event_retention_days == 90
        with pytest.raises(ValueError, match="event_retention_days"):
            AnalyticsSettings(**settings, event_retention_days=-1)
