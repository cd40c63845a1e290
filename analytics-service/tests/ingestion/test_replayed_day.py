"""A whole day of events, once in order and once shuffled, doubled, at the same time and again: the same figures."""

import asyncio
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from analytics.db.tables import metadata
from analytics.erasures.people import ErasedPeople
from analytics.ingestion.parsing import ParsedBatch
from analytics.ingestion.service import IngestionService
from analytics.rollups.verification import verify_rollups
from analytics.settings import AnalyticsSettings
from service_kit.database import Database
from service_kit.events import (
    AnyEvent,
    ApiRequest,
    ConversationCreated,
    MessageCreated,
    MessageFeedback,
    TitleGenerated,
    UserLogin,
    UserRegistered,
)
from sqlalchemy import select
from support.databases import copy_of

EVENTS = int(os.environ.get("CONVOAI_DAY_EVENTS", "2000"))
BATCH = 500
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
SECRET = "a-secret-of-the-tests-with-more-than-32-bytes"
MOMENTARY = ("events", "receipt_delays")  # hold when things came


def day_of_events(chance: random.Random) -> list[AnyEvent]:
    """In the order of their times, by many people."""
    return [event_at(MIDNIGHT + timedelta(days=number / EVENTS), number, chance) for number in range(EVENTS)]


def event_at(at: datetime, number: int, chance: random.Random) -> AnyEvent:
    about: dict[str, Any] = {"source": "chat", "user_id": f"u{chance.randrange(300)}", "occurred_at": at}
    in_one = about | {"conversation_id": f"{about['user_id']}-{chance.randrange(20)}"}
    model: dict[str, Any] = {"model": chance.choice(["gpt-4", "small"]), "total_tokens": chance.randrange(900)}
    timed: dict[str, Any] = {"response_time": chance.random(), "cost_nano_usd": 7}
    timed["status"] = chance.choice(["complete", "failed"])
    kinds: list[AnyEvent] = [
        ApiRequest(**about, endpoint="/models", method="GET", status_code=200, response_time=chance.random()),
        MessageCreated(**in_one, **model, **timed, message_id=f"m{number}", role="assistant"),
        MessageCreated(**in_one, message_id=f"m{number}", role="user"),
        MessageFeedback(**in_one, message_id=f"m{number}", message_at=at, rating="up", previous="down"),
        ConversationCreated(**in_one),
        TitleGenerated(**in_one, **model),
        UserRegistered(**about),
        UserLogin(**about),
    ]
    return chance.choices(kinds, weights=[40, 15, 15, 3, 5, 3, 2, 5])[0]


def batches_of(events: list[AnyEvent], size: int) -> Iterator[ParsedBatch]:
    return (ParsedBatch(events[start : start + size], []) for start in range(0, len(events), size))


async def counted(database: Database) -> dict[str, list[Any]]:
    return await database.read(
        lambda session: {
            table.name: sorted(map(tuple, session.execute(select(table))), key=str)
            for table in metadata.sorted_tables
            if table.name not in MOMENTARY
        }
    )


@pytest.mark.timeout(1_800)
async def test_a_day_that_is_shuffled_doubled_and_replayed_counts_once(
    settings: AnalyticsSettings, migrated_url: str, tmp_path: Any
) -> None:
    chance = random.Random(20_260_301)
    day = day_of_events(chance)
    erased = ErasedPeople(SECRET)
    in_order = Database(settings.resolved_database_url)
    at_random = Database(copy_of(migrated_url, tmp_path / "at-random.db"))
    try:
        for batch in batches_of(day, BATCH):
            await IngestionService(in_order, erased).store(batch, "test")
        doubled = [*day, *day, *chance.sample(day, len(day) // 3)]
        chance.shuffle(doubled)
        many = IngestionService(at_random, erased)
        receipts = await asyncio.gather(*(many.store(batch, "test") for batch in batches_of(doubled, 173)))
        assert sum(receipt.accepted for receipt in receipts) == len(day)
        assert sum(receipt.duplicates for receipt in receipts) == len(doubled) - len(day)
        assert await counted(at_random) == await counted(in_order)
        replayed = [await many.store(batch, "test") for batch in batches_of(day[::-1], BATCH)]
        assert sum(receipt.accepted for receipt in replayed) == 0
        assert await counted(at_random) == await counted(in_order)
        found = await verify_rollups(at_random, frozenset(), is_repaired=False)
        assert (found.differences, found.days) == (0, 1)
    finally:
        await in_order.close()
        await at_random.close()
