"""Several providers behind one `ModelClient`: merges their lists, falls back in order until one begins to answer."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace

import structlog
from prometheus_client import CollectorRegistry, Gauge

from chat_server.llm.circuit_breaker import CircuitBreaker
from chat_server.llm.client import CompletionChunk, CompletionRequest, ModelClient, OfferedModel
from chat_server.llm.errors import (
    ContextExceeded,
    ModelNotOffered,
    ProviderError,
    ProviderPaused,
    ProviderRejected,
    named,
)
from chat_server.llm.offers import Offer, merged, offers_of, qualified
from chat_server.llm.provider_file import ProviderEntry
from chat_server.llm.provider_metrics import ProviderMetrics
from chat_server.llm.shortening import shortened

log = structlog.get_logger(__name__)
# The same request would be refused by the same model again and again, and says nothing about the provider's health.
OF_THE_REQUEST = (ProviderRejected, ContextExceeded)


@dataclass(frozen=True, slots=True)
class Provider:
    """One of the providers: what the file says of it, the way to it, and whether it is being left alone."""

    entry: ProviderEntry
    client: ModelClient
    breaker: CircuitBreaker


class ProviderRouter:
    """A `ModelClient`. An answer that has begun stays with its provider; before, the fallbacks are tried in turn."""

    def __init__(self, providers: Sequence[Provider], fallbacks: Sequence[str], registry: CollectorRegistry) -> None:
        self._providers = {provider.entry.name: provider for provider in providers}
        self._fallbacks = fallbacks
        # Until the providers have been asked, what the file names: to be answered, and charged, needs no list.
        named_in_file = (offer for provider in providers for offer in offers_of(provider.entry, ()))
        self._offers = {offer.model.id: offer for offer in merged(named_in_file)}
        self._metrics = ProviderMetrics(registry)
        circuit = Gauge("provider_circuit_open", "1 while the provider is left alone.", ["provider"], registry=registry)
        for provider in providers:
            circuit.labels(provider.entry.name).set_function(_is_open(provider.breaker))

    async def start(self) -> None:
        await asyncio.gather(*(provider.client.start() for provider in self._providers.values()))

    async def close(self) -> None:
        await asyncio.gather(*(provider.client.close() for provider in self._providers.values()))

    async def is_ready(self) -> bool:
        return any(await asyncio.gather(*(provider.client.is_ready() for provider in self._providers.values())))

    async def list_models(self) -> list[OfferedModel]:
        """What all of them offer. A provider that cannot be asked offers what the file names; see `ModelClient`."""
        answers = await asyncio.gather(*map(_listed, self._providers.values()))
        offers = [offer for offered, _ in answers for offer in offered]
        failures = [failure for _, failure in answers if failure is not None]
        if not offers and failures:
            raise failures[0]
        self._offers = {offer.model.id: offer for offer in merged(offers)}
        return [offer.model for offer in self._offers.values()]

    @asynccontextmanager
    async def stream(self, request: CompletionRequest) -> AsyncIterator[AsyncIterator[CompletionChunk]]:
        """See `ModelClient.stream`. Raises: the failure of the model that was asked for, which names its provider."""
        failure: ProviderError | None = None
        for offer in self._candidates(request.model, may_fall_back=request.may_fall_back):
            async with AsyncExitStack() as opened:
                try:
                    answer = await self._begin(offer, request, opened)
                except ProviderError as error:
                    failure = failure or named(error, offer.provider)
                    if isinstance(error, OF_THE_REQUEST) and not isinstance(error, ModelNotOffered):
                        break
                    continue
                yield answer
                return
        raise failure or ModelNotOffered()

    async def _begin(
        self, offer: Offer, request: CompletionRequest, opened: AsyncExitStack
    ) -> AsyncGenerator[CompletionChunk, None]:
        """The answer, once its first chunk is here. Raises ProviderError."""
        provider = self._providers[offer.provider]
        if not provider.breaker.may_ask():
            raise ProviderPaused(provider.breaker.wait_seconds)
        try:
            upstream = _fitted(replace(request, model=offer.upstream_id), offer.model.context_tokens)
            chunks = await opened.enter_async_context(provider.client.stream(upstream))
            first = await anext(chunks, None)
        except ProviderError as error:
            self._note_failure(provider, error)
            raise
        provider.breaker.note_success()
        is_another = request.model not in (offer.model.id, qualified(offer))
        if first is not None and is_another:
            log.info("model_fell_back", asked=request.model, answers=offer.model.id)
            first = replace(first, model=offer.model.id)
        if first is not None and len(upstream.messages) < len(request.messages):
            first = replace(first, messages=first.messages or upstream.messages)
        return await opened.enter_async_context(aclosing(self._rest(provider, first, chunks)))

    async def _rest(
        self, provider: Provider, first: CompletionChunk | None, chunks: AsyncIterator[CompletionChunk]
    ) -> AsyncGenerator[CompletionChunk, None]:
        try:
            if first is not None:
                yield first
            async for chunk in chunks:
                yield chunk
        except ProviderError as error:
            self._note_failure(provider, error)
            raise named(error, provider.entry.name) from error

    def _note_failure(self, provider: Provider, error: ProviderError) -> None:
        self._metrics.note_failure(provider.entry.name, error)
        if not isinstance(error, OF_THE_REQUEST):
            provider.breaker.note_failure()

    def price_keys(self, model: str) -> Sequence[str]:
        """The names with the provider in front: they stay the same whatever else is listed. See `ModelClient`."""
        return [qualified(offer) for offer in self._candidates(model, may_fall_back=True)] or [model]

    def provider_of(self, model: str) -> str | None:
        """Its name in the configuration file."""
        offer = self._offer(model)
        return None if offer is None else offer.provider

    def _candidates(self, model: str, *, may_fall_back: bool) -> list[Offer]:
        """The model's own offer, then the fallbacks, each once."""
        offers: dict[tuple[str, str], Offer] = {}
        for model_id in (model, *(self._fallbacks if may_fall_back else ())):
            if (offer := self._offer(model_id)) is not None:
                offers.setdefault((offer.provider, offer.upstream_id), offer)
        return list(offers.values())

    def _offer(self, model_id: str) -> Offer | None:
        """What the id stands for; of a provider that has not listed anything yet, its name before the slash says so."""
        if (listed := self._offers.get(model_id)) is not None:
            return listed
        name, _, upstream_id = model_id.partition("/")
        if name not in self._providers or not upstream_id:
            return None
        return Offer(OfferedModel(model_id, upstream_id, "", is_demonstration=False, provider=name), name, upstream_id)


def _fitted(request: CompletionRequest, context_tokens: int | None) -> CompletionRequest:
    """The request as the model can read it: what was chosen for another one may be too much for a fallback."""
    return request if context_tokens is None else shortened(request, context_tokens=context_tokens)


async def _listed(provider: Provider) -> tuple[list[Offer], ProviderError | None]:
    """What the provider offers, and why it could not be asked, if it could not."""
    if provider.entry.offers == "named":
        return offers_of(provider.entry, []), None
    try:
        return offers_of(provider.entry, await provider.client.list_models()), None
    except ProviderError as error:
        return offers_of(provider.entry, []), named(error, provider.entry.name)


def _is_open(breaker: CircuitBreaker) -> Callable[[], float]:
    return lambda: float(breaker.is_open)
