"""A model whose every piece, end and failure a test decides."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from chat_server.llm.client import CompletionChunk, CompletionRequest, OfferedModel, Usage

USAGE = Usage(prompt_tokens=12, completion_tokens=3, total_tokens=15)
PIECES = ("Hello", " there", ".")
WAIT_SECONDS = 10.0


class ScriptedAnswer:
    """One request to the model. `left` is set once the caller has closed the way to it."""

    def __init__(self, request: CompletionRequest) -> None:
        self.request = request
        self.left = asyncio.Event()
        self._moves: asyncio.Queue[CompletionChunk | Exception | None] = asyncio.Queue()

    def say(self, *pieces: str) -> None:
        """Sends pieces, each in a chunk of its own."""
        for piece in pieces:
            self._moves.put_nowait(CompletionChunk(piece, None, None))

    def think(self, *pieces: str) -> None:
        """Sends pieces of what the model thinks, each in a chunk of its own."""
        for piece in pieces:
            self._moves.put_nowait(CompletionChunk("", None, None, reasoning=piece))

    def chunk(self, chunk: CompletionChunk) -> None:
        """Sends a chunk of the test's own making."""
        self._moves.put_nowait(chunk)

    def end(self, finish_reason: str = "stop", usage: Usage | None = USAGE) -> None:
        """Ends the answer as a provider does."""
        self._moves.put_nowait(CompletionChunk("", finish_reason, usage))
        self._moves.put_nowait(None)

    def fail(self, error: Exception) -> None:
        """Breaks the answer off."""
        self._moves.put_nowait(error)

    async def chunks(self) -> AsyncIterator[CompletionChunk]:
        """What the service reads; silent for as long as the test says nothing."""
        while (move := await self._moves.get()) is not None:
            if isinstance(move, Exception):
                raise move
            yield move


class FakeModel:
    """A ModelClient. Answers at once with PIECES until `hold` is called; then each answer waits for the test."""

    def __init__(self) -> None:
        self.answers: list[ScriptedAnswer] = []
        self.offered = [OfferedModel(name, name.upper(), "", False) for name in ("gpt-4", "gpt-4-mini")]
        self.fallbacks: tuple[str, ...] = ()
        self.list_error: Exception | None = None
        self.enter_error: Exception | None = None
        self.leave_error: Exception | None = None
        self.is_closed = False
        self._pieces: Sequence[str] | None = PIECES
        self._news = asyncio.Condition()

    def hold(self) -> None:
        """Leaves every further answer to the test."""
        self._pieces = None

    def reply(self, *pieces: str) -> None:
        """Answers every further request at once with these pieces."""
        self._pieces = pieces

    async def answer(self, number: int = 1) -> ScriptedAnswer:
        """The answer to the `number`-th request, once it has been asked for."""
        async with asyncio.timeout(WAIT_SECONDS), self._news:
            await self._news.wait_for(lambda: len(self.answers) >= number)
        return self.answers[number - 1]

    @asynccontextmanager
    async def stream(self, request: CompletionRequest) -> AsyncIterator[AsyncIterator[CompletionChunk]]:
        answer = ScriptedAnswer(request)
        self.answers.append(answer)
        if self._pieces is not None:
            answer.say(*self._pieces)
            answer.end()
        async with self._news:
            self._news.notify_all()
        try:
            if self.enter_error is not None:
                raise self.enter_error
            yield answer.chunks()
        finally:
            answer.left.set()
            if self.leave_error is not None:
                raise self.leave_error

    async def list_models(self) -> list[OfferedModel]:
        if self.list_error is not None:
            raise self.list_error
        return self.offered

    def price_keys(self, model: str) -> Sequence[str]:
        return (model, *self.fallbacks)

    def provider_of(self, model: str) -> str | None:
        return "scripted"

    async def is_ready(self) -> bool:
        return True

    async def start(self) -> None:
        self.is_closed = False

    async def close(self) -> None:
        self.is_closed = True
