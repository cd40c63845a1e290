"""Tells administrators by mail: auth-service knows who they are, has their addresses, and sends."""

import httpx
from pydantic import ValidationError
from service_kit.alert_notices import PATH, AlertMailing, AlertNotice
from service_kit.errors import InvalidInput
from service_kit.service_client import NoAnswer, ServiceClient

from analytics.alerts.channels import NotDelivered, Notice
from analytics.alerts.rows import Change, Rule

ANSWER_SECONDS = 5.0


def mail_body(rule: Rule, change: Change) -> str:
    """What auth-service is told: the same at each attempt, under the id of what happened."""
    notice = AlertNotice(
        notice_id=change.id,
        rule_name=rule.name,
        figure=rule.figure,
        subject=rule.subject,
        comparison="above" if rule.comparison == "above" else "below",
        threshold=rule.threshold,
        state="firing" if change.state == "firing" else "resolved",
        value=change.value,
        at=change.at,
    )
    return notice.model_dump_json()


class AlertMailer:
    """A channel: mails are auth-service's to send, and once it has taken a notice they are its to try again."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def require(self) -> None:
        """Raises InvalidInput (422) where it is known that no mail is sent; an auth-service that is away may send."""
        try:
            response = await self._client.get(PATH)
            is_off = response.is_success and not AlertMailing.model_validate_json(response.content).is_on
        except (NoAnswer, ValidationError):
            return
        if is_off:
            raise InvalidInput(
                "No mail is sent here, so nobody would be told. The operator can name a mail server in SMTP_HOST.",
                field="email",
            )

    async def tell(self, notice: Notice) -> None:
        """Returns when auth-service has taken it. Raises NotDelivered."""
        try:
            response = await self._client.post_json(PATH, notice.body)
        except NoAnswer as error:
            raise NotDelivered(error.reason) from error
        if response.status_code == httpx.codes.CONFLICT:
            raise NotDelivered("no_mail_server")
        if not response.is_success:
            raise NotDelivered(f"status_{response.status_code}")

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()
