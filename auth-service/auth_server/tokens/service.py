"""Signing in: verified outside of any transaction, then noted in one, then the token."""

from dataclasses import dataclass
from datetime import timedelta

from service_kit.clock import new_id
from service_kit.database import Database
from service_kit.event_dispatcher import EventDispatcher
from service_kit.tokens import TokenCodec

from auth_server.errors import SignInRefused
from auth_server.passwords.hashing import PasswordHasher
from auth_server.tokens.schemas import TokenOut
from auth_server.users.service import UserService


@dataclass(frozen=True, slots=True)
class SignIn:
    """Gives access tokens for names and passwords."""

    database: Database
    hasher: PasswordHasher
    dispatcher: EventDispatcher
    codec: TokenCodec
    lifetime: timedelta

    async def sign_in(self, login: str, password: str) -> TokenOut:
        """A token for the user of that name or e-mail address.

        Raises: SignInRefused (401) after the same work for an unknown name, a wrong password and a closed account;
        PasswordChecksBusy (503).
        """
        found = await self.database.read(lambda session: UserService(session).credentials(login))
        verification = await self.hasher.verify(password, None if found is None else found.password_hash)
        if found is None or not verification.is_right or not found.is_active:
            raise SignInRefused()
        account = await self.database.write(
            lambda session: UserService(session).record_sign_in(
                found.user_id, verified_hash=found.password_hash, new_hash=verification.new_hash
            )
        )
        self.dispatcher.notify()
        token = self.codec.sign_access(
            username=account.username,
            user_id=account.user_id,
            roles=account.roles,
            session_id=new_id(),
            lifetime=self.lifetime,
        )
        return TokenOut(access_token=token, token_type="bearer", expires_in=int(self.lifetime.total_seconds()))  # noqa: S106
