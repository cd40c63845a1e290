"""Links that administrators make, and the new password for the holder of a link."""

from dataclasses import dataclass

from service_kit.database import Database
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.mail.notices import Notices
from auth_server.passwords.hashing import PasswordHasher
from auth_server.recovery.rules import ResetRules
from auth_server.recovery.schemas import ResetConfirmation, ResetLink
from auth_server.recovery.service import ResetLinks
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.schemas import SignInClient
from auth_server.sessions.service import SessionService
from auth_server.users.registration import require_good_password
from auth_server.users.schemas import UserOut
from auth_server.users.service import UserService


@dataclass(frozen=True, slots=True)
class PasswordRecovery:
    """Signs nobody in: whoever has the link still needs whatever else a sign-in asks for."""

    database: Database
    hasher: PasswordHasher
    rules: ResetRules
    session_rules: SessionRules

    async def make_link(self, username: str, auditor: Auditor) -> ResetLink:
        """A link for an administrator to hand over. Raises UserNotFound (404), AccountClosed (409)."""

        def make(session: Session) -> ResetLink:
            user = UserService(session).named(username)
            link = ResetLinks(session, self.rules).make(user)
            _record(session, auditor, "password.reset_link_made", user)
            return link

        return await self.database.write(make)

    async def confirm(self, body: ResetConfirmation, client: SignInClient, auditor: Auditor) -> None:
        """Replaces the password and ends every session of the user: hashed outside of any transaction, stored in one.

        Raises: ResetLinkRefused (400), WeakPassword (422), PasswordChecksBusy (503). A password that is too weak
        leaves the link as it is.
        """
        holder = await self.database.read(lambda session: ResetLinks(session, self.rules).holder(body.token))
        password = body.new_password.get_secret_value()
        require_good_password(password, username=holder.username, email=holder.email, field="body.new_password")
        new_hash = await self.hasher.hash(password)

        def replace(session: Session) -> None:
            user = ResetLinks(session, self.rules).use(body.token)
            UserService(session).replace_password(user.id, new_hash)
            SessionService(session, self.session_rules).revoke_all(user.id, "password_reset")
            Notices(session).password_changed(user, client, self.rules.now())
            _record(session, auditor, "password.reset", user)

        await self.database.write(replace)


def _record(session: Session, auditor: Auditor, action: str, user: UserOut) -> None:
    auditor.record(session, action, Target("user", user.id, user.username))
