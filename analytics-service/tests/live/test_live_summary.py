"""One reading serves all who watch; a slow one gets the newest; nobody is read for when nobody watches."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from analytics.live.service import LiveSummary, Watcher
from analytics.reports.schemas import Summary
from chat_testing.waiting import eventually
from service_kit.errors import DatabaseUnavailable

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Readings:
    """Says how many users there are, as often as it is asked."""

    def __init__(self) -> None:
        self.users = 0
        self.count = 0
        self.error: Exception | None = None

    async def read(self) -> Summary:
        self.count += 1
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        return Summary(
            total_users=self.users,
            active_users_today=0,
            total_conversations=0,
            total_messages=0,
            total_tokens_used=0,
            avg_response_time=0.0,
            error_rate=0.0,
        )


@pytest.fixture
def readings() -> Readings:
    return Readings()


@pytest.fixture
async def live(readings: Readings) -> AsyncIterator[LiveSummary]:
    live = LiveSummary(readings.read, now=lambda: NOW, read_seconds=0.01, heartbeat_seconds=0.05)
    yield live
    await live.stop()


async def told(watcher: Watcher) -> dict[str, Any]:
    async with asyncio.timeout(5):
        frame: dict[str, Any] = msgspec.json.decode(await watcher.next())
    return frame


async def summary_of(watcher: Watcher) -> dict[str, Any]:
    """The next that is not a heartbeat."""
    while (frame := await told(watcher))["type"] == "heartbeat":
        pass
    return frame


class TestReading:
    async def test_is_one_for_all_who_watch(self, readings: Readings) -> None:
        live = LiveSummary(readings.read, read_seconds=3_600)
        with live.watch() as first, live.watch() as second:
            assert (await told(first))["total_users"] == (await told(second))["total_users"] == 0
            with live.watch() as late:  # has it at once, without another reading
                await told(late)
        assert readings.count == 1
        await live.stop()

    async def test_ends_when_the_last_has_left_and_begins_again(self, live: LiveSummary, readings: Readings) -> None:
        with live.watch() as watcher:
            await told(watcher)
        await eventually(lambda: live._task is None)
        count = readings.count
        readings.users = 7
        with live.watch() as watcher:
            assert (await told(watcher))["total_users"] == 7
        assert readings.count > count

    @pytest.mark.parametrize("error", [DatabaseUnavailable(), RuntimeError("a fault of ours")])
    async def test_goes_on_after_a_failure(self, live: LiveSummary, readings: Readings, error: Exception) -> None:
        with live.watch() as watcher:
            await told(watcher)
            readings.error, failed_at = error, readings.count
            await eventually(lambda: readings.count > failed_at + 2)
            readings.users, readings.error = 3, None
            assert (await summary_of(watcher))["total_users"] == 3


class TestWatcher:
    async def test_who_reads_slowly_gets_the_newest_alone(self, live: LiveSummary, readings: Readings) -> None:
        with live.watch() as slow, live.watch() as quick:
            await told(slow)
            await told(quick)
            for users in (1, 2, 3):
                readings.users = users
                assert (await summary_of(quick))["total_users"] == users
            assert (await told(slow))["total_users"] == 3

    async def test_a_heartbeat_takes_no_summarys_place(self, live: LiveSummary, readings: Readings) -> None:
        with live.watch() as slow, live.watch() as quick:
            await told(quick)
            assert (await told(quick))["type"] == "heartbeat"
            assert (await told(slow))["type"] == "summary"

    async def test_a_heartbeat_comes_while_nothing_changes(self, live: LiveSummary) -> None:
        with live.watch() as watcher:
            await told(watcher)
            assert await told(watcher) == {"type": "heartbeat", "as_of": "2026-03-01T00:00:00Z"}
