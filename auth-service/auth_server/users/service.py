"""The rules on users, within the caller's transaction: who is added, read and signed in, and their own profile."""

import json
from typing import Any

from service_kit.clock import new_id, utc_now
from service_kit.errors import InvalidInput
from service_kit.events import UserLogin, UserRegistered
from service_kit.outbox import write_event
from sqlalchemy.orm import Session

from auth_server.db.models import OutboxEvent, User
from auth_server.errors import EmailTaken, SignInRefused, UsernameTaken, UserNotFound, WrongPassword
from auth_server.mail.notices import Notices
from auth_server.roles.schemas import ADMIN, MANAGER
from auth_server.roles.service import RoleService
from auth_server.users.names import comparison_key
from auth_server.users.repository import UserRepository
from auth_server.users.schemas import Account, Credentials, NewUser, ProfileOut, ProfilePatch, UserOut
from auth_server.users.views import account_of, profile_out, user_out

EVENT_SOURCE = "auth-service"
PREFERENCES_BYTES = 16_384  # ample for a page's settings, too little to use the profile as a store


class UserService:
    """What holds for every user, whoever asks."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._users = UserRepository(session)
        self._roles = RoleService(session)

    def create(self, new: NewUser) -> UserOut:
        """Adds a user, and the event that tells of it.

        Raises: UsernameTaken, EmailTaken (400); UnknownRole (422).
        """
        self._refuse_taken_username(new.username)
        self._refuse_taken_email(new.email)
        now = utc_now()
        user = User(
            id=new_id(),
            username=new.username,
            username_key=comparison_key(new.username),
            email=new.email,
            email_key=comparison_key(new.email),
            full_name=new.full_name,
            password_hash=new.password_hash,
            is_active=True,
            preferences={},
            created_at=now,
            updated_at=now,
            roles=self._roles.resolve(new.roles),
        )
        self._users.add(user)
        write_event(self._session, OutboxEvent, UserRegistered(source=EVENT_SOURCE, user_id=user.id))
        return user_out(user)

    def account(self, user_id: str) -> Account | None:
        """The caller of that id; None when deleted or deactivated since the token was given."""
        user = self._users.by_id(user_id)
        return account_of(user) if user is not None and user.is_active else None

    def account_named(self, username: str) -> Account:
        """The user of that name, active or not. Raises UserNotFound (404)."""
        user = self._users.by_username(username)
        if user is None:
            raise UserNotFound()
        return account_of(user)

    def visible_user(self, username: str, caller: Account) -> UserOut:
        """A user that the caller may read: themselves, and for admins and managers anyone.

        Raises: UserNotFound (404), the same for one who is absent and one who is none of the caller's business.
        """
        user = self._users.by_username(username)
        if user is None or not (user.id == caller.user_id or caller.has_role(ADMIN, MANAGER)):
            raise UserNotFound()
        return user_out(user)

    def profile(self, user_id: str) -> ProfileOut:
        """The user's own profile. Raises UserNotFound (404)."""
        return profile_out(self._required(user_id))

    def update_profile(self, user_id: str, patch: ProfilePatch) -> ProfileOut:
        """Changes what was sent. Raises EmailTaken (400); InvalidInput (422) for preferences over 16 KiB."""
        user = self._required(user_id)
        self.change_identity(user, patch.model_dump(include={"email", "full_name"}, exclude_unset=True))
        if patch.preferences is not None:
            user.preferences = _merged(user.preferences, patch.preferences.changes())
        user.updated_at = utc_now()
        return profile_out(user)

    def change_identity(self, user: User, changes: dict[str, Any]) -> None:
        """Sets `email` and `full_name` where they are among the changes. Raises EmailTaken (400).

        The old address is told of a new one.
        """
        if "email" in changes:
            self._change_email(user, changes["email"])
        if "full_name" in changes:
            user.full_name = changes["full_name"]

    def credentials(self, login: str) -> Credentials | None:
        """What a sign-in under that name or e-mail address is checked against; None when it is nobody's."""
        return self._users.credentials(login)

    def confirm_password(self, user_id: str, *, verified_hash: str, new_hash: str | None) -> Account:
        """The active user whose password was just verified; stores its new hash, where there is one.

        Nobody else changes the user until the transaction ends.
        Raises: SignInRefused (401) when the password was changed, or the account closed, since it was verified.
        """
        user = self._users.locked(user_id)  # or a session could begin beside a change of the password that ends all
        if user is None or not user.is_active or user.password_hash != verified_hash:
            raise SignInRefused()
        user.password_hash = new_hash or user.password_hash
        return account_of(user)

    def note_sign_in(self, user_id: str) -> None:
        """Notes the time of the sign-in, and the event that tells of it. Raises: UserNotFound (404)."""
        user = self._required(user_id)
        user.last_login_at = utc_now()
        write_event(self._session, OutboxEvent, UserLogin(source=EVENT_SOURCE, user_id=user.id))

    def lock(self, user_id: str) -> Account | None:
        """The active user, whom and whose factors and keys nobody else changes until the transaction ends."""
        user = self._users.locked(user_id)
        return account_of(user) if user is not None and user.is_active else None

    def password_hash(self, user_id: str) -> str:
        """The stored hash. Raises UserNotFound (404)."""
        return self._required(user_id).password_hash

    def require_password(self, user_id: str, *, verified_hash: str) -> None:
        """Raises WrongPassword (400) when the password was changed since it was verified."""
        user = self._users.locked(user_id)
        if user is None or user.password_hash != verified_hash:
            raise WrongPassword()

    def change_password(self, user_id: str, *, verified_hash: str, new_hash: str) -> None:
        """Stores the new hash. Raises WrongPassword (400) when it was changed since it was verified."""
        user = self._users.locked(user_id)
        if user is None or user.password_hash != verified_hash:
            raise WrongPassword()
        user.password_hash = new_hash
        user.updated_at = utc_now()

    def recoverable(self, login: str) -> UserOut | None:
        """The active user of that name or e-mail address, locked; None when there is none."""
        found = self._users.credentials(login)
        return self.recoverable_by_id(found.user_id) if found is not None else None

    def recoverable_by_id(self, user_id: str) -> UserOut | None:
        """The active user of that id, locked; None when there is none."""
        user = self._users.locked(user_id)
        return user_out(user) if user is not None and user.is_active else None

    def named(self, username: str) -> UserOut:
        """The user of that name, locked. Raises UserNotFound (404)."""
        user = self._users.by_username(username)
        if user is None or self._users.locked(user.id) is None:
            raise UserNotFound()
        return user_out(user)

    def replace_password(self, user_id: str, new_hash: str) -> None:
        """Stores the new hash, whatever the old one was. Raises UserNotFound (404)."""
        user = self._required(user_id)
        user.password_hash = new_hash
        user.updated_at = utc_now()

    def _required(self, user_id: str) -> User:
        user = self._users.by_id(user_id)
        if user is None:
            raise UserNotFound()
        return user

    def _change_email(self, user: User, email: str) -> None:
        self._refuse_taken_email(email, except_user_id=user.id)
        if comparison_key(email) != user.email_key:
            Notices(self._session).email_changed(user_out(user), utc_now())
        user.email = email
        user.email_key = comparison_key(email)

    def _refuse_taken_username(self, username: str) -> None:
        if self._users.by_username_key(comparison_key(username)) is not None:
            raise UsernameTaken()

    def _refuse_taken_email(self, email: str, *, except_user_id: str = "") -> None:
        holder = self._users.by_email_key(comparison_key(email))
        if holder is not None and holder.id != except_user_id:
            raise EmailTaken()


def _merged(preferences: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The preferences with the changes, where null takes a key away. Raises InvalidInput (422) when too large."""
    merged = {name: value for name, value in (preferences | changes).items() if value is not None}
    if len(json.dumps(merged).encode()) > PREFERENCES_BYTES:
        raise InvalidInput(f"Preferences may take {PREFERENCES_BYTES} bytes in all.", field="body.preferences")
    return merged
