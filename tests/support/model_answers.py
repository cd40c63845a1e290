"""Asking a model client in tests: one request, and everything that came of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from chat_server.llm.client import CompletionChunk, CompletionRequest, ModelClient, ModelMessage, Usage
from chat_server.llm.errors import ProviderError


@dataclass
class Answer:
    chunks: list[CompletionChunk] = field(default_factory=list)
    failure: ProviderError | None = None

    @property
    def content(self) -> str:
        return "".join(chunk.content for chunk in self.chunks)

    @property
    def finish_reason(self) -> str | None:
        return next((chunk.finish_reason for chunk in self.chunks if chunk.finish_reason), None)

    @property
    def usage(self) -> Usage | None:
        return next((chunk.usage for chunk in self.chunks if chunk.usage), None)


def request_of(text: str, *, model: str = "gpt-4", max_tokens: int = 50) -> CompletionRequest:
    messages = [ModelMessage("system", "You are a helpful AI assistant."), ModelMessage("user", text)]
    return CompletionRequest(model, messages, temperature=0.7, max_tokens=max_tokens)


async def ask(client: ModelClient, request: CompletionRequest | str) -> Answer:
    answer = Answer()
    try:
        async with client.stream(request_of(request) if isinstance(request, str) else request) as chunks:
            async for chunk in chunks:
                answer.chunks.append(chunk)
    except ProviderError as failure:
        answer.failure = failure
    return answer


async def until(condition: Callable[[], object], *, timeout: float = 10.0) -> None:
    async with asyncio.timeout(timeout):
        while not condition():  # noqa: ASYNC110 - what is waited for belongs to another thread or process
            await asyncio.sleep(0.01)
