"""Carries batches of encoded events to analytics-service over HTTP and says how each batch fared."""

from collections.abc import Sequence
from enum import Enum, auto

import httpx
import structlog

from service_kit.request_context import REQUEST_ID_HEADER, request_id_var
from service_kit.tokens import TokenCodec

SEND_TIMEOUT_SECONDS = 5.0
log = structlog.get_logger(__name__)


class Delivery(Enum):
    """DELIVERED: stored or already known. REFUSED: it will never be taken. UNAVAILABLE: try again later."""

    DELIVERED = auto()
    REFUSED = auto()
    UNAVAILABLE = auto()


# 401 and 403 are a wrong secret, which an operator mends: such events wait, they are not refused.
_NEVER_TAKEN = frozenset({400, 413, 422})


class EventSender:
    """One HTTP client towards `POST {analytics_url}/events`."""

    def __init__(self, analytics_url: str, service_name: str, codec: TokenCodec) -> None:
        self._service_name = service_name
        self._codec = codec
        # A proxy that the environment names is for the world outside, not for a neighbour.
        self._client = httpx.AsyncClient(base_url=analytics_url, timeout=SEND_TIMEOUT_SECONDS, trust_env=False)

    async def send(self, encoded_events: Sequence[str]) -> Delivery:
        """Sends one batch (at most 1,000 events, each a JSON text). Never raises for a failing neighbour."""
        headers = {
            "Authorization": f"Bearer {self._codec.sign_service(self._service_name)}",
            "Content-Type": "application/json",
        }
        if request_id := request_id_var.get():
            headers[REQUEST_ID_HEADER] = request_id
        body = '{"events":[' + ",".join(encoded_events) + "]}"
        try:
            response = await self._client.post("/events", content=body, headers=headers)
        except httpx.HTTPError as error:
            log.info("analytics_unreachable", error_type=type(error).__name__)
            return Delivery.UNAVAILABLE
        if response.is_success:
            return Delivery.DELIVERED
        log.warning("events_refused", status=response.status_code, events=len(encoded_events))
        return Delivery.REFUSED if response.status_code in _NEVER_TAKEN else Delivery.UNAVAILABLE

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()
