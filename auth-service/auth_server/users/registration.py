"""Registration: who may, the password's hash outside of any transaction, then the user in one."""

from dataclasses import dataclass

from service_kit.client_address import client_group
from service_kit.database import Database
from service_kit.errors import ServiceError
from service_kit.event_dispatcher import EventDispatcher
from service_kit.idempotency import Idempotency
from service_kit.rate_limits import Limit, RateLimiter
from sqlalchemy.orm import Session

from auth_server.audit.refusals import record_refused_call
from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.db.conflicts import write_once_more_on_conflict
from auth_server.errors import RegistrationClosed, RolesReserved, WeakPassword
from auth_server.passwords.hashing import PasswordHasher
from auth_server.passwords.policy import password_faults
from auth_server.roles.schemas import ADMIN, USER
from auth_server.users.administration import UserAdministration
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
    auditor: Auditor
    limiter: RateLimiter
    limit: Limit

    async def register(
        self, body: UserCreate, *, caller: Account | None, idempotency_key: str | None, address: str
    ) -> UserOut:
        """The new user, or the one that the same key made before.

        Raises: RegistrationClosed, RolesReserved (403); WeakPassword, UnknownRole, IdempotencyKeyReused (422);
        UsernameTaken, EmailTaken (400); RateLimited (429), for all but admins; PasswordChecksBusy (503).
        """
        if caller is None or not caller.has_role(ADMIN):
            await self.limiter.require(self.limit, client_group(address))
        auditor = self.auditor if caller is None else self.auditor.on_behalf_of(caller)
        if refusal := self._refusal(body, caller):
            if isinstance(refusal, RolesReserved):
                await record_refused_call(self.database, auditor, "POST", "/users/")
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
                work=lambda: self._create(session, new, auditor, is_by_admin=body.roles is not None),
                answer=UserOut,
            )

        user = await write_once_more_on_conflict(self.database, register)
        self.dispatcher.notify()
        return user

    def _create(self, session: Session, new: NewUser, auditor: Auditor, *, is_by_admin: bool) -> UserOut:
        if is_by_admin:
            return UserAdministration(session, auditor).create(new)
        user = UserService(session).create(new)
        auditor.record(session, "user.registered", Target("user", user.id, user.username))
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
