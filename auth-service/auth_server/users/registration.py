"""Registration: who may, the password's hash outside of any transaction, then the user in one."""

from dataclasses import dataclass

from service_kit.database import Database
from service_kit.errors import ServiceError
from service_kit.event_dispatcher import EventDispatcher
from service_kit.idempotency import Idempotency
from sqlalchemy.orm import Session

from auth_server.db.conflicts import write_once_more_on_conflict
from auth_server.errors import RegistrationClosed, RolesReserved, WeakPassword
from auth_server.passwords.hashing import PasswordHasher
from auth_server.passwords.policy import password_faults
from auth_server.roles.schemas import ADMIN, USER
from auth_server.users.schemas import Account, NewUser, UserCreate, UserOut
from auth_server.users.service import UserService


@dataclass(frozen=True, slots=True)
class Registration:
    """Adds users for anyone (where registration is open) and for admins."""

    database: Database
    hasher: PasswordHasher
    dispatcher: EventDispatcher
    idempotency: Idempotency
    is_open: bool

    async def register(self, body: UserCreate, *, caller: Account | None, idempotency_key: str | None) -> UserOut:
        """The new user, or the one that the same key made before.

        Raises: RegistrationClosed, RolesReserved (403); WeakPassword, UnknownRole, IdempotencyKeyReused (422);
        UsernameTaken, EmailTaken (400); PasswordChecksBusy (503).
        """
        if refusal := self._refusal(body, caller):
            raise refusal
        password = body.password.get_secret_value()
        require_good_password(password, username=body.username, email=body.email, field="body.password")
        new = NewUser(
            username=body.username,
            email=body.email,
            full_name=body.full_name,
            password_hash=await self.hasher.hash(password),
            roles=(USER,) if body.roles is None else tuple(body.roles),
        )

        def register(session: Session) -> UserOut:
            return self.idempotency.answer_once(
                session,
                scope=f"POST /users/ {caller.user_id if caller else 'anonymous'}",
                key=idempotency_key,
                body=body,
                work=lambda: UserService(session).create(new),
                answer=UserOut,
            )

        user = await write_once_more_on_conflict(self.database, register)
        self.dispatcher.notify()
        return user

    def _refusal(self, body: UserCreate, caller: Account | None) -> ServiceError | None:
        if caller is not None and caller.has_role(ADMIN):
            return None
        if body.roles is not None:
            return RolesReserved()
        return None if self.is_open else RegistrationClosed()


def require_good_password(password: str, *, username: str, email: str, field: str) -> None:
    """Raises WeakPassword (422), which names every rule that is broken."""
    if faults := password_faults(password, username=username, email=email):
        raise WeakPassword(faults, field=field)
