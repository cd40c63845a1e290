"""What `/metrics` tells of a service's database: how long its units of work wait for their turn."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

WAIT_BUCKETS_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class DatabaseMetrics:
    """The figures of one `Database`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        waits = Histogram(
            "database_wait_seconds",
            "How long a unit of work waited for its thread, on SQLite a write for the one writer.",
            ["operation"],
            buckets=WAIT_BUCKETS_SECONDS,
            registry=registry,
        )
        self._reads, self._writes = waits.labels("read"), waits.labels("write")
        self._failures = Counter(
            "database_failures", "Units of work that the database did not take.", registry=registry
        )
        self._waiting = Gauge("database_writes_waiting", "Writes waiting for SQLite's one writer.", registry=registry)

    def note_read_wait(self, seconds: float) -> None:
        """A read has had its turn after so long."""
        self._reads.observe(seconds)

    def note_write_wait(self, seconds: float) -> None:
        """The same of a write."""
        self._writes.observe(seconds)

    def note_failure(self) -> None:
        """The database has refused a unit of work, or does not answer; a constraint's violation is no failure."""
        self._failures.inc()

    def watch_writer(self, count_waiting: Callable[[], float]) -> None:
        """Asks for the queue's length when the figures are read."""
        self._waiting.set_function(count_waiting)
