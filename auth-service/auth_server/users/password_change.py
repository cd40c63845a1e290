"""A user changes their own password: verified and hashed outside of any transaction, then stored in one."""

from dataclasses import dataclass

from service_kit.database import Database

from auth_server.errors import WrongPassword
from auth_server.passwords.hashing import PasswordHasher
from auth_server.users.registration import require_good_password
from auth_server.users.schemas import PasswordChange, UserOut
from auth_server.users.service import UserService


@dataclass(frozen=True, slots=True)
class PasswordChanger:
    """Ends no sign-ins: an access token stays good until it expires."""

    database: Database
    hasher: PasswordHasher

    async def change(self, user_id: str, body: PasswordChange) -> None:
        """Replaces the password. Raises WrongPassword (400), WeakPassword (422), PasswordChecksBusy (503)."""
        user, stored_hash = await self.database.read(lambda session: _read(UserService(session), user_id))
        new_password = body.new_password.get_secret_value()
        require_good_password(new_password, username=user.username, email=user.email, field="body.new_password")
        verification = await self.hasher.verify(body.current_password.get_secret_value(), stored_hash)
        if not verification.is_right:
            raise WrongPassword()
        new_hash = await self.hasher.hash(new_password)
        await self.database.write(
            lambda session: UserService(session).change_password(user_id, verified_hash=stored_hash, new_hash=new_hash)
        )


def _read(users: UserService, user_id: str) -> tuple[UserOut, str]:
    return users.profile(user_id), users.password_hash(user_id)
