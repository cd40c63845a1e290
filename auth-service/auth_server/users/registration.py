"""Registration: who may, the password's hash outside of any transaction, then the user in one."""

from dataclasses import dataclass, replace

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
from auth_server.errors import RolesReserved, WeakPassword
from auth_server.invitations.schemas import InvitationRules
from auth_server.invitations.service import Invitations
from auth_server.passwords.hashing import PasswordHasher
from auth_server.passwords.policy import password_faults
from auth_server.policies.schemas import RegistrationMode
from auth_server.policies.service import RegistrationPolicies
from auth_server.roles.schemas import ADMIN, USER
from auth_server.users.administration import UserAdministration
from auth_server.users.schemas import Account, NewUser, UserCreate, UserOut
from auth_server.users.service import UserService


@dataclass(frozen=True, slots=True)
class Registration:
    """Adds users for admins, for those who were invited, and for anyone where registration is open."""

    database: Database
    hasher: PasswordHasher
    dispatcher: EventDispatcher
    idempotency: Idempotency
    first_mode: RegistrationMode
    invitation_rules: InvitationRules
    auditor: Auditor
    limiter: RateLimiter
    limit: Limit

    async def register(
        self, body: UserCreate, *, caller: Account | None, idempotency_key: str | None, address: str
    ) -> UserOut:
        """The new user, or the one that the same key made before.

        Raises: RegistrationClosed, InvitationNeeded, EmailDomainNotAllowed, InvitationRefused,
        InvitedForAnotherAddress, RolesReserved (403); WeakPassword, UnknownRole, IdempotencyKeyReused (422);
        UsernameTaken, EmailTaken (400); RateLimited (429), for all but admins; PasswordChecksBusy (503).
        """
        if caller is None or not caller.has_role(ADMIN):
            await self.limiter.require(self.limit, client_group(address))
        auditor = self.auditor if caller is None else self.auditor.on_behalf_of(caller)
        is_by_admin = caller is not None and caller.has_role(ADMIN) and body.invitation is None
        if body.roles is not None and not is_by_admin:
            await record_refused_call(self.database, auditor, "POST", "/users/")
            raise RolesReserved()
        if not is_by_admin:
            await self._require_leave(body, is_repeatable=idempotency_key is not None)
        new = await self._checked(body)

        def register(session: Session) -> UserOut:
            return self.idempotency.answer_once(
                session,
                scope=f"POST /users/ {caller.user_id if caller else 'anonymous'}",
                key=idempotency_key,
                body=body,
                work=lambda: self._create(session, body, new, auditor, is_by_admin=is_by_admin),
                answer=UserOut,
            )

        user = await write_once_more_on_conflict(self.database, register)
        self.dispatcher.notify()
        return user

    async def _require_leave(self, body: UserCreate, *, is_repeatable: bool) -> None:
        """Raises the refusal before any work is done on the password of somebody who may not register."""

        def refusal(session: Session) -> ServiceError | None:
            policies = RegistrationPolicies(session, self.first_mode)
            if body.invitation is None:
                return policies.refusal(body.email)
            Invitations(session, self.invitation_rules).check(
                body.invitation.get_secret_value(), may_be_used=is_repeatable
            )
            return policies.invited_refusal()

        if refused := await self.database.read(refusal):
            raise refused

    async def _checked(self, body: UserCreate) -> NewUser:
        password = body.password.get_secret_value()
        require_good_password(password, username=body.username, email=body.email, field="body.password")
        return NewUser(
            username=body.username,
            email=body.email,
            full_name=body.full_name,
            password_hash=await self.hasher.hash(password),
            roles=(USER,) if body.roles is None else tuple(body.roles),
        )

    def _create(
        self, session: Session, body: UserCreate, new: NewUser, auditor: Auditor, *, is_by_admin: bool
    ) -> UserOut:
        if is_by_admin:
            return UserAdministration(session, auditor).create(new)
        if body.invitation is not None:
            return self._create_invited(session, body.invitation.get_secret_value(), new, auditor)
        user = UserService(session).create(new)
        auditor.record(session, "user.registered", Target("user", user.id, user.username))
        return user

    def _create_invited(self, session: Session, token: str, new: NewUser, auditor: Auditor) -> UserOut:
        invitations = Invitations(session, self.invitation_rules)
        leave = invitations.open(token, new.email)
        user = UserService(session).create(replace(new, roles=leave.roles))
        auditor.record(session, "user.registered", Target("user", user.id, user.username), {"roles": list(user.roles)})
        invitations.use(leave, user.id, auditor)
        return user


def require_good_password(password: str, *, username: str, email: str, field: str) -> None:
    """Raises WeakPassword (422), which names every rule that is broken."""
    if faults := password_faults(password, username=username, email=email):
        raise WeakPassword(faults, field=field)
