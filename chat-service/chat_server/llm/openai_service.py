"""OpenAI and every compatible server; the only importer of `openai`, which it loads at the first request.

The SDK keeps address, credentials, retries and errors; the bytes of a stream are read here, because the SDK's typed
stream costs five times the CPU per token. Loading the SDK takes half a second and 45 MB, hence not before it is needed.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, closing, contextmanager, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chat_server.llm.catalogue import ModelCatalogue, read_model_list
from chat_server.llm.client import CompletionChunk, CompletionRequest, OfferedModel
from chat_server.llm.completions import CompletionReader, read_whole_completion
from chat_server.llm.dialect import Dialect
from chat_server.llm.errors import ProviderBadResponse, ProviderTimeout, ProviderUnavailable
from chat_server.llm.provider_faults import fault_from_status, parse_retry_after
from chat_server.llm.time_limits import ReadLimit, TimeLimits

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

Reads = AsyncGenerator[bytes, None]

OPENAI_BASE_URL = "https://api.openai.com/v1"
MAX_RETRIES = 2
# A person is waiting: a provider that asks for more patience than this is reported instead of asked again.
MAX_RETRY_WAIT_SECONDS = 8
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
        self._limits = limits or TimeLimits()
        self._client: AsyncOpenAI | None = None
        self._is_closed = False
        self._connecting = asyncio.Lock()
        self._dialects: dict[str, Dialect] = {}
        self._catalogue = ModelCatalogue(self._fetch_models)

    async def start(self) -> None:
        """Prepare nothing: the SDK is loaded at the first request."""

    async def close(self) -> None:
        self._is_closed = True
        async with self._connecting:
            if self._client is not None:
                await self._client.close()

    def move_to(self, base_url: str) -> None:
        """Follow the server to another address; requests that are being retried follow too."""
        self._base_url = base_url
        if self._client is not None:
            self._client.base_url = base_url

    async def list_models(self) -> list[OfferedModel]:
        return await self._catalogue.models()

    def price_keys(self, model: str) -> Sequence[str]:
        return (model,)

    async def is_ready(self) -> bool:
        return await self._catalogue.is_answering()

    @asynccontextmanager
    async def stream(self, request: CompletionRequest) -> AsyncIterator[AsyncIterator[CompletionChunk]]:
        """See `ModelClient.stream`. Only what failed before the answer's headers came is tried again."""
        started_at = _now()
        async with AsyncExitStack() as opened:
            response = await self._ask(request, opened, started_at + self._limits.first_byte_seconds)
            content_type = response.headers.get("content-type", "").lower()
            if "text/html" in content_type:
                raise ProviderBadResponse
            read = self._read_whole if "application/json" in content_type else self._read_events
            is_plain = response.headers.get("content-encoding", "identity") == "identity"
            # Without the decoding layers when there is nothing to decode: they cost as much as the parsing.
            body = response.aiter_raw() if is_plain else response.aiter_bytes()
            reads = _LimitedReads(await opened.enter_async_context(aclosing(body)))
            opened.enter_context(closing(reads))
            yield await opened.enter_async_context(aclosing(read(reads, started_at)))

    async def _ask(self, request: CompletionRequest, opened: AsyncExitStack, first_byte_at: float) -> "httpx2.Response":
        """Send the request, put in the dialect that the model's server turns out to understand.

        Past the SDK's typed method: going through the types of every message takes it as long as all the rest.
        """
        client = await self._connected()
        from openai import APIStatusError, AsyncStream

        while True:
            dialect = self._dialects.get(request.model, Dialect())
            # A compressing proxy would hold tokens back.
            headers = {**self._headers(), "Accept-Encoding": "identity"}
            with named_faults():
                try:
                    async with asyncio.timeout_at(first_byte_at):
                        answer = await client.post(
                            "/chat/completions",
                            body=dialect.parameters(request),
                            options={"headers": headers},
                            cast_to=object,
                            stream=True,
                            stream_cls=AsyncStream[object],
                        )
                    opened.push_async_callback(answer.close)
                    return answer.response
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
            chunk = reader.feed(data) if data is not None else reader.finish()
            if chunk is not None:
                yield chunk
            reader.check()
            if data is None:
                return
            read_until = min(_now() + limits.between_tokens_seconds, started_at + limits.answer_seconds)
        await reads.next(_now() + DRAIN_SECONDS, is_whole=True)

    async def _read_whole(self, reads: "_LimitedReads", started_at: float) -> AsyncGenerator[CompletionChunk, None]:
        """Read a completion that came in one piece although a stream was asked for."""
        body = bytearray()
        while (data := await reads.next(started_at + self._limits.answer_seconds)) is not None:
            body += data
            if len(body) > MAX_WHOLE_BODY_BYTES:
                raise ProviderBadResponse
        yield read_whole_completion(bytes(body))

    async def _fetch_models(self) -> list[OfferedModel]:
        """Ask for the list; a server that has none offers whatever it is asked for, so an empty one stands for it."""
        client = await self._connected()
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

    async def _connected(self) -> "AsyncOpenAI":
        async with self._connecting:
            if self._is_closed:
                raise ProviderUnavailable
            if self._client is None:
                self._client = await asyncio.to_thread(self._build_client)
                self._client.base_url = self._base_url  # it may have moved meanwhile
            return self._client

    def _build_client(self) -> "AsyncOpenAI":
        import openai

        return openai.AsyncOpenAI(
            api_key=self._api_key or "none",
            base_url=self._base_url,
            max_retries=MAX_RETRIES,
            http_client=openai.DefaultAioHttpClient(
                # Only connecting is limited here; the limits of `TimeLimits` cover retries and pauses as well.
                timeout=openai.Timeout(None, connect=self._limits.connect_seconds),
                event_hooks={"response": [forbid_long_waits]},
                # A proxy that the environment names cannot reach this machine's own loopback address.
                trust_env=not is_loopback(self._base_url),
            ),
        )


class _LimitedReads:
    """An answer's bytes as they arrive, each read within its time; for one task."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._limit = ReadLimit()

    async def next(self, read_until: float, *, is_whole: bool = False) -> bytes | None:
        """Return what arrives next, None at the end; a fault counts as the end when the answer `is_whole` already."""
        try:
            return await self._limit.read(self._reads, read_until)
        except Exception as error:
            if not _is_connection_fault(error):
                raise
            if is_whole:
                return None
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


async def forbid_long_waits(response: "httpx2.Response") -> None:
    """Tell the SDK not to sleep through a long `Retry-After`; the person is told instead, with the wait."""
    if parse_retry_after(response.headers.get("retry-after"), default=0) > MAX_RETRY_WAIT_SECONDS:
        response.headers["x-should-retry"] = "false"


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):  # a name, not an address
        return ip_address(host).is_loopback
    return host == "localhost"


def _now() -> float:
    return asyncio.get_running_loop().time()
