"""Best-effort `api_request` events: a bounded buffer that a request only ever appends to."""

from collections import deque

from prometheus_client import CollectorRegistry, Counter

from service_kit import tracing
from service_kit.events import ApiRequest, encode_event
from service_kit.request_context import AnsweredRequest

LONGEST_BUFFER = 10_000  # about 3 MB; at 50 requests a second it bridges more than three minutes


class RequestEventBuffer:
    """Holds events until the dispatcher takes them; when full, the new one is dropped and counted."""

    def __init__(self, source: str, registry: CollectorRegistry, capacity: int = LONGEST_BUFFER) -> None:
        self._source = source
        self._capacity = capacity
        self._waiting: deque[str] = deque()
        self.origins = tracing.Origins()
        self.dropped_count = 0
        self._dropped = Counter("events_dropped", "Events of requests that were dropped.", registry=registry)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, request: AnsweredRequest) -> None:
        """Takes note of an answered request. Never waits, never raises for want of room."""
        if len(self._waiting) >= self._capacity:
            self._drop(1)
            return
        event = ApiRequest(
            source=self._source,
            user_id=request.user_id,
            endpoint=request.route,
            method=request.method,
            status_code=request.status_code,
            response_time=request.duration_seconds,
        )
        self._waiting.append(encode_event(event))
        self.origins.note()

    def take(self, limit: int) -> list[str]:
        """Removes and returns the oldest `limit` events."""
        return [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]

    def put_back(self, events: list[str]) -> None:
        """Returns events that could not be sent, in their order; what no longer fits is dropped and counted."""
        room = max(0, self._capacity - len(self._waiting))
        self._drop(max(0, len(events) - room))
        self._waiting.extendleft(reversed(events[-room:] if room else []))

    def discard(self, events: list[str]) -> None:
        """Counts events that analytics refused."""
        self._drop(len(events))

    def _drop(self, count: int) -> None:
        self.dropped_count += count
        self._dropped.inc(count)
