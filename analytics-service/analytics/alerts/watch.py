"""A task that does the same again and again, as long as the service runs."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from service_kit.errors import ServiceError

log = structlog.get_logger(__name__)


class AlertWatch:
    """Goes on, whatever goes wrong with one turn: the next one finds what this one would have."""

    def __init__(self, name: str, work: Callable[[], Awaitable[object]], *, every_seconds: float) -> None:
        self._name = name
        self._work = work
        self._every_seconds = every_seconds
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Ends it; a transaction that has begun is committed or not there."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_seconds)
            try:
                await self._work()
            except ServiceError as error:
                log.warning("alerts_postponed", work=self._name, code=error.code)
            except Exception as error:
                log.error("alerts_failed", work=self._name, exc_info=error)
