"""The contract of mails about alerts: what analytics-service has auth-service tell the administrators."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

PATH = "/internal/alert-mails"
Number = Annotated[float, Field(allow_inf_nan=False)]


class AlertNotice(BaseModel):
    """That an alert began to fire or is resolved. Sent again under the same id it is the same notice.

    `rule_name` and `subject` are texts of people and of senders: they are shown as nothing but text.
    """

    model_config = ConfigDict(extra="forbid")

    notice_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
    rule_name: Annotated[str, Field(min_length=1, max_length=100)]
    figure: Annotated[str, Field(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
    subject: Annotated[str, Field(max_length=800)]
    comparison: Literal["above", "below"]
    threshold: Number
    state: Literal["firing", "resolved"]
    value: Number | None
    at: AwareDatetime


class AlertMailing(BaseModel):
    """Whether mails about alerts are sent at all."""

    is_on: bool


class AlertMailed(BaseModel):
    """The notice is taken. `mails`: to how many administrators."""

    mails: int
