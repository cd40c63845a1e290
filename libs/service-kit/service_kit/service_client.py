"""How one service calls another over HTTP: as itself, with the request id, within a time limit."""

import asyncio
import functools
import ssl
from collections.abc import Mapping

import httpx

from service_kit import tracing
from service_kit.request_context import REQUEST_ID_HEADER, request_id_var
from service_kit.tokens import TokenCodec

# Below the five seconds after which uvicorn closes an idle connection: none is used while it is being closed.
KEEP_ALIVE_SECONDS = 3.0


class NoAnswer(Exception):
    """The other service could not be reached, or did not answer in time. `reason` is a class of errors, for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@functools.cache
def _trusted_authorities() -> ssl.SSLContext:
    """One for all clients of a process: to read the bundle takes as long as all else that a start does."""
    return httpx.create_ssl_context(trust_env=False)


class ServiceClient:
    """One HTTP client towards one other service."""

    def __init__(
        self,
        address: str,
        service_name: str,
        codec: TokenCodec,
        *,
        answer_seconds: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._service_name = service_name
        self._codec = codec
        self._answer_seconds = answer_seconds
        # With trust_env a proxy set for the outside world, or a .netrc, would come between two neighbours.
        url = httpx.URL(address)
        # Of its address only where it is: paths hold ids.
        self._described: dict[str, str | int] = {"server.address": url.host, "server.port": url.port or 80}
        self._client = httpx.AsyncClient(
            base_url=address,
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_SECONDS),
            trust_env=False,
            verify=_trusted_authorities(),
            transport=transport,
        )

    async def get(self, path: str) -> httpx.Response:
        """The answer, whatever its status. Raises NoAnswer."""
        return await self._send("GET", path)

    async def post_form(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        """The same for a form that is sent."""
        return await self._send("POST", path, data=fields)

    async def post_json(self, path: str, body: str, *, answer_seconds: float | None = None) -> httpx.Response:
        """The same for a JSON text, with a time limit of its own where it takes longer."""
        return await self._send("POST", path, body=body, answer_seconds=answer_seconds)

    async def put_json(self, path: str, body: str) -> httpx.Response:
        """The same for a JSON text that takes the place of another."""
        return await self._send("PUT", path, body=body)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _send(
        self,
        method: str,
        path: str,
        *,
        body: str | None = None,
        data: Mapping[str, str] | None = None,
        answer_seconds: float | None = None,
    ) -> httpx.Response:
        seconds = answer_seconds or self._answer_seconds
        headers = {"Authorization": f"Bearer {self._codec.sign_service(self._service_name)}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if request_id := request_id_var.get():
            headers[REQUEST_ID_HEADER] = request_id
        with tracing.span(method, "client", self._described | {"http.request.method": method}) as span:
            tracing.put_into(headers)
            try:
                # httpx limits each read; a neighbour that trickles its answer is limited here.
                async with asyncio.timeout(seconds):
                    response = await self._client.request(
                        method, path, content=body, data=data, headers=headers, timeout=seconds
                    )
            except (httpx.HTTPError, TimeoutError) as error:
                span.fail(type(error).__name__)
                raise NoAnswer(type(error).__name__) from error
            span.set("http.response.status_code", response.status_code)
            return response
