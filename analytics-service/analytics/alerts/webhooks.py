"""Calls a webhook: signed, once, without redirects, within limits of time and size."""

import asyncio
import hashlib
import hmac
from datetime import datetime

import httpx
from service_kit.errors import InvalidInput

from analytics.alerts.addresses import AddressRefused, WebhookPolicy

ANSWER_SECONDS = 10.0
LARGEST_ANSWER_BYTES = 65_536
TIMESTAMP, SIGNATURE, DELIVERY = "X-ConvoAI-Timestamp", "X-ConvoAI-Signature", "X-ConvoAI-Delivery"


class NotDelivered(Exception):
    """The webhook did not take it. `reason` is a word for the row and the log, never what came back."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def signature(secret: bytes, timestamp: str, body: str) -> str:
    """HMAC-SHA256 of the timestamp, a dot and the body: an old call cannot be sent again as a new one."""
    return "v1=" + hmac.new(secret, f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()


class WebhookCaller:
    """One call, one connection: nothing of it is used for another."""

    def __init__(self, policy: WebhookPolicy, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._policy = policy
        self._answer_seconds = answer_seconds

    async def call(self, url: str, secret: bytes, body: str, *, delivery_id: str, now: datetime) -> None:
        """Returns when the webhook has taken it (2xx). Raises NotDelivered."""
        timestamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: signature(secret, timestamp, body),
            DELIVERY: delivery_id,
        }
        try:
            async with asyncio.timeout(self._answer_seconds):
                status = await self._status(url, body, headers)
        except (AddressRefused, InvalidInput) as error:
            raise NotDelivered("address_refused") from error
        except TimeoutError as error:
            raise NotDelivered("too_slow") from error
        except (httpx.HTTPError, OSError, ValueError) as error:
            raise NotDelivered(type(error).__name__) from error
        if not httpx.codes.is_success(status):
            raise NotDelivered(f"status_{status}")

    async def _status(self, url: str, body: str, headers: dict[str, str]) -> int:
        target = await self._policy.target(url)
        extensions = {"sni_hostname": target.host}  # for which the certificate has to be
        async with (
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self._answer_seconds) as client,
            client.stream(
                "POST",
                target.url,
                content=body,
                headers=headers | {"Host": target.host_header},
                extensions=extensions,
            ) as response,
        ):
            read = 0
            async for piece in response.aiter_raw():
                read += len(piece)
                if read > LARGEST_ANSWER_BYTES:
                    raise NotDelivered("answer_too_large")
            return response.status_code
