"""Carries batches of encoded events to analytics-service over HTTP and says how each batch fared."""

import asyncio
from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

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


class Outcome(NamedTuple):
    """How a batch fared; `reason` is a sentence for whoever looks at a parked event."""

    delivery: Delivery
    reason: str = ""


# 401 and 403 are a wrong secret, which an operator mends: such events wait, they are not refused.
_NEVER_TAKEN = frozenset({400, 413, 422})


LONGEST_REASON = 200  # as much as the outbox tables hold


class EventSender:
    """One HTTP client towards `POST {analytics_url}/events`."""

    def __init__(
        self,
        analytics_url: str,
        service_name: str,
        codec: TokenCodec,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._service_name = service_name
        self._codec = codec
        # With trust_env a proxy set for the outside world, or a .netrc, would come between two neighbours.
        self._client = httpx.AsyncClient(
            base_url=analytics_url, timeout=SEND_TIMEOUT_SECONDS, trust_env=False, transport=transport
        )

    async def send(self, encoded_events: Sequence[str]) -> Outcome:
        """Sends one batch (at most 1,000 events, each a JSON text). Never raises for a failing neighbour."""
        headers = {
            "Authorization": f"Bearer {self._codec.sign_service(self._service_name)}",
            "Content-Type": "application/json",
        }
        if request_id := request_id_var.get():
            headers[REQUEST_ID_HEADER] = request_id
        body = '{"events":[' + ",".join(encoded_events) + "]}"
        try:
            # httpx limits each read; a neighbour that trickles its answer is limited here.
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                response = await self._client.post("/events", content=body, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            log.info("analytics_unreachable", error_type=type(error).__name__)
            return Outcome(Delivery.UNAVAILABLE)
        if response.is_success:
            return Outcome(Delivery.DELIVERED)
        reason = _reason(response)
        log.warning("events_refused", status=response.status_code, events=len(encoded_events), reason=reason)
        is_final = response.status_code in _NEVER_TAKEN
        return Outcome(Delivery.REFUSED if is_final else Delivery.UNAVAILABLE, reason)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


def _reason(response: httpx.Response) -> str:
    """What the problem document says of the first event that it names, or of all."""
    try:
        problem = response.json()
        error = problem["errors"][0] if problem.get("errors") else {"field": "", "message": problem["detail"]}
        return f"{response.status_code} {error['field']} {error['message']}".replace("  ", " ")[:LONGEST_REASON]
    except (ValueError, LookupError, TypeError, AttributeError):
        return f"{response.status_code} without a readable reason"
