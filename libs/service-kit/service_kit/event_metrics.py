"""What `/metrics` tells of events on their way to analytics-service."""

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge

from service_kit.clock import utc_now
from service_kit.outbox import OutboxState


class EventMetrics:
    """The figures of a relay. They show the outbox as it was last looked at: no scrape asks the database."""

    def __init__(self, registry: CollectorRegistry, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._oldest_at: datetime | None = None
        self.sent = Counter("events_sent", "Events that analytics-service has taken.", registry=registry)
        self.failures = Counter(
            "event_send_failures", "Batches that analytics-service did not take, to be sent again.", registry=registry
        )
        self.parked = Counter(
            "events_parked", "Events that analytics-service refuses; the outbox keeps them.", registry=registry
        )
        self._waiting = Gauge("outbox_events_waiting", "Events in the outbox to be sent.", registry=registry)
        self._kept = Gauge("outbox_events_parked", "Refused events that the outbox keeps.", registry=registry)
        age = Gauge("outbox_oldest_event_age_seconds", "For how long the oldest event waits.", registry=registry)
        age.set_function(self._age_seconds)

    def show(self, state: OutboxState) -> None:
        """The outbox holds this."""
        self._oldest_at = state.oldest_waiting_at
        self._waiting.set(state.waiting)
        self._kept.set(state.parked)

    def show_drained(self) -> None:
        """Nothing waits."""
        self._oldest_at = None
        self._waiting.set(0)

    def _age_seconds(self) -> float:
        oldest_at = self._oldest_at
        return max(0.0, (self._now() - oldest_at).total_seconds()) if oldest_at is not None else 0.0
