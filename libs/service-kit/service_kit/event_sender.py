"""Carries batches of encoded events, and reports on them, to analytics-service and says how each batch fared."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

import httpx
import structlog

from service_kit.service_client import NoAnswer, ServiceClient
from service_kit.tokens import TokenCodec

SEND_TIMEOUT_SECONDS = 5.0
log = structlog.get_logger(__name__)


class Delivery(Enum):
    """DELIVERED: stored or already known. REFUSED: it will never be taken. UNAVAILABLE: try again later."""

    DELIVERED = auto()
    REFUSED = auto()
    UNAVAILABLE = auto()


class Outcome(NamedTuple):
    """How a batch fared; `reason` is for whoever looks at a parked event or a delay."""

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
        self._client = ServiceClient(
            analytics_url, service_name, codec, answer_seconds=SEND_TIMEOUT_SECONDS, transport=transport
        )

    async def send(self, encoded_events: Sequence[str]) -> Outcome:
        """Sends one batch (at most 1,000 events, each a JSON text). Never raises for a failing neighbour."""
        try:
            response = await self._client.post_json("/events", '{"events":[' + ",".join(encoded_events) + "]}")
        except NoAnswer as error:
            log.info("analytics_unreachable", error_type=error.reason)
            return Outcome(Delivery.UNAVAILABLE, f"analytics-service gave no answer ({error.reason})")
        if response.is_success:
            return Outcome(Delivery.DELIVERED)
        reason = _reason(response)
        log.warning("events_refused", status=response.status_code, events=len(encoded_events), reason=reason)
        is_final = response.status_code in _NEVER_TAKEN
        return Outcome(Delivery.REFUSED if is_final else Delivery.UNAVAILABLE, reason)

    async def report(self, encoded_report: str) -> bool:
        """Sends a report on deliveries, a JSON text; whether it was taken. Never raises for a failing neighbour."""
        try:
            response = await self._client.put_json("/internal/senders", encoded_report)
        except NoAnswer as error:
            log.debug("delivery_report_not_sent", error_type=error.reason)
            return False
        if not response.is_success:
            log.info("delivery_report_not_taken", status=response.status_code)
        return response.is_success

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()


def _reason(response: httpx.Response) -> str:
    """What the problem document says of the first event that it names, or of all."""
    try:
        problem = response.json()
        error = problem["errors"][0] if problem.get("errors") else {"field": "", "message": problem["detail"]}
        return f"{response.status_code} {error['field']} {error['message']}".replace("  ", " ")[:LONGEST_REASON]
    except (ValueError, LookupError, TypeError, AttributeError):
        return f"{response.status_code} without a readable reason"
