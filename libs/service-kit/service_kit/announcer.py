"""Brings results of another thread to the event loop: all that are ready wake it once."""

import asyncio
import threading
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")
Arrival = asyncio.Future[None]


class Announcer:
    """As `asyncio.wrap_future`, but a hundred writes of one commit cost the loop one waking, not a hundred."""

    def __init__(self) -> None:
        self._ready: dict[asyncio.AbstractEventLoop, list[Arrival]] = {}  # of loops that have been woken
        self._changing = threading.Lock()

    async def result_of(self, future: "Future[T]") -> T:
        """The result, or what was raised instead. Cancelling gives the work up, if it has not begun."""
        loop = asyncio.get_running_loop()
        arrival: Arrival = loop.create_future()
        future.add_done_callback(lambda _: self._announce(loop, arrival))
        try:
            await arrival
        except asyncio.CancelledError:
            future.cancel()
            raise
        return future.result()

    def _announce(self, loop: asyncio.AbstractEventLoop, arrival: Arrival) -> None:
        with self._changing:
            if loop.is_closed():  # nobody waits any more
                self._ready.pop(loop, None)
                return
            is_woken = loop in self._ready
            self._ready.setdefault(loop, []).append(arrival)
            if not is_woken:
                loop.call_soon_threadsafe(self._deliver, loop)

    def _deliver(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._changing:
            arrivals = self._ready.pop(loop, [])
        for arrival in arrivals:
            if not arrival.done():
                arrival.set_result(None)
