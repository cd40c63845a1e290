"""Which roles there are, and which names are theirs."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.db.models import Role
from auth_server.errors import RoleNotFound, UnknownRole
from auth_server.roles.repository import RoleRepository
from auth_server.roles.schemas import ADMIN, RoleOut, RolePolicy


class RoleService:
    """The rules on roles, within the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._roles = RoleRepository(session)

    def list_roles(self) -> list[RoleOut]:
        """Every role, by name."""
        return [_out(role) for role in self._roles.all()]

    def policy(self, name: str) -> RolePolicy:
        """What the role demands. Raises RoleNotFound (404)."""
        return RolePolicy(requires_second_factor=self._required(name).requires_second_factor)

    def set_policy(self, name: str, policy: RolePolicy, auditor: Auditor) -> RolePolicy:
        """Sets what the role demands from the next sign-in on. Raises RoleNotFound (404)."""
        role = self._required(name)
        if role.requires_second_factor != policy.requires_second_factor:
            role.requires_second_factor = policy.requires_second_factor
            auditor.record(self._session, "role.policy_changed", Target("role", name, name), policy.model_dump())
        return policy

    def demand_second_factor(self, names: Collection[str]) -> bool:
        """Whether one of the roles demands a second factor."""
        return any(role.requires_second_factor for role in self._roles.named(names))

    def resolve(self, names: Collection[str]) -> list[Role]:
        """The roles of these names, without doubles. Raises UnknownRole (422) when one is unknown or none is named."""
        roles = self._roles.named(set(names))
        if not roles or len(roles) != len(set(names)):
            raise UnknownRole(field="body.roles")
        return roles

    def _required(self, name: str) -> Role:
        found = self._roles.named([name])
        if not found:
            raise RoleNotFound()
        return found[0]

    def lock_admins(self) -> None:
        """Until the transaction ends, nobody else counts, adds or takes away admins."""
        self._roles.lock(ADMIN)


def _out(role: Role) -> RoleOut:
    return RoleOut(name=role.name, description=role.description, requires_second_factor=role.requires_second_factor)
