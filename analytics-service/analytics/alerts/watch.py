"""The task that looks at the rules, every fifteen seconds, as long as the service runs."""

import asyncio
import contextlib

import structlog
from service_kit.errors import ServiceError

from analytics.alerts.evaluation import LOOK, Evaluation

log = structlog.get_logger(__name__)


class AlertWatch:
    """Looks on, whatever goes wrong with one look: the next one finds what this one would have."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._run(), name="alert-watch")

    async def stop(self) -> None:
        """Ends it; a look that has begun is committed or not there."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK.total_seconds())
            try:
                await self._evaluation.look()
            except ServiceError as error:
                log.warning("alerts_not_looked_at", code=error.code)
            except Exception as error:
                log.error("alert_watch_failed", exc_info=error)
