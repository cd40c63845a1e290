"""Which roles there are, and which names are theirs."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from auth_server.db.models import Role
from auth_server.errors import UnknownRole
from auth_server.roles.repository import RoleRepository
from auth_server.roles.schemas import ADMIN, RoleOut


class RoleService:
    """The rules on roles, within the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._roles = RoleRepository(session)

    def list_roles(self) -> list[RoleOut]:
        """Every role, by name."""
        return [RoleOut(name=role.name, description=role.description) for role in self._roles.all()]

    def resolve(self, names: Collection[str]) -> list[Role]:
        """The roles of these names, without doubles. Raises UnknownRole (422) when one is unknown or none is named."""
        roles = self._roles.named(set(names))
        if not roles or len(roles) != len(set(names)):
            raise UnknownRole(field="body.roles")
        return roles

    def lock_admins(self) -> None:
        """Until the transaction ends, nobody else counts, adds or takes away admins."""
        self._roles.lock(ADMIN)
