"""Signing in and refreshing: what is slow outside of any transaction, the session in one, then the tokens."""

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from service_kit.database import Database
from service_kit.event_dispatcher import EventDispatcher
from service_kit.rate_limits import Limit, RateLimiter
from service_kit.tokens import TokenCodec
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.db.own_transaction import write_in_own_transaction
from auth_server.errors import RefreshRefused, SignInRefused
from auth_server.passwords.hashing import PasswordHasher
from auth_server.sessions.refresh_tokens import read_token
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.schemas import Grant, Reuse, SignInClient
from auth_server.sessions.service import SessionService
from auth_server.throttling.device_cookie import DeviceCookieSigner
from auth_server.throttling.service import Throttle
from auth_server.throttling.sign_in_rules import sign_in_rules
from auth_server.tokens.schemas import TokenPair
from auth_server.users.schemas import Credentials
from auth_server.users.service import UserService

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Signs access tokens for sessions; none outlives its session."""

    codec: TokenCodec
    lifetime: timedelta

    def pair(self, grant: Grant) -> TokenPair:
        """The tokens of a session that was begun or carried on."""
        lasts = min(self.lifetime, grant.lasts)
        access_token = self.codec.sign_access(
            username=grant.account.username,
            user_id=grant.account.user_id,
            roles=grant.account.roles,
            session_id=grant.session_id,
            lifetime=lasts,
        )
        return TokenPair(access_token, lasts, grant.refresh_token, grant.refresh_lasts)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Begins sessions for names and passwords."""

    database: Database
    hasher: PasswordHasher
    dispatcher: EventDispatcher
    rules: SessionRules
    issuer: TokenIssuer
    auditor: Auditor
    throttle: Throttle
    devices: DeviceCookieSigner

    async def sign_in(
        self, login: str, password: str, client: SignInClient, device_cookie: str | None = None
    ) -> TokenPair:
        """The tokens of a new session for the user of that name or e-mail address.

        Raises: SignInRefused (401) after the same work for an unknown name, a wrong password and a closed account;
        TooManyAttempts (429) before any of it; PasswordChecksBusy (503).
        """
        found = await self.database.read(lambda session: UserService(session).credentials(login))
        device = self.devices.device_of(device_cookie, found.user_id) if found else None
        async with self.throttle.attempt(sign_in_rules(self.throttle, login, client.address, device)):
            verification = await self.hasher.verify(password, None if found is None else found.password_hash)
            if found is None or not verification.is_right or not found.is_active:
                await self._record_refusal(login, found)
                raise SignInRefused()

        def begin(session: Session) -> Grant:
            account = UserService(session).record_sign_in(
                found.user_id, verified_hash=found.password_hash, new_hash=verification.new_hash
            )
            grant = SessionService(session, self.rules).begin(account, client)
            target = Target("session", grant.session_id, client.device)
            self.auditor.on_behalf_of(account).record(session, "session.begun", target)
            return grant

        grant = await self.database.write(begin)
        self.dispatcher.notify()
        pair = self.issuer.pair(grant)
        return pair if device else replace(pair, device_cookie=self.devices.new(found.user_id))

    async def _record_refusal(self, login: str, found: Credentials | None) -> None:
        """One entry, whoever it is: what takes place must not tell whether there is such a name.

        The name that was typed is kept only where it is somebody's: people type passwords into the wrong field.
        """
        target = None if found is None else Target("user", found.user_id, login)
        await write_in_own_transaction(
            self.database, lambda session: self.auditor.record(session, "sign_in.refused", target)
        )


@dataclass(frozen=True, slots=True)
class Refresher:
    """Carries sessions on."""

    database: Database
    rules: SessionRules
    issuer: TokenIssuer
    auditor: Auditor
    limiter: RateLimiter
    limit: Limit

    async def refresh(self, refresh_token: str | None) -> TokenPair:
        """The next tokens of the session; the refresh token is spent with it.

        Raises: RefreshRefused (401); RateLimited (429). A token that was spent more than ten seconds ago ends its
        session, because one of the two who had it has stolen it.
        """
        if not refresh_token:
            raise RefreshRefused()
        token = read_token(refresh_token)
        await self.limiter.require(self.limit, token.session_id if token else "")
        outcome = await self.database.write(lambda session: SessionService(session, self.rules).rotate(refresh_token))
        if isinstance(outcome, Reuse):
            await self._revoke(outcome.session_id)
        if not isinstance(outcome, Grant):
            raise RefreshRefused()
        return self.issuer.pair(outcome)

    async def _revoke(self, session_id: str) -> None:
        log.warning("refresh_token_reused", session_id=session_id)

        def revoke(session: Session) -> None:
            SessionService(session, self.rules).revoke(session_id, "token_reused")
            self.auditor.record(
                session, "session.revoked", Target("session", session_id, ""), {"reason": "token_reused"}
            )

        await write_in_own_transaction(self.database, revoke)
