"""Work that is begun on the spot."""

import asyncio

import pytest
from chat_server.websocket.beginning import begin


class Work:
    """Waits for `may_go_on`, once or as often as it is told; notes how far it came."""

    def __init__(self, waits: int) -> None:
        self.waits = waits
        self.may_go_on = asyncio.Event()
        self.noted: list[str] = []

    async def run(self) -> None:
        self.noted.append("begun")
        try:
            for number in range(self.waits):
                await self.may_go_on.wait()
                self.may_go_on.clear()
                self.noted.append(f"after {number}")
        finally:
            self.noted.append("ended")


class TestBegin:
    async def test_what_need_not_wait_has_ended_when_it_returns(self) -> None:
        work = Work(waits=0)

        assert begin(work.run()) is None
        assert work.noted == ["begun", "ended"]

    async def test_what_has_to_wait_goes_on_as_a_task(self) -> None:
        work = Work(waits=2)
        task = begin(work.run())
        assert task is not None
        assert work.noted == ["begun"]

        for number in range(2):
            work.may_go_on.set()
            await asyncio.wait([task], timeout=0.05 if number == 0 else 5)
        assert work.noted == ["begun", "after 0", "after 1", "ended"]
        assert task.done()

    @pytest.mark.parametrize("steps", [0, 3])
    async def test_it_can_be_cancelled_before_and_after_its_task_has_begun(self, steps: int) -> None:
        work = Work(waits=1)
        task = begin(work.run())
        assert task is not None
        for _ in range(steps):
            await asyncio.sleep(0)

        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert work.noted == ["begun", "ended"]

    async def test_what_fails_at_once_fails_the_caller(self) -> None:
        async def fail() -> None:
            raise LookupError

        with pytest.raises(LookupError):
            begin(fail())
