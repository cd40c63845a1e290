"""What `/metrics` tells of HTTP requests. Every label comes from a closed set, whatever is requested."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# What is not a method of HTTP is anybody's word: each would be a series for ever.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"})
OTHER_METHOD = "OTHER"
# An answer that is streamed lasts as long as a model writes.
DURATION_BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)


class HttpMetrics:
    """The usual figures of an HTTP service, labelled by route template."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "http_requests", "Answered requests.", ["method", "route", "status"], registry=registry
        )
        self._durations = Histogram(
            "http_request_duration_seconds",
            "Time until the answer was complete.",
            ["method", "route", "status_class"],
            buckets=DURATION_BUCKETS_SECONDS,
            registry=registry,
        )
        self.in_progress = Gauge("http_requests_in_progress", "Requests being answered.", registry=registry)

    def observe(self, *, method: str, route: str, status_code: int, duration_seconds: float) -> None:
        """Counts one answered request. `route` is the template, never the path."""
        method = method if method in METHODS else OTHER_METHOD
        self._requests.labels(method, route, str(status_code)).inc()
        self._durations.labels(method, route, f"{status_code // 100}xx").observe(duration_seconds)
