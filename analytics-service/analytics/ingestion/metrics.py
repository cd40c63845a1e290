"""What `/metrics` tells of the events that other services send."""

from prometheus_client import CollectorRegistry, Counter

from analytics.ingestion.schemas import Receipt


class IngestionMetrics:
    """Counts what was stored; a batch that was refused whole is among the answered requests."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._batches = Counter("ingestion_batches", "Batches of events that were stored.", registry=registry)
        events = Counter("ingestion_events", "Events in them, by what became of each.", ["outcome"], registry=registry)
        self._accepted, self._duplicates, self._parked = map(events.labels, ("accepted", "duplicate", "parked"))

    def note(self, receipt: Receipt) -> None:
        """Counts one batch."""
        self._batches.inc()
        self._accepted.inc(receipt.accepted)
        self._duplicates.inc(receipt.duplicates)
        self._parked.inc(receipt.parked)
