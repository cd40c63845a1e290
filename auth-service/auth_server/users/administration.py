"""What administrators do with users, within the caller's transaction; an active admin always remains."""

from service_kit.clock import utc_now
from sqlalchemy.orm import Session

from auth_server.db.models import User
from auth_server.errors import LastAdmin, UserNotFound
from auth_server.mail.service import MailQueue
from auth_server.roles.schemas import ADMIN
from auth_server.roles.service import RoleService
from auth_server.users.repository import UserRepository
from auth_server.users.schemas import NewUser, UserOut, UserPatch
from auth_server.users.service import UserService
from auth_server.users.views import user_out


class UserAdministration:
    """The caller is an admin: the routes see to that."""

    def __init__(self, session: Session) -> None:
        self._users = UserRepository(session)
        self._mails = MailQueue(session)
        self._roles = RoleService(session)
        self._service = UserService(session)

    def page(self, *, limit: int, after_key: str | None, text: str | None) -> tuple[list[UserOut], str | None]:
        """At most `limit` users by name, and the key that the next page begins after (None on the last)."""
        users = self._users.page(limit=limit + 1, after_key=after_key, text=text)
        next_key = users[limit - 1].username_key if len(users) > limit else None
        return [user_out(user) for user in users[:limit]], next_key

    def update(self, username: str, patch: UserPatch) -> UserOut:
        """Changes what was sent. Raises UserNotFound (404), EmailTaken (400), LastAdmin (409)."""
        user = self._required(username)
        self._service.change_identity(user, patch.model_dump(exclude_unset=True))
        if patch.is_active is not None:
            if not patch.is_active:
                self._refuse_to_lose_last_admin(user)
            user.is_active = patch.is_active
        user.updated_at = utc_now()
        return user_out(user)

    def set_roles(self, username: str, names: list[str]) -> UserOut:
        """Gives the user exactly these roles. Raises UserNotFound (404), UnknownRole (422), LastAdmin (409)."""
        user = self._required(username)
        roles = self._roles.resolve(names)
        if ADMIN not in names:
            self._refuse_to_lose_last_admin(user)
        user.roles = roles
        user.updated_at = utc_now()
        return user_out(user)

    def delete(self, username: str) -> None:
        """Deletes the user. Raises UserNotFound (404), LastAdmin (409)."""
        user = self._required(username)
        self._refuse_to_lose_last_admin(user)
        self._mails.forget(user.email)
        self._users.delete(user)

    def admins(self) -> list[UserOut]:
        """Every admin, active or not, by name."""
        return [user_out(user) for user in self._users.with_role(ADMIN)]

    def create_first_admin(self, new: NewUser) -> UserOut | None:
        """Adds the admin of a new installation; None, and nothing is done, when there is one."""
        self._roles.lock_admins()
        if self._users.with_role(ADMIN):
            return None
        return self._service.create(new)

    def promote(self, username: str) -> UserOut | None:
        """Makes an existing user an active admin; None when there is no such user."""
        user = self._users.by_username(username)
        if user is None:
            return None
        user.roles = self._roles.resolve({ADMIN, *user.role_names})
        user.is_active = True
        user.updated_at = utc_now()
        return user_out(user)

    def _required(self, username: str) -> User:
        user = self._users.by_username(username)
        if user is None:
            raise UserNotFound()
        return user

    def _refuse_to_lose_last_admin(self, user: User) -> None:
        """Within the writing transaction and under its lock, or two admins could remove each other at once."""
        if ADMIN not in user.role_names or not user.is_active:
            return
        self._roles.lock_admins()
        if not self._users.has_other_active(ADMIN, user.id):
            raise LastAdmin()
