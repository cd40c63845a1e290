"""What `/metrics` tells of answers. Each is counted once, at its end: a token costs nothing."""

from collections.abc import Callable
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from service_kit.errors import ServiceError

from chat_server.budgets.charging import Tokens
from chat_server.llm.errors import ProviderError
from chat_server.llm.provider_metrics import ProviderMetrics

Kind = Literal["chat", "api", "title"]

OTHER = "other"
MOST_MODELS = 100  # some servers list hundreds; whoever comes first is named, the rest share a name
FIRST_TOKEN_BUCKETS_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
DURATION_BUCKETS_SECONDS = (0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0)


class AnswerMetrics:
    """Answers of the chat (`chat`), of `/v1` (`api`) and for titles (`title`), by model and provider.

    `provider_of` names the provider of a model that is on offer, and says None of every other: a name that somebody
    has made up is never a label. `sole_provider` is set where no router counts what providers fail at.
    """

    def __init__(
        self, registry: CollectorRegistry, provider_of: Callable[[str], str | None], *, sole_provider: str | None
    ) -> None:
        self._provider_of = provider_of
        self._sole_provider = sole_provider
        self._providers = ProviderMetrics(registry) if sole_provider is not None else None
        self._named: dict[str, tuple[str, str]] = {}
        source = ["model", "provider"]
        self._answers = Counter(
            "answers", "Answers that have ended, by how.", ["kind", "status", *source], registry=registry
        )
        self._tokens = Counter("answer_tokens", "Tokens read and written.", ["type", *source], registry=registry)
        self._first_tokens = Histogram(
            "answer_time_to_first_token_seconds",
            "From the question to the model to its first token.",
            source,
            buckets=FIRST_TOKEN_BUCKETS_SECONDS,
            registry=registry,
        )
        self._durations = Histogram(
            "answer_duration_seconds",
            "From the question to the model to its end.",
            source,
            buckets=DURATION_BUCKETS_SECONDS,
            registry=registry,
        )
        self._lost = Counter("answers_lost", "Answers whose end could not be stored.", registry=registry)
        self._in_progress = Gauge("answers_in_progress", "Answers being written.", ["kind"], registry=registry)

    def watch(self, kind: Kind, count: Callable[[], float]) -> None:
        """Asks how many are being written when the figures are read."""
        self._in_progress.labels(kind).set_function(count)

    def note_lost(self) -> None:
        """Counts an answer that has ended and could not be stored."""
        self._lost.inc()

    def note(
        self,
        kind: Kind,
        *,
        status: str,
        model: str | None,
        tokens: Tokens,
        response_seconds: float,
        first_token_seconds: float | None,
        error: ServiceError | None = None,
    ) -> None:
        """Counts one answer. `error` is why it failed."""
        source = self._source(model or "")
        self._answers.labels(kind, status, *source).inc()
        self._tokens.labels("prompt", *source).inc(tokens.prompt)
        self._tokens.labels("completion", *source).inc(tokens.completion)
        self._durations.labels(*source).observe(response_seconds)
        if first_token_seconds is not None:
            self._first_tokens.labels(*source).observe(first_token_seconds)
        if self._providers is not None and isinstance(error, ProviderError):
            self._providers.note_failure(source[1], error)

    def _source(self, model: str) -> tuple[str, str]:
        if (source := self._named.get(model)) is not None:
            return source
        provider = self._provider_of(model)
        if provider is None or len(self._named) >= MOST_MODELS:
            return OTHER, self._sole_provider or OTHER
        self._named[model] = source = model, provider or self._sole_provider or OTHER
        return source
