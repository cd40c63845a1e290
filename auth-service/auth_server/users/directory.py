"""Reads lists of users for those who may: the routes and the command line see to that."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from auth_server.roles.schemas import ADMIN
from auth_server.users.ordering import Place, UserOrder
from auth_server.users.repository import UserRepository
from auth_server.users.schemas import AccountStanding, ProfileOut, UserFilter, UserOut
from auth_server.users.views import profile_out, user_out


class UserDirectory:
    """Everyone who has an account."""

    def __init__(self, session: Session) -> None:
        self._users = UserRepository(session)

    def page(self, which: UserFilter, *, after: Place | None, limit: int) -> tuple[list[UserOut], Place | None]:
        """At most `limit` users that match, and the place that the next page begins after (None on the last).

        Raises: InvalidInput (422) for a place that is none in this order.
        """
        users = self._users.page(which, after=after, limit=limit + 1)
        following = UserOrder(which.sort).place(users[limit - 1]) if len(users) > limit else None
        return [user_out(user) for user in users[:limit]], following

    def standing(self, user_id: str) -> AccountStanding:
        """Whether the account is open."""
        user = self._users.by_id(user_id)
        return AccountStanding(is_active=user is not None and user.is_active)

    def usernames(self, user_ids: Collection[str]) -> dict[str, str]:
        """The names of those of the ids that are users'."""
        return self._users.usernames(user_ids)

    def admins(self) -> list[UserOut]:
        """Every admin, active or not, by name."""
        return [user_out(user) for user in self._users.with_role(ADMIN)]

    def active_admins(self) -> list[ProfileOut]:
        """Every admin whose account is open, with what they prefer, by name."""
        return [profile_out(user) for user in self._users.with_role(ADMIN) if user.is_active]
