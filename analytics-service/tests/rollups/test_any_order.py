"""Rollups depend on the set of events alone: not on their order, batches, repetitions or lateness, nor on erasures."""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from analytics.db.tables import events as events_table
from analytics.db.tables import metadata
from analytics.erasures.people import ErasedPeople
from analytics.erasures.service import PersonErasure
from analytics.ingestion.service import IngestionService
from analytics.reports.service import ReportService
from analytics.settings import SERVICE_FOLDER
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from service_kit.database import Database
from service_kit.erasures import ErasureOrder
from service_kit.events import (
    AnyEvent,
    ApiRequest,
    ConversationCreated,
    ConversationDeleted,
    MessageCreated,
    UserLogin,
    UserRegistered,
)
from service_kit.migrations import upgrade_to_head
from sqlalchemy import select

SECRET = "a-secret-of-the-tests-with-more-than-32-bytes"
TODAY = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE = st.sampled_from(["ada", "bob", "cyd"])
CONVERSATIONS = st.sampled_from(["c1", "c2", "c3", "c4"])
# Few ids, so that many events collide; three days, with both edges of each.
COMMON = {
    "source": st.just("test"),
    "event_id": st.integers(0, 60).map(str),
    "occurred_at": st.builds(
        lambda day, second: TODAY + timedelta(days=day, seconds=second),
        st.integers(-1, 1),
        st.sampled_from([0, 0.000001, 43_200, 86_399.999999]),
    ),
}
PERSONAL = COMMON | {"user_id": PEOPLE}
EVENTS: st.SearchStrategy[AnyEvent] = st.one_of(
    st.builds(
        ApiRequest,
        **COMMON,
        user_id=st.one_of(st.just(""), PEOPLE),
        endpoint=st.just("/models"),
        method=st.just("GET"),
        status_code=st.sampled_from([200, 404, 499, 500, 503]),
        response_time=st.floats(0, 100),
    ),
    st.builds(UserRegistered, **PERSONAL),
    st.builds(UserLogin, **PERSONAL),
    st.builds(ConversationCreated, **PERSONAL, conversation_id=CONVERSATIONS),
    st.builds(ConversationDeleted, **PERSONAL, conversation_id=CONVERSATIONS),
    st.builds(
        MessageCreated,
        **PERSONAL,
        conversation_id=CONVERSATIONS,
        message_id=st.just("m"),
        role=st.sampled_from(["user", "assistant"]),
        total_tokens=st.integers(0, 10_000),
    ),
)
# One event per id: which of two different events with one id counts is a matter of order by definition.
HISTORIES = st.lists(EVENTS, max_size=50, unique_by=lambda event: event.event_id)

Figures = tuple[dict[str, Any], dict[str, list[dict[Any, Any]]]]


def recount(events: Sequence[AnyEvent]) -> dict[str, Any]:
    """The seven figures by their definitions, from the events themselves."""
    today = [event for event in events if TODAY <= event.occurred_at < TODAY + timedelta(days=1)]
    requests = [event for event in today if isinstance(event, ApiRequest)]
    written = [event for event in events if isinstance(event, MessageCreated)]
    microseconds = [round(request.response_time * 1_000_000) for request in requests]
    return {
        "total_users": len({event.user_id for event in events if isinstance(event, UserRegistered)}),
        "active_users_today": len({e.user_id for e in today if e.user_id and not isinstance(e, UserRegistered)}),
        "total_conversations": len({e.conversation_id for e in events if isinstance(e, ConversationCreated)}),
        "total_messages": len(written),
        "total_tokens_used": sum(event.total_tokens for event in written),
        "avg_response_time": sum(microseconds) / 1_000_000 / len(requests) if requests else 0,
        "error_rate": sum(request.status_code >= 500 for request in requests) / len(requests) if requests else 0,
    }


async def figures_of(batches: Sequence[Sequence[AnyEvent]], erasures: Sequence[tuple[int, str]] = ()) -> Figures:
    """The summary and every row but the events' after the batches came, on a new database.

    `erasures`: who is erased after which batch.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/analytics.db"
        upgrade_to_head(SERVICE_FOLDER, url)
        database = Database(url, threads=1, sqlite_synchronous="NORMAL")
        try:
            erased = ErasedPeople(SECRET)
            for number, batch in enumerate(batches):
                await IngestionService(database, erased).store(batch)
                for person in {person for after, person in erasures if after == number}:
                    order = ErasureOrder(erasure_id=person, user_id=person)
                    await PersonErasure(database, erased).erase(order)
            summary = await ReportService(database, now=lambda: TODAY + timedelta(hours=9)).summary()
            users = await database.read(lambda session: set(session.scalars(select(events_table.c.user_id))))
            assert users.isdisjoint(person for _, person in erasures)
            tables = [table for table in metadata.sorted_tables if table.name != "events"]
            rows = await database.read(
                lambda session: {
                    table.name: sorted(map(dict, session.execute(select(table)).mappings()), key=str)
                    for table in tables
                }
            )
        finally:
            await database.close()
    return summary.model_dump(), rows


class TestRollups:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(history=HISTORIES, data=st.data())
    def test_any_order_and_any_batches_give_the_recount(self, history: list[AnyEvent], data: st.DataObject) -> None:
        resent = data.draw(st.lists(st.sampled_from(history), max_size=20)) if history else []
        shuffled = data.draw(st.permutations(history + resent))
        size = data.draw(st.integers(1, 25))
        batches = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]

        async def both() -> tuple[Figures, Figures]:
            return await figures_of([history]), await figures_of(batches)

        in_order, out_of_order = asyncio.run(both())
        assert in_order == out_of_order
        summary, rows = in_order
        assert summary == recount(history)
        for figure, name in (("messages", "total_messages"), ("total_tokens", "total_tokens_used")):
            assert sum(day[figure] for day in rows["daily_totals"]) == summary[name]

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(history=HISTORIES, data=st.data())
    def test_erasing_people_at_any_moment_changes_no_figure(self, history: list[AnyEvent], data: st.DataObject) -> None:
        size = data.draw(st.integers(1, 25))
        batches = [history[start : start + size] for start in range(0, len(history), size)]
        moments = st.tuples(st.integers(0, max(len(batches) - 1, 0)), PEOPLE)
        erasures = data.draw(st.lists(moments, max_size=4))

        async def both() -> tuple[Figures, Figures]:
            return await figures_of(batches), await figures_of(batches, erasures)

        (kept, kept_rows), (erased, erased_rows) = asyncio.run(both())
        assert erased == kept == recount(history)
        for table in ("totals", "daily_totals", "counted_conversations"):
            assert erased_rows[table] == kept_rows[table]
        people = {person for _, person in erasures} if batches else set()
        for table in ("counted_users", "daily_active_users"):
            assert len(erased_rows[table]) == len(kept_rows[table])
            assert people.isdisjoint(row["user_id"] for row in erased_rows[table])
