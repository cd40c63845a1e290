"""The embedded model: keeps one child process with it alive and asks it like any other OpenAI-compatible server."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace

import structlog

from chat_server.llm.client import CompletionChunk, CompletionRequest, OfferedModel
from chat_server.llm.embedded_process import COMMAND, EmbeddedProcess, EmbeddedStartFailed
from chat_server.llm.embedded_server import CONTEXT_TOKENS, SLOTS
from chat_server.llm.errors import ContextExceeded, ProviderUnavailable
from chat_server.llm.openai_service import OpenAIModel
from chat_server.llm.shortening import shortened, without_oldest
from chat_server.llm.time_limits import TimeLimits

EMBEDDED_MODEL = OfferedModel(
    id="smollm2-135m-instruct",
    name="SmolLM2 135M (demonstration)",
    description=(
        "A small demonstration model that runs on this server without a key or a network. Its answers are often wrong; "
        "set OPENAI_API_KEY or OPENAI_BASE_URL for a real one."
    ),
    is_demonstration=True,
    context_tokens=CONTEXT_TOKENS // SLOTS,
)
LOADING = "The embedded model is still loading. Your message is kept; try again in a few seconds."
NOT_STARTING = "The embedded model could not be started. An administrator has to look into the log of chat-service."
CONTEXT_TOKENS_PER_SLOT = CONTEXT_TOKENS // SLOTS
NOWHERE = "http://127.0.0.1:9/v1"  # until a child tells its port
FIRST_PAUSE_SECONDS = 0.25
MAX_PAUSE_SECONDS = 30.0
# A child that served for this long did not fail because of how it was started.
STEADY_SECONDS = 30.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _State:
    """The child that serves, or whether the last one could not be started; neither while one loads."""

    pid: int | None = None
    has_failed: bool = False


class EmbeddedModel:
    """A `ModelClient` whose server is a child of this process; several processes on a machine have one each."""

    def __init__(
        self,
        *,
        limits: TimeLimits | None = None,
        ready_timeout_seconds: float = 30.0,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._ready_timeout_seconds = ready_timeout_seconds
        self._command = command
        self._api_key = secrets.token_urlsafe(32)
        self._client = OpenAIModel(api_key=self._api_key, base_url=NOWHERE, limits=limits)
        self._supervision: asyncio.Task[None] | None = None
        self._state = _State()
        self._has_changed = asyncio.Condition()

    @property
    def pid(self) -> int | None:
        """The child that serves; None while none does."""
        return self._state.pid

    async def start(self) -> None:
        self._supervision = asyncio.create_task(self._supervise(), name="embedded-model")

    async def close(self) -> None:
        if self._supervision is not None:
            self._supervision.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervision
        await self._client.close()

    async def list_models(self) -> list[OfferedModel]:
        return [EMBEDDED_MODEL]

    def price_keys(self, model: str) -> Sequence[str]:
        return (model,)

    def provider_of(self, model: str) -> str | None:
        return "embedded"

    async def is_ready(self) -> bool:
        return self.pid is not None

    @asynccontextmanager
    async def stream(self, request: CompletionRequest) -> AsyncIterator[AsyncIterator[CompletionChunk]]:
        """See `ModelClient.stream`. While the model loads, also again after its end, the request waits for it.

        Its context is small: the oldest messages are left out until the request fits, or else a conversation of
        ordinary length would end in an error.
        """
        async with AsyncExitStack() as opened:
            yield await self._open(request, opened)

    async def _open(self, asked: CompletionRequest, opened: AsyncExitStack) -> AsyncIterator[CompletionChunk]:
        request = shortened(asked, context_tokens=CONTEXT_TOKENS_PER_SLOT)
        while True:
            pid = await self._serving_pid()
            try:
                chunks = await opened.enter_async_context(self._client.stream(request))
                return chunks if request is asked else _told(chunks, request)
            except ContextExceeded:
                shorter = without_oldest(request)
                if shorter is None:
                    raise
                request = shorter
            except ProviderUnavailable:
                if self.pid == pid:
                    raise

    async def _serving_pid(self) -> int:
        try:
            async with asyncio.timeout(self._ready_timeout_seconds), self._has_changed:
                await self._has_changed.wait_for(lambda: self._state.pid is not None or self._state.has_failed)
        except TimeoutError as error:
            raise ProviderUnavailable(LOADING) from error
        if self._state.pid is None:
            raise ProviderUnavailable(NOT_STARTING, retry_after_seconds=int(MAX_PAUSE_SECONDS))
        return self._state.pid

    async def _supervise(self) -> None:
        """Run one child after the other until cancelled, with growing pauses while they keep failing."""
        pause_seconds = FIRST_PAUSE_SECONDS
        while True:
            started_at = asyncio.get_running_loop().time()
            try:
                await self._run_child()
            except (EmbeddedStartFailed, OSError) as failure:
                log.error("embedded_model_not_started", reason=str(failure), next_try_seconds=pause_seconds)
                await self._announce(_State(has_failed=True))
            await asyncio.sleep(pause_seconds)
            is_steady = asyncio.get_running_loop().time() - started_at > STEADY_SECONDS
            pause_seconds = FIRST_PAUSE_SECONDS if is_steady else min(pause_seconds * 2, MAX_PAUSE_SECONDS)

    async def _run_child(self) -> None:
        async with EmbeddedProcess.running(self._api_key, self._command) as process:
            port = await process.port()
            self._client.move_to(f"http://127.0.0.1:{port}/v1")
            await self._announce(_State(pid=process.pid))
            log.info("embedded_model_ready", port=port, pid=process.pid)
            try:
                code = await process.exit_code()
                log.warning("embedded_model_ended", exit_code=code)
            finally:
                await self._announce(_State())

    async def _announce(self, state: _State) -> None:
        async with self._has_changed:
            self._state = state
            self._has_changed.notify_all()


async def _told(chunks: AsyncIterator[CompletionChunk], request: CompletionRequest) -> AsyncIterator[CompletionChunk]:
    """The same chunks, the first of which says what the model could read."""
    first = await anext(chunks, None)
    if first is not None:
        yield replace(first, messages=request.messages)
    async for chunk in chunks:
        yield chunk
