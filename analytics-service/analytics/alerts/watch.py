"""A task that does the same again and again, as long as the service runs."""

from collections.abc import Awaitable, Callable

import structlog
from service_kit.errors import ServiceError
from service_kit.rounds import Rounds

log = structlog.get_logger(__name__)


class AlertWatch(Rounds):
    """Goes on, whatever goes wrong with one turn: the next one finds what this one would have.

    When it ends, a transaction that has begun is committed or not there.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[object]], *, every_seconds: float) -> None:
        super().__init__(name, every_seconds, failure="alerts_failed", begins_with_pause=True)
        self._work = work

    async def _round(self) -> None:
        try:
            await self._work()
        except ServiceError as error:
            log.warning("alerts_postponed", work=self._name, code=error.code)
