"""What the role routes answer, and the names of the roles."""

from pydantic import BaseModel

ADMIN = "admin"
MANAGER = "manager"
USER = "user"


class RoleOut(BaseModel):
    """A role that a user can have."""

    name: str
    description: str
