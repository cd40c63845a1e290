"""What the policy routes take and answer."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from auth_server.users.names import LONGEST_EMAIL, check_domain

RegistrationMode = Literal["open", "invite_only", "closed"]
MOST_DOMAINS = 100
EmailDomain = Annotated[str, Field(max_length=LONGEST_EMAIL, examples=["example.com"]), AfterValidator(check_domain)]


class RegistrationPolicy(BaseModel):
    """Who may register without an administrator: `invite_only` asks for an invitation, `closed` takes none either.

    `allowed_domains`: what an address must end with when someone registers without an invitation; empty: anything.
    """

    model_config = ConfigDict(extra="forbid")

    mode: RegistrationMode
    allowed_domains: Annotated[list[EmailDomain], Field(max_length=MOST_DOMAINS)]


class RegistrationPolicyOut(BaseModel):
    """The policy of this moment. `changed_at` is null while it is still the one of the environment."""

    mode: RegistrationMode
    allowed_domains: list[str]
    changed_at: datetime | None
