"""Reads the summary once a second for all who watch, and not at all while nobody does."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from service_kit.clock import utc_now
from service_kit.errors import ServiceError

from analytics.live.frames import heartbeat_frame, summary_frame
from analytics.reports.schemas import Summary

READ_SECONDS = 1.0
HEARTBEAT_SECONDS = 20.0  # below the 60 s after which proxies drop a silent connection
log = structlog.get_logger(__name__)


class Watcher:
    """One who watches: has room for the newest frame alone, so that who reads slowly misses what is old by then."""

    def __init__(self) -> None:
        self._newest: str | None = None
        self._news = asyncio.Event()

    def tell(self, frame: str) -> None:
        """Puts the frame in the place of one that was not taken."""
        self._newest = frame
        self._news.set()

    def tell_unless_told(self, frame: str) -> None:
        """The same, unless there is one that was not taken."""
        if self._newest is None:
            self.tell(frame)

    async def next(self) -> str:
        """The newest frame, once there is one that was not taken."""
        await self._news.wait()
        self._news.clear()
        frame, self._newest = self._newest, None
        return frame or ""


class LiveSummary:
    """Owns the watchers of this process.

    The summary is three rows by their keys, so reading it is as cheap as any mark of change would be, and needs nothing
    of those who write: what another replica counted is seen as soon.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[Summary]],
        *,
        now: Callable[[], datetime] = utc_now,
        read_seconds: float = READ_SECONDS,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._read = read
        self._now = now
        self._read_seconds = read_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self._watchers: set[Watcher] = set()
        self._newest: Summary | None = None
        self._as_of: datetime = now()
        self._said_at = 0.0
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def watch(self) -> Iterator[Watcher]:
        """Is told the summary at once, then whenever it has changed, at most once a second."""
        watcher = Watcher()
        self._watchers.add(watcher)
        if self._newest is not None:
            watcher.tell(summary_frame(self._newest, self._as_of))
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="live-summary")
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    async def stop(self) -> None:
        """Ends reading."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while self._watchers:
            try:
                await self._look()
            except ServiceError as error:  # those who watch see by `as_of` how old their figures are
                log.warning("live_summary_not_read", code=error.code)
            except Exception as error:  # reading outlives whatever goes wrong with one look
                log.error("live_summary_failed", exc_info=error)
            await asyncio.sleep(self._read_seconds)
        self._task = None
        self._newest = None

    async def _look(self) -> None:
        as_of = self._now()
        summary = await self._read()
        self._as_of, at = as_of, asyncio.get_running_loop().time()
        if summary != self._newest:
            self._newest, self._said_at, frame = summary, at, summary_frame(summary, as_of)
            for watcher in self._watchers:
                watcher.tell(frame)
        elif at - self._said_at >= self._heartbeat_seconds:
            self._said_at, frame = at, heartbeat_frame(as_of)
            for watcher in self._watchers:
                watcher.tell_unless_told(frame)
