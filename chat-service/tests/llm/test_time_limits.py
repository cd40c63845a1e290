"""One timer for all reads of an answer."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import closing

import pytest
from chat_server.llm.time_limits import Read, ReadLimit

LONG_SECONDS = 60.0


def in_seconds(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


def reads_after(pauses_seconds: Iterable[float]) -> Read:
    left = list(pauses_seconds)

    async def read() -> bytes:
        if not left:
            return b""
        await asyncio.sleep(left.pop(0))
        return b"x"

    return read


@pytest.fixture
async def limit() -> AsyncIterator[ReadLimit]:
    with closing(ReadLimit()) as limit:
        yield limit


class TestReadLimit:
    async def test_it_gives_what_comes_and_nothing_at_the_end(self, limit: ReadLimit) -> None:
        read = reads_after([0, 0])
        assert [await limit.read(read, in_seconds(LONG_SECONDS)) for _ in range(3)] == [b"x", b"x", b""]

    async def test_a_read_that_takes_too_long_is_broken_off_and_the_task_goes_on(self, limit: ReadLimit) -> None:
        read = reads_after([LONG_SECONDS])
        with pytest.raises(TimeoutError):
            await limit.read(read, in_seconds(0.01))
        await asyncio.sleep(0)  # nothing is left of the breaking off
        task = asyncio.current_task()
        assert task is not None
        assert not task.cancelling()

    async def test_reads_that_come_in_time_may_take_longer_together_than_one_may(self, limit: ReadLimit) -> None:
        read = reads_after([0.05] * 10)
        assert [await limit.read(read, in_seconds(0.3)) for _ in range(10)] == [b"x"] * 10

    async def test_a_shorter_time_than_before_counts(self, limit: ReadLimit) -> None:
        read = reads_after([0, LONG_SECONDS])
        await limit.read(read, in_seconds(LONG_SECONDS))
        with pytest.raises(TimeoutError):
            await limit.read(read, in_seconds(0.01))

    async def test_time_in_which_nobody_reads_does_not_count(self, limit: ReadLimit) -> None:
        read = reads_after([0, 0])
        await limit.read(read, in_seconds(0.01))
        await asyncio.sleep(0.05)
        assert await limit.read(read, in_seconds(LONG_SECONDS)) == b"x"

    async def test_a_task_that_is_stopped_is_stopped(self, limit: ReadLimit) -> None:
        read = reads_after([LONG_SECONDS])
        reading = asyncio.create_task(limit.read(read, in_seconds(LONG_SECONDS)))
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
