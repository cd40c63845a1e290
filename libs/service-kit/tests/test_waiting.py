"""Waiting for an event for a limited time."""

import asyncio

import pytest
from service_kit.waiting import pause_after, wait_at_most


class TestWaitAtMost:
    async def test_ends_when_the_event_is_set(self) -> None:
        event = asyncio.Event()
        waiting = asyncio.create_task(wait_at_most(event, 60))
        await asyncio.sleep(0)
        event.set()
        assert await waiting

    async def test_ends_when_the_time_is_over(self) -> None:
        assert not await wait_at_most(asyncio.Event(), 0)

    @pytest.mark.parametrize("steps", range(5))
    async def test_a_cancellation_right_after_the_news_counts(self, steps: int) -> None:
        # It was lost with asyncio.wait_for: a service that was stopped right after a deletion never ended.
        event = asyncio.Event()

        async def work_for_ever() -> None:
            while True:
                await wait_at_most(event, 60)
                event.clear()

        working = asyncio.create_task(work_for_ever())
        await asyncio.sleep(0)
        event.set()
        for _ in range(steps):
            await asyncio.sleep(0)
        working.cancel()
        await asyncio.wait([working], timeout=5)
        assert working.cancelled()


class TestPauseAfter:
    @pytest.mark.parametrize(("failures", "most"), [(1, 0.5), (2, 1.0), (3, 2.0), (5, 5.0), (10_000, 5.0)])
    def test_doubles_up_to_the_longest_with_half_of_it_left_to_chance(self, failures: int, most: float) -> None:
        pauses = [pause_after(failures, first_seconds=0.5, longest_seconds=5.0) for _ in range(50)]
        assert all(most / 2 <= pause <= most for pause in pauses)
        assert len(set(pauses)) > 1
