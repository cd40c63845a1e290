"""OpenAI and every compatible server, by the SDK `openai`, which is loaded at the first request.

The SDK keeps address, credentials, retries and errors; the bytes of a stream are read here, because the SDK's typed
stream costs five times the CPU per token. Loading the SDK takes half a second and 45 MB, hence not before it is needed.
Only this module and `openai_sending` know it.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, closing, contextmanager, suppress
from ipaddress import ip_address
from ssl import SSLContext
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chat_server.llm.catalogue import ModelCatalogue, read_model_list
from chat_server.llm.client import CompletionChunk, CompletionRequest, OfferedModel
from chat_server.llm.completions import CompletionReader, read_whole_completion
from chat_server.llm.dialect import Dialect
from chat_server.llm.errors import ProviderBadResponse, ProviderTimeout, ProviderUnavailable
from chat_server.llm.openai_sending import FURTHER_TRIES, Answering, CompletionSender, forbid_long_waits
from chat_server.llm.provider_faults import fault_from_status
from chat_server.llm.time_limits import Read, ReadLimit, TimeLimits

if TYPE_CHECKING:
    from openai import AsyncOpenAI

OPENAI_BASE_URL = "https://api.openai.com/v1"
MAX_WHOLE_BODY_BYTES = 4 * 1024 * 1024
# Time to see the connection's end after the end marker; only a connection read to its end can be used again.
DRAIN_SECONDS = 0.1
LIST_SECONDS = 10.0
NO_LIST_STATUSES = frozenset({404, 405, 501})


class OpenAIModel:
    """A `ModelClient` for OpenAI (no base URL) or a compatible server (the key is then optional)."""

    def __init__(self, *, api_key: str | None, base_url: str | None, limits: TimeLimits | None = None) -> None:
        self._api_key = api_key
        self._base_url = base_url or OPENAI_BASE_URL
        self._provider = urlsplit(base_url).hostname if base_url else "openai"
        self._limits = limits or TimeLimits()
        self._sender: CompletionSender | None = None
        self._is_closed = False
        self._connecting = asyncio.Lock()
        self._dialects: dict[str, Dialect] = {}
        self._catalogue = ModelCatalogue(self._fetch_models)

    async def start(self) -> None:
        """Prepare nothing: the SDK is loaded at the first request."""

    async def close(self) -> None:
        self._is_closed = True
        async with self._connecting:
            if self._sender is not None:
                await self._sender.close()

    def move_to(self, base_url: str) -> None:
        """Follow the server to another address; requests that are being retried follow too."""
        self._base_url = base_url
        if self._sender is not None:
            self._sender.client.base_url = base_url

    async def list_models(self) -> list[OfferedModel]:
        return await self._catalogue.models()

    def price_keys(self, model: str) -> Sequence[str]:
        return (model,)

    def provider_of(self, model: str) -> str | None:
        """OpenAI, or the host of the compatible server."""
        return self._provider

    async def is_ready(self) -> bool:
        return await self._catalogue.is_answering()

    @asynccontextmanager
    async def stream(self, request: CompletionRequest) -> AsyncIterator[AsyncIterator[CompletionChunk]]:
        """See `ModelClient.stream`. Only what failed before the answer's headers came is tried again."""
        started_at = _now()
        async with AsyncExitStack() as opened:
            answer = await self._ask(request, opened, started_at + self._limits.first_byte_seconds)
            content_type = answer.content_type.lower()
            if "text/html" in content_type:
                raise ProviderBadResponse
            read = self._read_whole if "application/json" in content_type else self._read_events
            reads = opened.enter_context(closing(_LimitedReads(answer.read)))
            yield await opened.enter_async_context(aclosing(read(reads, started_at)))

    async def _ask(self, request: CompletionRequest, opened: AsyncExitStack, first_byte_at: float) -> Answering:
        """Send the request, put in the dialect that the model's server turns out to understand."""
        sender = await self._connected()
        from openai import APIStatusError

        while True:
            dialect = self._dialects.get(request.model, Dialect())
            with named_faults():
                try:
                    async with asyncio.timeout_at(first_byte_at):
                        return await sender.post(dialect.parameters(request), opened)
                except APIStatusError as refusal:
                    adapted = dialect.adapted(refusal.body) if refusal.status_code in (400, 422) else None
                    if adapted is None:
                        raise
                    self._dialects[request.model] = adapted

    async def _read_events(self, reads: "_LimitedReads", started_at: float) -> AsyncGenerator[CompletionChunk, None]:
        reader = CompletionReader()
        limits = self._limits
        read_until = started_at + limits.first_byte_seconds
        while not reader.is_done:
            data = await reads.next(read_until, is_whole=reader.is_whole)
            chunk = reader.feed(data) if data else reader.finish()
            if chunk is not None:
                yield chunk
            reader.check()
            if not data:
                return
            read_until = min(_now() + limits.between_tokens_seconds, started_at + limits.answer_seconds)
        await reads.next(_now() + DRAIN_SECONDS, is_whole=True)

    async def _read_whole(self, reads: "_LimitedReads", started_at: float) -> AsyncGenerator[CompletionChunk, None]:
        """Read a completion that came in one piece although a stream was asked for."""
        body = bytearray()
        while data := await reads.next(started_at + self._limits.answer_seconds):
            body += data
            if len(body) > MAX_WHOLE_BODY_BYTES:
                raise ProviderBadResponse
        yield read_whole_completion(bytes(body))

    async def _fetch_models(self) -> list[OfferedModel]:
        """Ask for the list; a server that has none offers whatever it is asked for, so an empty one stands for it."""
        client = (await self._connected()).client
        from openai import APIStatusError

        with named_faults():
            try:
                async with asyncio.timeout(LIST_SECONDS):
                    response = await client.models.with_raw_response.list(extra_headers=self._headers())
            except APIStatusError as refusal:
                if refusal.status_code in NO_LIST_STATUSES:
                    return []
                raise
        return read_model_list(response.content, only_chat=self._base_url == OPENAI_BASE_URL)

    def _headers(self) -> dict[str, Any]:
        """Leave the key out for a server that needs none; the SDK itself insists on having one."""
        import openai

        return {} if self._api_key else {"Authorization": openai.Omit()}

    async def _connected(self) -> CompletionSender:
        async with self._connecting:
            if self._is_closed:
                raise ProviderUnavailable
            if self._sender is None:
                # A proxy that the environment names cannot reach this machine's own loopback address.
                trust_env = not is_loopback(self._base_url)
                client, trusted = await asyncio.to_thread(self._load, trust_env)
                client.base_url = self._base_url  # it may have moved meanwhile
                self._sender = CompletionSender(
                    client,
                    trusted,
                    has_key=bool(self._api_key),
                    connect_seconds=self._limits.connect_seconds,
                    trust_env=trust_env,
                )
            return self._sender

    def _load(self, trust_env: bool) -> "tuple[AsyncOpenAI, SSLContext]":
        """The SDK's client, and the certificates that it trusts."""
        import httpx2
        import openai

        client = openai.AsyncOpenAI(
            api_key=self._api_key or "none",
            base_url=self._base_url,
            max_retries=FURTHER_TRIES,
            http_client=openai.DefaultAioHttpClient(
                # Only connecting is limited here; the limits of `TimeLimits` cover retries and pauses as well.
                timeout=openai.Timeout(None, connect=self._limits.connect_seconds),
                event_hooks={"response": [forbid_long_waits]},
                trust_env=trust_env,
            ),
        )
        return client, httpx2.create_ssl_context(trust_env=trust_env)


