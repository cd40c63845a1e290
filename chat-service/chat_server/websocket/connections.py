"""Counts the open sockets of each person."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Gauge
from service_kit.errors import ServiceError


class TooManySockets(ServiceError):
    """The person has as many sockets open as one may have (429; close code 4429)."""

    code = "too_many_connections"
    status = 429
    detail = "You have too many connections open. Close some of the tabs and try again."


class Connections:
    """Owns the counts of this process."""

    def __init__(self, per_user: int, registry: CollectorRegistry) -> None:
        self._per_user = per_user
        self._open: Counter[str] = Counter()
        self._gauge = Gauge("websockets_open", "Open sockets", registry=registry)

    @contextmanager
    def admit(self, user_id: str) -> Iterator[None]:
        """Counts a socket while it is open. Raises TooManySockets."""
        if self._open[user_id] >= self._per_user:
            raise TooManySockets()
        self._open[user_id] += 1
        self._gauge.inc()
        try:
            yield
        finally:
            self._gauge.dec()
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]
