"""Counts the open sockets of each person, and how often they open one."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry, Gauge

from service_kit.errors import ServiceError
from service_kit.rate_limits import Limit, RateLimiter


class TooManySockets(ServiceError):
    """The person has as many sockets open as one may have (429; close code 4429)."""

    code = "too_many_connections"
    status = 429
    detail = "You have too many connections open. Close some of the tabs and try again."


class Connections:
    """Owns the counts of this process."""

    def __init__(self, per_user: int, opened: Limit, limiter: RateLimiter, registry: CollectorRegistry) -> None:
        self._per_user = per_user
        self._opened = opened
        self._limiter = limiter
        self._open: Counter[str] = Counter()
        self._gauge = Gauge("websockets_open", "Open sockets.", ["kind"], registry=registry)

    @asynccontextmanager
    async def admit(self, user_id: str, kind: str) -> AsyncIterator[None]:
        """Counts a socket while it is open; `kind` is one of the few that the service has.

        Raises: TooManySockets; RateLimited when they open too fast.
        """
        await self._limiter.require(self._opened, user_id)
        if self._open[user_id] >= self._per_user:
            raise TooManySockets()
        self._open[user_id] += 1
        self._gauge.labels(kind).inc()
        try:
            yield
        finally:
            self._gauge.labels(kind).dec()
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]