class _LimitedReads:
    """An answer's bytes as they arrive, each read within its time; for one task."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._limit = ReadLimit()

    async def next(self, read_until: float, *, is_whole: bool = False) -> bytes:
        """Return what arrives next, nothing at the end; that is a fault too when the answer `is_whole` already."""
        try:
            return await self._limit.read(self._read, read_until)
        except Exception as error:
            if not _is_connection_fault(error):
                raise
            if is_whole:
                return b""
            raise (ProviderTimeout if isinstance(error, TimeoutError) else ProviderBadResponse) from error

    def close(self) -> None:
        self._limit.close()


def _is_connection_fault(error: Exception) -> bool:
    import aiohttp
    import httpx2

    return isinstance(error, (OSError, httpx2.HTTPError, aiohttp.ClientError))


@contextmanager
def named_faults() -> Iterator[None]:
    """Turn what the SDK raises while no byte of an answer has come into this service's coded errors."""
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        raise fault_from_status(
            error.status_code, error.body, retry_after=error.response.headers.get("retry-after")
        ) from error
    except openai.APIConnectionError as error:
        raise ProviderUnavailable from error
    except openai.OpenAIError as error:
        raise ProviderBadResponse from error
    except TimeoutError as error:
        raise ProviderTimeout from error


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):  # a name, not an address
        return ip_address(host).is_loopback
    return host == "localhost"


def _now() -> float:
    return asyncio.get_running_loop().time()
