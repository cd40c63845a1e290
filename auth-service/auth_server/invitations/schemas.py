"""What the invitation routes take and answer, and what invitations go by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from auth_server.invitations.tokens import InvitationTokens
from auth_server.roles.schemas import USER
from auth_server.users.names import EmailAddress
from auth_server.users.schemas import RoleNames

InvitationState = Literal["open", "used", "withdrawn", "expired"]
DEFAULT_HOURS = 168
MOST_HOURS = 2_160
PAGE_PATH = "/register#invitation="  # a fragment reaches neither a server's log nor a referrer


@dataclass(frozen=True, slots=True)
class InvitationRules:
    """How tokens are made, where the page is, and what time it is."""

    tokens: InvitationTokens
    page_address: str
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Leave:
    """What a token that holds gives leave to: registering with these roles, and perhaps this address alone."""

    invitation_id: str
    invited_by: str
    email: str | None
    roles: tuple[str, ...]
    expires_at: datetime


class InvitationCreate(BaseModel):
    """Whom to invite: with an address only somebody who registers with that one."""

    model_config = ConfigDict(extra="forbid")

    email: EmailAddress | None = None
    roles: RoleNames = [USER]
    expires_in_hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] = DEFAULT_HOURS


class InvitationOut(BaseModel):
    """An invitation. It is `withdrawn` too when whoever made it is no active administrator any more."""

    id: str
    email: str | None
    roles: list[str]
    state: InvitationState
    created_by: str | None
    created_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    used_at: datetime | None
    used_by: str | None


class InvitationMade(InvitationOut):
    """A new invitation with its token, which is shown here and nowhere else. `path` is that of the page.

    `link` is the path under PUBLIC_URL; `is_mailed`: it is on its way to the address as well.
    """

    token: str
    path: str
    link: str
    is_mailed: bool


class InvitationCheck(BaseModel):
    """The token of a link, which follows `#invitation=`."""

    model_config = ConfigDict(extra="forbid")

    invitation: Annotated[SecretStr, Field(max_length=100)]


class InvitationPreview(BaseModel):
    """What the holder of a link is told: whose invitation it is, and the address if only one may use it."""

    invited_by: str
    email: str | None
    roles: list[str]
    expires_at: datetime
