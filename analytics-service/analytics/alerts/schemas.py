"""What `/analytics/alerts` takes and answers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from analytics.alerts.channels import ChannelName
from analytics.cuts import LONGEST_SUBJECT

Comparison = Literal["above", "below"]
CutName = Literal["all", "model", "provider"]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")
]
Figure = Annotated[str, Field(max_length=64, description="One of those that GET /analytics/alerts/figures lists.")]
Threshold = Annotated[
    float, Field(allow_inf_nan=False, ge=-1e15, le=1e15, description="In the unit of the figure's name.")
]
Window = Annotated[int, Field(ge=1, le=1_440, description="Over how many minutes the figure is taken.")]
Lasting = Annotated[int, Field(ge=0, le=1_440, description="For how many minutes it must be so before it fires.")]
Subject = Annotated[str, StringConstraints(max_length=LONGEST_SUBJECT, pattern=r"^[^\x00-\x1f]*$")]
WebhookUrl = Annotated[
    str,
    Field(max_length=2_000, description="Is told when the alert fires and when it is resolved, on an allowed host."),
]
WebhookSecret = Annotated[
    SecretStr, Field(min_length=16, max_length=200, description="Signs what the webhook is told; never given back.")
]
Email = Annotated[
    bool, Field(description="Whether every active administrator gets a mail when the alert fires and is resolved.")
]


class RuleCreate(BaseModel):
    """A rule to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    figure: Figure
    comparison: Comparison = "above"
    threshold: Threshold
    window_minutes: Window = 5
    for_minutes: Lasting = 0
    by: CutName = "all"
    subject: Subject = ""
    is_enabled: bool = True
    webhook_url: WebhookUrl | None = None
    webhook_secret: WebhookSecret | None = None
    email: Email = False


def _without_defaults(schema: dict[str, Any]) -> None:
    """A default in the document would say what becomes of a field that is left out: it stays as it is."""
    for field in schema["properties"].values():
        field.pop("default", None)


class RuleUpdate(BaseModel):
    """What is to be changed of a rule; what is not named stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_without_defaults)

    name: Name = ""
    figure: Figure = ""
    comparison: Comparison = "above"
    threshold: Threshold = 0
    window_minutes: Window = 5
    for_minutes: Lasting = 0
    by: CutName = "all"
    subject: Subject = ""
    is_enabled: bool = True
    webhook_url: WebhookUrl | None = None
    webhook_secret: WebhookSecret | None = None
    email: Email = False


class NoticeOut(BaseModel):
    """The last notice of a rule to its webhook, or to auth-service, which sends mails."""

    channel: ChannelName
    state: Literal["waiting", "told", "given_up"] = Field(description="Waiting: for the first or for another attempt.")
    reason: str | None = Field(description="Why the last attempt failed, in a word.")
    attempts: int
    made_at: datetime


class RuleOut(BaseModel):
    """A rule."""

    id: str
    name: str
    figure: str
    comparison: Comparison
    threshold: float
    window_minutes: int
    for_minutes: int
    by: CutName
    subject: str
    is_enabled: bool
    webhook_url: str | None
    email: bool
    last_notices: list[NoticeOut] = Field(description="One for each way in which the rule has told something.")
    created_at: datetime
    updated_at: datetime


class RuleDeleted(BaseModel):
    """The confirmation."""

    message: str


class AlertOut(BaseModel):
    """An alert that fires, or will if it goes on."""

    rule: RuleOut
    state: Literal["pending", "firing"]
    since: datetime
    value: float | None = Field(description="The figure when it was last looked at; null where there is none.")


class ChangeOut(BaseModel):
    """That an alert began to fire or was resolved, with the name and figure that its rule had then."""

    id: str
    rule_id: str
    rule_name: str
    figure: str | None = Field(description="Which figure the rule was about then; null where nobody knows any more.")
    state: Literal["firing", "resolved"]
    value: float | None
    at: datetime


class FigureNames(BaseModel):
    """Which figures a rule may be about, and by what they may be cut."""

    figures: list[str]
    cuts: list[str]
    cuts_by_figure: dict[str, list[str]] = Field(description="Which of the cuts there are of each figure.")
