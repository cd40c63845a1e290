"""A `ModelClient` around another that makes a span of each question to a model; put there only where spans are made.

The span follows OpenTelemetry's conventions for generative AI: models and numbers of tokens, never a message.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from service_kit import tracing

from chat_server.llm.client import CompletionChunk, CompletionRequest, ModelClient, OfferedModel
from chat_server.llm.errors import ProviderError


class TracedModel:
    """Everything but `stream` is the other client's."""

    def __init__(self, client: ModelClient, provider: str) -> None:
        """`provider`: what it is called where the client has no name for it."""
        self._client = client
        self._provider = provider

    async def start(self) -> None:
        await self._client.start()

    async def close(self) -> None:
        await self._client.close()

    async def is_ready(self) -> bool:
        return await self._client.is_ready()

    async def list_models(self) -> list[OfferedModel]:
        return await self._client.list_models()

    def price_keys(self, model: str) -> Sequence[str]:
        return self._client.price_keys(model)

    def provider_of(self, model: str) -> str | None:
        return self._client.provider_of(model)

    @asynccontextmanager
    async def stream(self, request: CompletionRequest) -> AsyncIterator[AsyncIterator[CompletionChunk]]:
        span = tracing.begin(
            f"chat {request.model}",
            "client",
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": self._client.provider_of(request.model) or self._provider,
                "gen_ai.request.model": request.model,
                "gen_ai.request.max_tokens": request.max_tokens,
                "gen_ai.request.temperature": request.temperature,
            },
        )
        try:
            async with self._client.stream(request) as chunks, aclosing(_told(chunks, span, request.model)) as told:
                yield told
        except ProviderError as error:
            span.fail(error.code)
            raise
        finally:
            span.end()


async def _told(
    chunks: AsyncIterator[CompletionChunk], span: tracing.OpenSpan, model: str
) -> AsyncGenerator[CompletionChunk, None]:
    """The same chunks; what they tell of the answer goes into the span."""
    try:
        async for chunk in chunks:
            model = chunk.model or model
            if chunk.usage is not None:
                span.set("gen_ai.usage.input_tokens", chunk.usage.prompt_tokens)
                span.set("gen_ai.usage.output_tokens", chunk.usage.completion_tokens)
            if chunk.finish_reason:
                span.set("gen_ai.response.finish_reasons", [chunk.finish_reason])
            yield chunk
    except ProviderError as error:
        span.fail(error.code)
        raise
    finally:
        span.set("gen_ai.response.model", model)
