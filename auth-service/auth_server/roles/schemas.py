"""What the role routes answer, and the names of the roles."""

from pydantic import BaseModel, ConfigDict

ADMIN = "admin"
MANAGER = "manager"
USER = "user"


class RoleOut(BaseModel):
    """A role that a user can have."""

    name: str
    description: str
    requires_second_factor: bool


class RolePolicy(BaseModel):
    """What a role demands of those who have it, from their next sign-in on."""

    model_config = ConfigDict(extra="forbid")

    requires_second_factor: bool
