"""What `/metrics` tells of providers: how often each has failed."""

from prometheus_client import CollectorRegistry, Counter

from chat_server.llm.errors import ProviderError


class ProviderMetrics:
    """One for each registry. `code` is that of one of the errors in `chat_server.llm.errors`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._failures = Counter(
            "provider_failures",
            "Answers that a provider did not begin or finish.",
            ["provider", "code"],
            registry=registry,
        )

    def note_failure(self, provider: str, error: ProviderError) -> None:
        """Counts one."""
        self._failures.labels(provider, error.code).inc()
