"""Results of another thread: each reaches who waits for it, and those that come together come by one waking."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from service_kit.announcer import Announcer

MANY = 2_000


class TestResultOf:
    async def test_gives_what_the_thread_gave(self) -> None:
        with ThreadPoolExecutor(1) as threads:
            assert await Announcer().result_of(threads.submit(lambda: 7)) == 7

    async def test_raises_what_the_thread_raised(self) -> None:
        def fail() -> None:
            raise LookupError("its own affair")

        with ThreadPoolExecutor(1) as threads, pytest.raises(LookupError, match="its own affair"):
            await Announcer().result_of(threads.submit(fail))

    async def test_of_what_is_ready_already_comes_too(self) -> None:
        future: Future[str] = Future()
        future.set_result("early")
        assert await Announcer().result_of(future) == "early"

    async def test_forgets_nobody_when_many_threads_answer_at_once(self) -> None:
        announcer = Announcer()
        with ThreadPoolExecutor(8) as threads:
            waiting = [announcer.result_of(threads.submit(abs, number)) for number in range(MANY)]
            assert await asyncio.wait_for(asyncio.gather(*waiting), 60) == list(range(MANY))

    async def test_comes_with_one_waking_for_all_that_are_ready(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop, wakings, announcer = asyncio.get_running_loop(), 0, Announcer()
        call = loop.call_soon_threadsafe

        def count(*arguments: object) -> object:
            nonlocal wakings
            wakings += 1
            return call(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(loop, "call_soon_threadsafe", count)
        futures: list[Future[int]] = [Future() for _ in range(50)]
        tasks = [asyncio.create_task(announcer.result_of(future)) for future in futures]
        await asyncio.sleep(0)
        for number, future in enumerate(futures):
            future.set_result(number)
        assert await asyncio.gather(*tasks) == list(range(50))
        assert wakings == 1

    async def test_gives_up_what_has_not_begun_when_nobody_waits_any_more(self) -> None:
        future: Future[int] = Future()
        task = asyncio.create_task(Announcer().result_of(future))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert future.cancelled()

    def test_is_no_worse_for_a_loop_that_ended_while_somebody_waited(self) -> None:
        announcer, future = Announcer(), Future[int]()

        async def leave() -> None:
            task = asyncio.create_task(announcer.result_of(future))
            await asyncio.sleep(0)
            future.set_running_or_notify_cancel()
            task.cancel()

        asyncio.run(leave())
        future.set_result(1)

        async def come_later() -> int:
            with ThreadPoolExecutor(1) as threads:
                return await asyncio.wait_for(announcer.result_of(threads.submit(lambda: 2)), 10)

        assert asyncio.run(come_later()) == 2
