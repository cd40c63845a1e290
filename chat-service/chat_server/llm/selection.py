"""Which model answers: OpenAI, a compatible server, or the embedded one; and which of its models is the default."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from prometheus_client import CollectorRegistry

from chat_server.llm.circuit_breaker import CircuitBreaker
from chat_server.llm.client import ModelClient, OfferedModel, Price
from chat_server.llm.embedded import EMBEDDED_MODEL, EmbeddedModel
from chat_server.llm.offers import price_of
from chat_server.llm.openai_service import OpenAIModel
from chat_server.llm.provider_file import ProviderEntry, ProvidersFile
from chat_server.llm.router import Provider, ProviderRouter
from chat_server.llm.time_limits import TimeLimits

FREE = Price(0.0, 0.0)


def build_model_client(
    *,
    api_key: str | None,
    base_url: str | None,
    limits: TimeLimits | None = None,
    embedded_ready_timeout_seconds: float = 30.0,
) -> ModelClient:
    """Choose the model client from the configuration; empty strings count as not set.

    A key alone means OpenAI, a base URL (with or without a key) any compatible server, neither the embedded model.
    """
    limits = limits or TimeLimits()
    if api_key or base_url:
        return OpenAIModel(api_key=api_key or None, base_url=base_url or None, limits=limits)
    return EmbeddedModel(limits=limits, ready_timeout_seconds=embedded_ready_timeout_seconds)


def name_of_sole_provider(*, api_key: str | None, base_url: str | None) -> str:
    """What the one provider without a file is called in figures; of the address nothing is told."""
    return "compatible" if base_url else "openai" if api_key else "embedded"


def circuits_of(file: ProvidersFile | None) -> dict[str, CircuitBreaker]:
    """One for each provider, by name. Without a file there is one provider, and nobody leaves it alone."""
    return {entry.name: CircuitBreaker() for entry in file.providers} if file is not None else {}


def build_router(
    file: ProvidersFile,
    circuits: Mapping[str, CircuitBreaker],
    *,
    limits: TimeLimits,
    ready_seconds: float,
    registry: CollectorRegistry,
) -> ModelClient:
    """The providers of the configuration file behind one client. `limits` holds where the file says nothing."""
    providers = [
        Provider(entry, _client_of(entry, _limits_of(entry, limits), ready_seconds), circuits[entry.name])
        for entry in file.providers
    ]
    return ProviderRouter(providers, file.fallbacks, registry)


def known_prices(file: ProvidersFile | None, *, is_embedded: bool) -> dict[str, Price]:
    """What the operator's file says of prices, by `ModelClient.price_keys`; the embedded model costs nothing.

    `is_embedded`: without a file the embedded model is the one that answers.
    """
    if file is None:
        return {EMBEDDED_MODEL.id: FREE} if is_embedded else {}
    prices = {}
    for provider in file.providers:
        if provider.kind == "embedded":
            prices[f"{provider.name}/{EMBEDDED_MODEL.id}"] = FREE
        prices |= {
            f"{provider.name}/{entry.id}": price for entry in provider.models if (price := price_of(entry)) is not None
        }
    return prices


def _client_of(entry: ProviderEntry, limits: TimeLimits, ready_seconds: float) -> ModelClient:
    if entry.kind == "embedded":
        return EmbeddedModel(limits=limits, ready_timeout_seconds=ready_seconds)
    return OpenAIModel(api_key=entry.api_key.get_secret_value() or None, base_url=entry.base_url, limits=limits)


def _limits_of(entry: ProviderEntry, limits: TimeLimits) -> TimeLimits:
    named = {field.name: getattr(entry, field.name) for field in fields(limits)}
    return replace(limits, **{name: seconds for name, seconds in named.items() if seconds is not None})


def choose_default(models: Sequence[OfferedModel], configured: str) -> str:
    """Return the id of the model that answers when a conversation names none.

    It is `configured` (`OPENAI_MODEL`) when it is on offer or when nothing is listed, else the first listed.
    """
    if not models or any(model.id == configured for model in models):
        return configured
    return models[0].id
