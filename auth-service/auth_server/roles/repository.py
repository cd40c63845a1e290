"""The queries on roles."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth_server.db.models import Role


class RoleRepository:
    """All SQL on `roles`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Role]:
        """Every role, by name."""
        return list(self._session.scalars(select(Role).order_by(Role.name)))

    def named(self, names: Collection[str]) -> list[Role]:
        """Those of the names that exist, by name. The names may hold what no database takes."""
        return [role for role in self.all() if role.name in names]

    def lock(self, name: str) -> None:
        """Makes transactions that count a role's holders take turns (SQLite has one writer at a time anyway)."""
        self._session.execute(select(Role.name).where(Role.name == name).with_for_update())
