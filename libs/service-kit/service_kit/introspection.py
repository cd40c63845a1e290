"""Asks auth-service about one access token or API key, over HTTP. Remembers nothing."""

import asyncio

import httpx
import msgspec
import structlog

from service_kit.request_context import REQUEST_ID_HEADER, request_id_var
from service_kit.tokens import TokenCodec

ANSWER_SECONDS = 2.0
# Below the five seconds after which uvicorn closes an idle connection: none is used while it is being closed.
KEEP_ALIVE_SECONDS = 3.0
log = structlog.get_logger(__name__)


class Introspected(msgspec.Struct, frozen=True):
    """What is used of the answer (RFC 7662, section 2.2)."""

    active: bool
    sid: str = ""
    user_id: str = ""
    username: str = ""
    roles: tuple[str, ...] = ()
    client_id: str = ""  # of an API key its id
    scope: str = ""
    iat: int = 0
    exp: int | None = None


_decoder = msgspec.json.Decoder(Introspected)


class IntrospectionClient:
    """One HTTP client towards `POST {auth_url}/auth/introspect`."""

    def __init__(
        self,
        auth_url: str,
        service_name: str,
        codec: TokenCodec,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._service_name = service_name
        self._codec = codec
        # With trust_env a proxy set for the outside world, or a .netrc, would come between two neighbours.
        self._client = httpx.AsyncClient(
            base_url=auth_url,
            timeout=ANSWER_SECONDS,
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_SECONDS),
            trust_env=False,
            transport=transport,
        )

    async def introspect(self, token: str) -> Introspected | None:
        """What auth-service says of the token; None when it does not answer as it should. Never raises for that."""
        try:
            # httpx limits each read; a neighbour that trickles its answer is limited here.
            async with asyncio.timeout(ANSWER_SECONDS):
                response = await self._post(token)
            if response.status_code == httpx.codes.OK:
                return _decoder.decode(response.content)
        except (httpx.HTTPError, TimeoutError, msgspec.DecodeError) as error:
            log.info("introspection_failed", error_type=type(error).__name__)
            return None
        log.warning("introspection_refused", status=response.status_code)
        return None

    async def _post(self, token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._codec.sign_service(self._service_name)}"}
        if request_id := request_id_var.get():
            headers[REQUEST_ID_HEADER] = request_id
        return await self._client.post("/auth/introspect", data={"token": token}, headers=headers)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()
