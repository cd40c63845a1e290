"""One completion from its beginning to its end: paid for like an answer in the chat, and not stored."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime

from service_kit.errors import ServiceError

from chat_server.budgets.charging import Tokens, tokens_taken
from chat_server.completions.context import CallContext
from chat_server.llm.client import CompletionChunk, CompletionRequest, ModelClient, Usage
from chat_server.llm.tokens import estimated_tokens


@dataclass(frozen=True, slots=True)
class Ended:
    """How a completion ended; times in seconds since the model was asked."""

    status: str
    model: str
    tokens: Tokens
    is_estimated: bool
    response_seconds: float
    first_token_seconds: float | None
    error: ServiceError | None


class Completion:
    """A call that the model is answering. `close` must follow, whatever happened; it tells `on_end` once."""

    def __init__(
        self,
        call_id: str,
        began_at: datetime,
        request: CompletionRequest,
        context: CallContext,
        on_end: Callable[[Ended], Awaitable[None]],
    ) -> None:
        self.id = f"chatcmpl-{call_id.replace('-', '')}"
        self.created = int(began_at.timestamp())
        self.model = request.model
        self.finish_reason: str | None = None
        self._request = request
        self.context = context
        self._on_end = on_end
        self._opened = AsyncExitStack()
        self._first = ""
        self._chunks: AsyncIterator[CompletionChunk] | None = None
        self._written: list[str] = []
        self._usage: Usage | None = None
        self._error: ServiceError | None = None
        self._is_over = False
        self._started_at = time.perf_counter()
        self._first_token_at: float | None = None
        self._closing: asyncio.Task[None] | None = None

    async def begin(self, model: ModelClient) -> None:
        """Asks, and waits for the first piece: what fails until then is told by the status. Raises ServiceError."""
        try:
            self._chunks = await self._opened.enter_async_context(model.stream(self._request))
            first = await anext(self._chunks, None)
        except ServiceError as error:
            self._error = error
            raise
        if first is not None:
            self.model = first.model or self.model
            if first.messages is not None:
                self.context = self.context.shortened(self._request.messages, first.messages)
            self._first = self._take(first)

    async def pieces(self) -> AsyncIterator[str]:
        """The texts of the answer as they come. Raises ServiceError when it breaks off."""
        try:
            if self._first:
                yield self._first
            if self._chunks is not None:
                async for chunk in self._chunks:
                    if text := self._take(chunk):
                        yield text
            self._is_over = True
        except ServiceError as error:
            self._error = error
            raise

    def _take(self, chunk: CompletionChunk) -> str:
        """The text of a piece. Its thoughts are paid for, too, also by who leaves before anything is sent on."""
        if written := chunk.reasoning + chunk.content:
            self._first_token_at = self._first_token_at or time.perf_counter()
            self._written.append(written)
        self.finish_reason = chunk.finish_reason or self.finish_reason
        self._usage = chunk.usage or self._usage
        return chunk.content

    @property
    def usage(self) -> Usage:
        """The tokens as the provider counted them, else an estimate."""
        tokens, _ = self._tokens()
        return Usage(tokens.prompt, tokens.completion, tokens.prompt + tokens.completion)

    def _tokens(self) -> tuple[Tokens, bool]:
        return tokens_taken(
            self._usage,
            prompt_tokens=self.context.prompt_tokens,
            written_tokens=estimated_tokens("".join(self._written)),
            failed_before_beginning=self._error is not None and not self._written,
        )

    async def close(self) -> None:
        """Ends the call to the model if it goes on, and settles. A caller that is cancelled changes nothing."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        try:
            await self._opened.aclose()
        finally:
            await self._on_end(self._ended())

    def _ended(self) -> Ended:
        tokens, is_estimated = self._tokens()
        now, first = time.perf_counter(), self._first_token_at
        status = "failed" if self._error is not None else "complete" if self._is_over else "stopped"
        return Ended(
            status=status,
            model=self.model,
            tokens=tokens,
            is_estimated=is_estimated,
            response_seconds=now - self._started_at,
            first_token_seconds=first - self._started_at if first is not None else None,
            error=self._error,
        )
