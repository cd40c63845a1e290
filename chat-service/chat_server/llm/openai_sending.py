"""How a completion request reaches the provider: the first try past the SDK, every further one by the SDK.

To build a request takes the SDK ten times as long as sending it. So the address and the headers that it would send are
taken from it once, and a request goes out with aiohttp, which the SDK uses as well. Only where that fails in a way that
trying again may mend does the SDK go on, with its pauses.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from ssl import SSLContext
from typing import TYPE_CHECKING

import msgspec

from chat_server.llm.completions import read_error_object
from chat_server.llm.provider_faults import parse_retry_after
from chat_server.llm.time_limits import Read

if TYPE_CHECKING:
    import aiohttp
    import httpx2
    from openai import AsyncOpenAI

FURTHER_TRIES = 2
# A person is waiting: a provider that asks for more patience than this is reported instead of asked again.
MAX_RETRY_WAIT_SECONDS = 8
FIRST_PAUSE_SECONDS = 0.5
MAX_REFUSAL_BYTES = 1024 * 1024
MAX_CONNECTIONS = 1_000
_MAY_PASS = frozenset({408, 409, 429})


@dataclass(frozen=True, slots=True)
class Answering:
    """An answer whose headers are here. `read` gives the bytes that came, as soon as there are any; none at the end."""

    content_type: str
    read: Read


class CompletionSender:
    """Posts chat completions with the SDK's client, whose address it follows; for one event loop."""

    def __init__(
        self, client: "AsyncOpenAI", trusted: SSLContext, *, has_key: bool, connect_seconds: float, trust_env: bool
    ) -> None:
        import aiohttp
        import openai

        self.client = client
        # The SDK itself insists on a key. A compressing proxy would hold tokens back.
        authorization = f"Bearer {client.api_key}" if has_key else openai.Omit()
        self._headers = {"Authorization": authorization, "Accept-Encoding": "identity"}
        everything = {**client.default_headers, **self._headers}
        self._headers_of_first = {
            name: value
            for name, value in everything.items()
            if isinstance(value, str) and not name.startswith("X-Stainless-")  # statistics of the SDK
        }
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=MAX_CONNECTIONS, ssl=trusted),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_seconds),
            trust_env=trust_env,
        )

    async def close(self) -> None:
        """Closes the connections, the SDK's too."""
        await self._http.close()
        await self.client.close()

    async def post(self, parameters: Mapping[str, object], opened: AsyncExitStack) -> Answering:
        """Sends the request; the answer is open until `opened` closes it.

        Raises: openai.APIStatusError for a refusal, another openai.APIError when the provider cannot be reached.
        """
        import aiohttp
        from openai import APIStatusError

        pause_seconds = FIRST_PAUSE_SECONDS
        try:
            return await self._post_directly(parameters, opened)
        except APIStatusError as refusal:
            if not may_pass(refusal.response):
                raise
            pause_seconds = parse_retry_after(refusal.response.headers.get("retry-after"), default=0) or pause_seconds
        except (aiohttp.ServerDisconnectedError, ConnectionResetError):
            pause_seconds = 0  # a kept connection that the server had closed meanwhile
        except (aiohttp.ClientError, OSError):
            pass  # the SDK finds the same, and names it
        await asyncio.sleep(pause_seconds * random.uniform(0.75, 1))  # noqa: S311 - spreads those who wait alike
        return await self._post_by_sdk(parameters, opened)

    async def _post_directly(self, parameters: Mapping[str, object], opened: AsyncExitStack) -> Answering:
        response = await self._http.post(
            f"{str(self.client.base_url).rstrip('/')}/chat/completions",
            data=msgspec.json.encode(parameters),
            headers=self._headers_of_first,
        )
        try:
            if response.status >= 400:
                raise await _refusal(response)
        except BaseException:
            response.close()
            raise
        opened.callback(response.close)
        return Answering(response.headers.get("Content-Type", ""), response.content.readany)

    async def _post_by_sdk(self, parameters: Mapping[str, object], opened: AsyncExitStack) -> Answering:
        """Past the SDK's typed method: going through the types of every message takes it as long as all the rest."""
        from openai import AsyncStream

        answer = await self.client.post(
            "/chat/completions",
            body=parameters,
            options={"headers": self._headers, "max_retries": FURTHER_TRIES - 1},
            cast_to=object,
            stream=True,
            stream_cls=AsyncStream[object],
        )
        opened.push_async_callback(answer.close)
        response = answer.response
        is_plain = response.headers.get("content-encoding", "identity") == "identity"
        body = response.aiter_raw() if is_plain else response.aiter_bytes()
        reads: AsyncGenerator[bytes, None] = await opened.enter_async_context(aclosing(body))
        return Answering(response.headers.get("content-type", ""), lambda: anext(reads, b""))


def may_pass(response: "httpx2.Response") -> bool:
    """Whether a refusal may not be repeated when one asks again soon."""
    if _asks_for_patience(response):
        return False
    told = response.headers.get("x-should-retry")
    if told in ("true", "false"):
        return told == "true"
    return response.status_code in _MAY_PASS or response.status_code >= 500


async def forbid_long_waits(response: "httpx2.Response") -> None:
    """Tell the SDK not to sleep through a long `Retry-After`; the person is told instead, with the wait."""
    if _asks_for_patience(response):
        response.headers["x-should-retry"] = "false"


def _asks_for_patience(response: "httpx2.Response") -> bool:
    """Whether its `Retry-After` is longer than a person should wait without a word."""
    return parse_retry_after(response.headers.get("retry-after"), default=0) > MAX_RETRY_WAIT_SECONDS


async def _refusal(response: "aiohttp.ClientResponse") -> Exception:
    """The refusal as the SDK would raise it."""
    import httpx2
    from openai import APIStatusError

    data = bytearray()
    async for piece in response.content.iter_any():
        data += piece
        if len(data) > MAX_REFUSAL_BYTES:
            break
    answer = httpx2.Response(
        response.status,
        headers=[(name, value) for name, value in response.headers.items()],
        request=httpx2.Request("POST", str(response.url)),
    )
    return APIStatusError(f"Error code: {response.status}", response=answer, body=read_error_object(bytes(data)))
