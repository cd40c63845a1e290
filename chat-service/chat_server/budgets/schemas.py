"""What budgets and spending look like on the wire; amounts in US dollars."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from chat_server.budgets.periods import Period
from chat_server.texts import NoNul

Scope = Literal["platform", "role", "person"]
Usd = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]
Subject = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), NoNul]
ROLES = ("admin", "manager", "user")


class BudgetCreate(BaseModel):
    """How much may be spent in each day or month (UTC).

    `platform`, with an empty `subject`: all together. `role`: all who have the role named by `subject` together.
    `person`: the one with that user id, or with `*` each person who has no such budget of their own.
    """

    model_config = ConfigDict(extra="forbid")

    scope: Scope
    subject: Subject = ""
    period: Period
    limit_usd: Usd

    @model_validator(mode="after")
    def _check_subject(self) -> Self:
        if self.scope == "platform" and self.subject:
            raise ValueError("A budget of the platform has no subject. Leave it out.")
        if self.scope == "role" and self.subject not in ROLES:
            raise ValueError("Name the role in subject: admin, manager or user.")
        if self.scope == "person" and not self.subject:
            raise ValueError("Name the user's id in subject, or * for each person.")
        return self


class BudgetUpdate(BaseModel):
    """Another limit; it holds at once."""

    model_config = ConfigDict(extra="forbid")

    limit_usd: Usd


class BudgetOut(BaseModel):
    """A budget and where it stands. `spent_usd` and `reserved_usd` are null for the one of each person.

    `reserved_usd` is what answers that are being written may cost. `renews_at`: when the next period begins.
    """

    id: str
    scope: Scope
    subject: str
    period: Period
    limit_usd: float
    spent_usd: float | None
    reserved_usd: float | None
    renews_at: datetime


class BudgetDeleted(BaseModel):
    """The answer to a deletion."""

    message: str


class OwnBudget(BaseModel):
    """A budget that holds for the caller. The amounts are null where they are not the caller's alone."""

    scope: Scope
    period: Period
    limit_usd: float | None
    spent_usd: float | None
    is_used_up: bool
    renews_at: datetime


class OwnSpending(BaseModel):
    """What the caller has spent in this day and month (UTC), and the budgets that hold for them."""

    today_usd: float
    month_usd: float
    budgets: list[OwnBudget]
