"""Calls a webhook: signed, once, without redirects, within limits of time and size."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

import httpx
import msgspec
from service_kit.errors import InvalidInput
from service_kit.secrets_at_rest import SecretBox, SecretUnreadable

from analytics.alerts.addresses import AddressRefused, WebhookPolicy
from analytics.alerts.channels import NotDelivered, Notice
from analytics.alerts.rows import Change, Rule

SECRET_PURPOSE = "alert-webhooks"  # noqa: S105 - names a key, is none
ANSWER_SECONDS = 10.0
LARGEST_ANSWER_BYTES = 65_536
TIMESTAMP, SIGNATURE, DELIVERY = "X-ConvoAI-Timestamp", "X-ConvoAI-Signature", "X-ConvoAI-Delivery"


def webhook_body(rule: Rule, change: Change) -> str:
    """What a webhook is told."""
    told = {
        "id": change.id,
        "state": change.state,
        "rule": {"id": rule.id, "name": rule.name},
        "figure": rule.figure,
        "subject": rule.subject,
        "comparison": rule.comparison,
        "threshold": rule.threshold,
        "value": change.value,
        "at": change.at,
    }
    return msgspec.json.encode(told).decode()


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


class WebhookChannel:
    """A channel: calls the webhook of the rule, with the secret of the rule."""

    def __init__(self, caller: WebhookCaller, box: SecretBox, *, now: Callable[[], datetime]) -> None:
        self._caller = caller
        self._box = box
        self._now = now

    async def tell(self, notice: Notice) -> None:
        """Returns when the webhook has taken it. Raises NotDelivered."""
        if notice.webhook_url is None or notice.webhook_secret is None:
            raise NotDelivered("no_webhook")
        try:
            secret = self._box.open(notice.webhook_secret, bound_to=notice.rule_id)
        except SecretUnreadable as error:
            raise NotDelivered("secret_unreadable") from error
        await self._caller.call(notice.webhook_url, secret, notice.body, delivery_id=notice.id, now=self._now())
