"""What the erasure routes take and answer."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

ServiceName = Literal["auth-service", "chat-service", "analytics-service"]
OWN: ServiceName = "auth-service"
CHAT: ServiceName = "chat-service"
ANALYTICS: ServiceName = "analytics-service"


class Deletion(BaseModel):
    """The user is gone; `erasure_id` is the receipt's."""

    message: str
    erasure_id: str


class OwnDeletion(Deletion):
    """One's own account is gone. `receipt` shows the receipt to whoever has it; it is answered here alone."""

    receipt: str


class OwnDeletionOrder(BaseModel):
    """The current password: whoever finds an open page must not be able to delete the account."""

    model_config = ConfigDict(extra="forbid")

    current_password: SecretStr


class ReceiptOrder(BaseModel):
    """What the deletion of one's own account answered."""

    model_config = ConfigDict(extra="forbid")

    receipt: Annotated[SecretStr, Field(max_length=100)]


class ErasurePart(BaseModel):
    """One service's part: `erased` says what is gone or made anonymous, by kind and number, once it is confirmed.

    `problem` is why the newest attempt failed; the next one follows by itself.
    """

    service: ServiceName
    is_confirmed: bool
    confirmed_at: datetime | None
    erased: dict[str, int] | None
    attempts: int
    attempted_at: datetime | None
    problem: str | None


class ErasureOut(BaseModel):
    """The receipt of an erasure. Of the person there is the id alone; `completed_at` is null until all confirmed."""

    id: str
    user_id: str
    is_own_request: bool
    requested_at: datetime
    completed_at: datetime | None
    services: list[ErasurePart]


class ServiceHoldings(BaseModel):
    """What a service holds, by kind and number; null when it does not answer right now."""

    service: ServiceName
    holdings: dict[str, int] | None


class ErasurePreview(BaseModel):
    """What a deletion would erase at this moment."""

    user_id: str
    username: str
    services: list[ServiceHoldings]
