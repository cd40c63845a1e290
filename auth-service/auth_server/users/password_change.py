"""A user changes their own password: verified and hashed outside of any transaction, then stored in one."""

from dataclasses import dataclass

from service_kit.database import Database
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.errors import WrongPassword
from auth_server.mail.notices import Notices
from auth_server.passwords.hashing import PasswordHasher
from auth_server.recovery.rules import ResetRules
from auth_server.recovery.service import ResetLinks
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.schemas import SignInClient
from auth_server.sessions.service import SessionService
from auth_server.throttling.service import Throttle
from auth_server.throttling.sign_in_rules import proof_rules
from auth_server.users.registration import require_good_password
from auth_server.users.schemas import PasswordChange, UserOut
from auth_server.users.service import UserService


@dataclass(frozen=True, slots=True)
class PasswordChanger:
    """Ends the user's other sessions with the old password: whoever knew it may have begun one. Links end too."""

    database: Database
    hasher: PasswordHasher
    rules: SessionRules
    auditor: Auditor
    throttle: Throttle
    reset_rules: ResetRules

    async def change(self, user_id: str, session_id: str, body: PasswordChange, client: SignInClient) -> None:
        """Replaces the password; of the user's sessions this one stays.

        Raises: WrongPassword (400), WeakPassword (422), TooManyAttempts (429), PasswordChecksBusy (503).
        """
        user, stored_hash = await self.database.read(lambda session: _read(UserService(session), user_id))
        new_password = body.new_password.get_secret_value()
        require_good_password(new_password, username=user.username, email=user.email, field="body.new_password")
        async with self.throttle.attempt(proof_rules(self.throttle, user_id)):
            verification = await self.hasher.verify(body.current_password.get_secret_value(), stored_hash)
            if not verification.is_right:
                raise WrongPassword()
        new_hash = await self.hasher.hash(new_password)

        def replace(session: Session) -> None:
            UserService(session).change_password(user_id, verified_hash=stored_hash, new_hash=new_hash)
            SessionService(session, self.rules).revoke_all(user_id, "password_changed", except_id=session_id)
            self.auditor.record(session, "password.changed", Target("user", user_id, user.username))
            ResetLinks(session, self.reset_rules).end_all(user_id)
            Notices(session).password_changed(user, client, self.rules.now())

        await self.database.write(replace)


def _read(users: UserService, user_id: str) -> tuple[UserOut, str]:
    return users.profile(user_id), users.password_hash(user_id)
