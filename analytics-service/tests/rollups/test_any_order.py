"""Rollups depend on the set of events alone: not on their order, batches, repetitions or lateness, nor on erasures."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest
from analytics.cuts import FIGURES, Cut, Measure
from analytics.db.tables import events as events_table
from analytics.db.tables import metadata
from analytics.erasures.people import ErasedPeople
from analytics.erasures.service import PersonErasure
from analytics.ingestion.parsing import ParsedBatch
from analytics.ingestion.service import IngestionService
from analytics.reports.service import ReportService
from analytics.retention.service import Retention
from analytics.rollups.sketches import decode
from analytics.rollups.verification import verify_rollups
from analytics.settings import SERVICE_FOLDER
from analytics.times import Grain
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
    MessageFeedback,
    TitleGenerated,
    UserLogin,
    UserRegistered,
)
from service_kit.migrations import upgrade_to_head
from sqlalchemy import select
from support.databases import copy_of, new_database_url

SECRET = "a-secret-of-the-tests-with-more-than-32-bytes"
TODAY = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE = st.sampled_from(["ada", "bob", "cyd"])
CONVERSATIONS = st.sampled_from(["c1", "c2", "c3", "c4"])
MODELS = st.sampled_from([None, "gpt-4", "gpt-4o"])
RATINGS: st.SearchStrategy[Any] = st.sampled_from([None, "up", "down"])
# Few ids, so that many events collide; three days, with both edges of each.
COMMON: dict[str, Any] = {
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
        model=MODELS,
        provider=st.sampled_from([None, "local"]),
        total_tokens=st.integers(0, 10_000),
        cost_nano_usd=st.sampled_from([None, 0, 7]),
        response_time=st.none() | st.floats(0, 100),
        time_to_first_token=st.none() | st.floats(0, 100),
        status=st.sampled_from(["complete", "stopped", "interrupted", "failed"]),
    ),
    st.builds(
        MessageFeedback,
        **PERSONAL,
        conversation_id=CONVERSATIONS,
        message_id=st.just("m"),
        message_at=COMMON["occurred_at"],
        model=MODELS,
        rating=RATINGS,
        previous=RATINGS,
    ),
    st.builds(
        TitleGenerated,
        **PERSONAL,
        conversation_id=CONVERSATIONS,
        model=MODELS,
        provider=st.sampled_from([None, "local"]),
        total_tokens=st.integers(0, 10_000),
        cost_nano_usd=st.sampled_from([None, 0, 7]),
    ),
)
# Neither makes anybody active: an account can be made by others, and titles come by themselves.
PASSIVE = (UserRegistered, TitleGenerated)


def in_own_conversation(event: AnyEvent) -> AnyEvent:
    """A conversation is one person's, as everywhere."""
    conversation_id = getattr(event, "conversation_id", None)
    if conversation_id is None:
        return event
    return msgspec.structs.replace(event, conversation_id=f"{event.user_id}-{conversation_id}")


# One event per id: which of two different events with one id counts is a matter of order by definition.
HISTORIES = st.lists(EVENTS.map(in_own_conversation), max_size=50, unique_by=lambda event: event.event_id)

_empty_urls: list[str] = []
# Hold when things came and went.
MOMENTARY = ("events", "receipt_delays", "removed_events", "removed_conversations", "progress")
Figures = tuple[dict[str, Any], dict[str, list[dict[Any, Any]]]]


def recount(events: Sequence[AnyEvent]) -> dict[str, Any]:
    """The seven figures by their definitions, from the events themselves."""
    today = [event for event in events if TODAY <= event.occurred_at < TODAY + timedelta(days=1)]
    requests = [event for event in today if isinstance(event, ApiRequest)]
    written = [event for event in events if isinstance(event, MessageCreated)]
    microseconds = [round(request.response_time * 1_000_000) for request in requests]
    return {
        "total_users": len({event.user_id for event in events if isinstance(event, UserRegistered)}),
        "active_users_today": len({e.user_id for e in today if e.user_id and not isinstance(e, PASSIVE)}),
        "total_conversations": len({e.conversation_id for e in events if isinstance(e, ConversationCreated)}),
        "total_messages": len(written),
        "total_tokens_used": sum(e.total_tokens for e in events if isinstance(e, MessageCreated | TitleGenerated)),
        "avg_response_time": sum(microseconds) / 1_000_000 / len(requests) if requests else 0,
        "error_rate": sum(request.status_code >= 500 for request in requests) / len(requests) if requests else 0,
    }


