"""Work that is done again and again beside the requests, in one task."""

import asyncio
import contextlib
from abc import ABC, abstractmethod

import structlog

log = structlog.get_logger(__name__)


class Rounds(ABC):
    """One task: a round, a pause, the next. A round that fails is logged as `failure`, and the next one tries again."""

    def __init__(self, name: str, pause_seconds: float, *, failure: str, begins_with_pause: bool = False) -> None:
        self._name = name
        self._pause_seconds = pause_seconds
        self._failure = failure
        self._begins_with_pause = begins_with_pause
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def _round(self) -> None:
        """What is done each time."""

    def start(self) -> None:
        """Begins."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Ends, in the middle of a round as well."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        if self._begins_with_pause:
            await asyncio.sleep(self._pause_seconds)
        while True:
            try:
                await self._round()
            except Exception as error:  # the next round tries again
                log.error(self._failure, work=self._name, exc_info=error)
            await asyncio.sleep(self._pause_seconds)
