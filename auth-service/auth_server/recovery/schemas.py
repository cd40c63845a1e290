"""What the recovery routes take and answer."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from auth_server.users.names import LONGEST_LOOKUP
from auth_server.users.schemas import NewPassword


class ResetRequest(BaseModel):
    """Whose password is to be chosen anew: the username or the e-mail address."""

    model_config = ConfigDict(extra="forbid")

    login: Annotated[str, Field(min_length=1, max_length=LONGEST_LOOKUP)]


class ResetConfirmation(BaseModel):
    """The token of the link, which follows `#token=`, and the new password."""

    model_config = ConfigDict(extra="forbid")

    token: str
    new_password: NewPassword


class ResetLink(BaseModel):
    """A link that gives its holder a new password for the account, once. It is shown here and nowhere else."""

    link: str
    expires_at: datetime