@pytest.fixture(scope="module", autouse=True)
def migrated(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty database, to be copied."""
    _empty_urls.append(new_database_url(tmp_path_factory.mktemp("empty") / "empty.db"))
    upgrade_to_head(SERVICE_FOLDER, _empty_urls[-1])


@asynccontextmanager
async def new_database() -> AsyncIterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        url = copy_of(_empty_urls[-1], Path(folder, "analytics.db"))
        database = Database(url, threads=1, sqlite_synchronous="NORMAL")
        try:
            yield database
        finally:
            await database.close()


async def figures_of(
    batches: Sequence[Sequence[AnyEvent]],
    erasures: Sequence[tuple[int, str]] = (),
    removals: Sequence[tuple[int, int]] = (),
) -> Figures:
    """The summary and every row but the events' after the batches came, on a new database.

    `erasures`: who is erased after which batch; `removals`: after which batch events go that are older than so many
    days from today. The recount finds nothing that differs, whatever came.
    """
    clock = TODAY - timedelta(days=3)
    async with new_database() as database:
        erased = ErasedPeople(SECRET)
        for number, batch in enumerate(batches):
            with mock.patch("analytics.ingestion.service.utc_now", return_value=clock):
                await IngestionService(database, erased).store(ParsedBatch(list(batch), []), "test")
            for day in {day for after, day in removals if after == number}:
                clock = max(clock, TODAY + timedelta(days=day + 1))  # events are kept for one day
                await Retention(database, 1, now=mock.Mock(return_value=clock)).remove_old()
            for person in {person for after, person in erasures if after == number}:
                order = ErasureOrder(erasure_id=person, user_id=person)
                await PersonErasure(database, erased).erase(order)
        summary = await ReportService(database, now=lambda: TODAY + timedelta(hours=9)).summary()
        users = await database.read(lambda session: set(session.scalars(select(events_table.c.user_id))))
        assert users.isdisjoint(person for _, person in erasures)
        verified = await verify_rollups(database, await database.read(erased.everybody), is_repaired=False)
        assert verified.told == []
        tables = [table for table in metadata.sorted_tables if table.name not in MOMENTARY]
        rows = await database.read(
            lambda session: {
                table.name: sorted(map(dict, session.execute(select(table)).mappings()), key=str) for table in tables
            }
        )
    return summary.model_dump(), rows


def sums_of(rows: dict[str, list[dict[Any, Any]]], name: str, *keys: str, cut: int, grain: int) -> Counter[Any]:
    """One figure of a cut, by these columns."""
    sums: Counter[Any] = Counter()
    for row in rows["figures"]:
        if (row["cut"], row["grain"]) == (cut, grain):
            sums[tuple(row[key] for key in keys)] += row[name]
    return Counter({key: amount for key, amount in sums.items() if amount})


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
        assert_cuts_are_right(history, rows)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(history=HISTORIES, data=st.data())
    def test_removing_events_at_any_moment_changes_nothing(self, history: list[AnyEvent], data: st.DataObject) -> None:
        resent = data.draw(st.lists(st.sampled_from(history), max_size=40)) if history else []
        shuffled = data.draw(st.permutations(history + resent))
        size = data.draw(st.integers(1, 25))
        batches = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
        moments = st.tuples(st.integers(0, max(len(batches) - 1, 0)), st.integers(-1, 5))
        removals = data.draw(st.lists(moments, max_size=5))

        async def both() -> tuple[Figures, Figures]:
            return await figures_of([history]), await figures_of(batches, removals=removals)

        kept, removed = asyncio.run(both())
        assert removed == kept
        assert removed[0] == recount(history)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(history=HISTORIES, data=st.data())
    def test_erasing_people_at_any_moment_changes_no_figure(self, history: list[AnyEvent], data: st.DataObject) -> None:
        size = data.draw(st.integers(1, 25))
        batches = [history[start : start + size] for start in range(0, len(history), size)]
        moments = st.tuples(st.integers(0, max(len(batches) - 1, 0)), PEOPLE)
        erasures = data.draw(st.lists(moments, max_size=4))
        days = st.tuples(st.integers(0, max(len(batches) - 1, 0)), st.integers(-1, 5))
        removals = data.draw(st.lists(days, max_size=3))

        async def both() -> tuple[Figures, Figures]:
            return await figures_of(batches), await figures_of(batches, erasures, removals)

        (kept, kept_rows), (erased, erased_rows) = asyncio.run(both())
        assert erased == kept == recount(history)
        for table in ("totals", "active_counts", "cohorts", "sketches"):
            assert erased_rows[table] == kept_rows[table], table
        people = {person for _, person in erasures} if batches else set()
        assert people.isdisjoint(row["user_id"] for row in [*erased_rows["people"], *erased_rows["active_people"]])
        assert people.isdisjoint(row["user_id"] for row in erased_rows["counted_conversations"])
        assert people.isdisjoint(row["subject"].partition("-")[0] for row in erased_rows["figures"])
        for cut in Cut:
            is_apart = cut in (Cut.PERSON, Cut.CONVERSATION)
            keys = ("slot",) if is_apart else ("slot", "subject")
            for name in FIGURES:
                before = sums_of(kept_rows, name, *keys, cut=cut, grain=Grain.QUARTER)
                assert sums_of(erased_rows, name, *keys, cut=cut, grain=Grain.QUARTER) == before


def assert_cuts_are_right(history: Sequence[AnyEvent], rows: dict[str, list[dict[Any, Any]]]) -> None:
    """What the rows hold is what the definitions make of the events, counted another way."""
    written = [event for event in history if isinstance(event, MessageCreated)]
    answers = [event for event in written if event.role == "assistant"]
    by_model = Counter((event.model,) for event in answers if event.model)
    assert sums_of(rows, "answers", "subject", cut=Cut.MODEL, grain=Grain.DAY) == by_model
    costs: Counter[Any] = Counter()
    for event in history:
        if isinstance(event, TitleGenerated) or (isinstance(event, MessageCreated) and event.role == "assistant"):
            costs[(event.user_id,)] += event.cost_nano_usd or 0
    assert sums_of(rows, "cost_nano_usd", "subject", cut=Cut.PERSON, grain=Grain.QUARTER) == +costs
    thumbs = Counter(
        (event.message_at.hour * 4 + event.message_at.minute // 15,)
        for event in history
        if isinstance(event, MessageFeedback) and event.rating == "up"
    )
    taken_back = Counter(
        (event.message_at.hour * 4 + event.message_at.minute // 15,)
        for event in history
        if isinstance(event, MessageFeedback) and event.previous == "up"
    )
    by_hour: Counter[Any] = Counter()
    for (slot,), amount in sums_of(rows, "thumbs_up", "slot", cut=Cut.ALL, grain=Grain.QUARTER).items():
        by_hour[(slot % 96,)] += amount
    thumbs.subtract(taken_back)
    assert {key: n for key, n in by_hour.items() if n} == {key: n for key, n in thumbs.items() if n}
    timed = [event for event in written if event.role == "assistant" and event.response_time is not None]
    in_sketches = sum(
        sum(decode(row["buckets"]).values())
        for row in rows["sketches"]
        if (row["cut"], row["grain"], row["measure"]) == (Cut.ALL, Grain.DAY, Measure.ANSWER)
    )
    assert in_sketches == len(timed)
    weeks = Counter(
        (row["registered_week"], week)
        for row in rows["people"]
        if row["registered_week"] is not None
        for week in {r["slot"] for r in rows["active_people"] if (r["grain"], r["user_id"]) == (2, row["user_id"])}
    )
    kept = {(row["registered_week"], row["active_week"]): row["people"] for row in rows["cohorts"]}
    assert {cell: people for cell, people in kept.items() if people} == weeks
