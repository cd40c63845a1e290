"""Asks auth-service about one access token or API key, over HTTP. Remembers nothing."""

import httpx
import msgspec
import structlog

from service_kit.service_client import NoAnswer, ServiceClient
from service_kit.tokens import TokenCodec

ANSWER_SECONDS = 2.0
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
        self._client = ServiceClient(auth_url, service_name, codec, answer_seconds=ANSWER_SECONDS, transport=transport)

    async def introspect(self, token: str) -> Introspected | None:
        """What auth-service says of the token; None when it does not answer as it should. Never raises for that."""
        try:
            response = await self._client.post_form("/auth/introspect", {"token": token})
            if response.status_code == httpx.codes.OK:
                return _decoder.decode(response.content)
        except NoAnswer as error:
            log.info("introspection_failed", error_type=error.reason)
            return None
        except msgspec.DecodeError as error:
            log.info("introspection_failed", error_type=type(error).__name__)
            return None
        log.warning("introspection_refused", status=response.status_code)
        return None

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()
