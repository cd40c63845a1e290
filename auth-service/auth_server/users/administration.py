"""What administrators do with users, within the caller's transaction; an active admin always remains."""

from service_kit.clock import utc_now
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
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
    """The caller is an admin: the routes see to that. Everything is recorded."""

    def __init__(self, session: Session, auditor: Auditor) -> None:
        self._session = session
        self._users = UserRepository(session)
        self._mails = MailQueue(session)
        self._roles = RoleService(session)
        self._service = UserService(session)
        self._auditor = auditor

    def update(self, username: str, patch: UserPatch) -> UserOut:
        """Changes what was sent. Raises UserNotFound (404), EmailTaken (400), LastAdmin (409)."""
        user = self._required(username)
        changes = patch.model_dump(exclude_unset=True)
        is_active = changes.pop("is_active", None)
        if changes:
            self._service.change_identity(user, changes)
            self._auditor.record(self._session, "user.changed", target_of(user), {"fields": sorted(changes)})
        if is_active is not None and is_active != user.is_active:
            self._set_active(user, is_active=is_active)
        user.updated_at = utc_now()
        return user_out(user)

    def set_roles(self, username: str, names: list[str]) -> UserOut:
        """Gives the user exactly these roles. Raises UserNotFound (404), UnknownRole (422), LastAdmin (409)."""
        user = self._required(username)
        roles = self._roles.resolve(names)
        if ADMIN not in names:
            self._refuse_to_lose_last_admin(user)
        before = user.role_names
        user.roles = roles
        user.updated_at = utc_now()
        self._record_roles(user, before)
        return user_out(user)

    def delete(self, username: str, erasure_id: str) -> None:
        """Deletes the user, of which the erasure's receipt tells. Raises UserNotFound (404), LastAdmin (409)."""
        user = self._required(username)
        self._refuse_to_lose_last_admin(user)
        self._auditor.record(self._session, "user.deleted", target_of(user), {"erasure_id": erasure_id})
        self._mails.forget(user.email)
        self._users.delete(user)

    def create_first_admin(self, new: NewUser) -> UserOut | None:
        """Adds the admin of a new installation; None, and nothing is done, when there is one."""
        self._roles.lock_admins()
        if self._users.with_role(ADMIN):
            return None
        return self.create(new)

    def create(self, new: NewUser) -> UserOut:
        """Adds a user. Raises UsernameTaken, EmailTaken (400), UnknownRole (422)."""
        user = self._service.create(new)
        target = Target("user", user.id, user.username)
        self._auditor.record(self._session, "user.created", target, {"roles": list(user.roles)})
        return user

    def promote(self, username: str) -> UserOut | None:
        """Makes an existing user an active admin; None when there is no such user."""
        user = self._users.by_username(username)
        if user is None:
            return None
        before = user.role_names
        user.roles = self._roles.resolve({ADMIN, *before})
        self._record_roles(user, before)
        if not user.is_active:
            self._set_active(user, is_active=True)
        user.updated_at = utc_now()
        return user_out(user)

    def _set_active(self, user: User, *, is_active: bool) -> None:
        if not is_active:
            self._refuse_to_lose_last_admin(user)
        user.is_active = is_active
        action = "user.activated" if is_active else "user.deactivated"
        self._auditor.record(self._session, action, target_of(user))

    def _record_roles(self, user: User, before: list[str]) -> None:
        if before != user.role_names:
            detail = {"from": list(before), "to": list(user.role_names)}
            self._auditor.record(self._session, "user.roles_changed", target_of(user), detail)

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


def target_of(user: User) -> Target:
    """The user as the audit trail names them."""
    return Target("user", user.id, user.username)
