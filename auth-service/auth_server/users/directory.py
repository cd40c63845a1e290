"""Reads lists of users for those who may: the routes and the command line see to that."""

from sqlalchemy.orm import Session

from auth_server.roles.schemas import ADMIN
from auth_server.users.repository import UserRepository
from auth_server.users.schemas import UserOut
from auth_server.users.views import user_out


class UserDirectory:
    """Everyone who has an account."""

    def __init__(self, session: Session) -> None:
        self._users = UserRepository(session)

    def page(self, *, limit: int, after_key: str | None, text: str | None) -> tuple[list[UserOut], str | None]:
        """At most `limit` users by name, and the key that the next page begins after (None on the last)."""
        users = self._users.page(limit=limit + 1, after_key=after_key, text=text)
        next_key = users[limit - 1].username_key if len(users) > limit else None
        return [user_out(user) for user in users[:limit]], next_key

    def admins(self) -> list[UserOut]:
        """Every admin, active or not, by name."""
        return [user_out(user) for user in self._users.with_role(ADMIN)]
