"""Signing in by password and refreshing: what is slow before any transaction, the session in one, then the tokens."""

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from service_kit.database import Database, Work
from service_kit.errors import ServiceError
from service_kit.event_dispatcher import EventDispatcher
from service_kit.rate_limits import Limit, RateLimiter
from service_kit.tokens import TokenCodec
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.db.own_transaction import write_in_own_transaction, write_then_refuse
from auth_server.errors import RefreshRefused, SignInRefused
from auth_server.factors.rules import FactorRules
from auth_server.factors.second_step import SecondStep
from auth_server.passwords.hashing import PasswordHasher
from auth_server.sessions.refresh_tokens import read_token
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.schemas import Grant, Reuse, SignInClient
from auth_server.sessions.service import SessionService
from auth_server.throttling.device_cookie import DeviceCookieSigner
from auth_server.throttling.service import Throttle
from auth_server.throttling.sign_in_rules import sign_in_rules
from auth_server.tokens.schemas import TokenPair
from auth_server.users.schemas import Account, Credentials
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
class SessionStart:
    """Begins sessions, in the transaction that finds out whose they are."""

    database: Database
    dispatcher: EventDispatcher
    rules: SessionRules
    issuer: TokenIssuer
    auditor: Auditor
    devices: DeviceCookieSigner

    async def begin(
        self, show: Work[Account | ServiceError], client: SignInClient, device_cookie: str | None
    ) -> TokenPair:
        """The tokens of a new session for whom `show(session)` gives; raises what it gives instead.

        What `show` has written then stays: see `write_then_refuse`.
        """

        def begin(session: Session) -> Grant | ServiceError:
            account = show(session)
            if isinstance(account, ServiceError):
                return account
            UserService(session).note_sign_in(account.user_id)
            grant = SessionService(session, self.rules).begin(account, client)
            target = Target("session", grant.session_id, client.device)
            self.auditor.on_behalf_of(account).record(session, "session.begun", target)
            return grant

        grant = await write_then_refuse(self.database, begin)
        self.dispatcher.notify()
        pair, user_id = self.issuer.pair(grant), grant.account.user_id
        is_known = self.devices.device_of(device_cookie, user_id) is not None
        return pair if is_known else replace(pair, device_cookie=self.devices.new(user_id))


@dataclass(frozen=True, slots=True)
class SignIn:
    """Begins sessions for names and passwords, where these are all that is needed."""

    database: Database
    hasher: PasswordHasher
    start: SessionStart
    factor_rules: FactorRules
    auditor: Auditor
    throttle: Throttle
    devices: DeviceCookieSigner

    async def sign_in(
        self,
        login: str,
        password: str,
        client: SignInClient,
        *,
        device_cookie: str | None = None,
        code: str | None = None,
    ) -> TokenPair:
        """The tokens of a new session for the user of that name or e-mail address.

        Raises: SignInRefused (401) after the same work for an unknown name, a wrong password and a closed account;
        TooManyAttempts (429) before any of it; PasswordChecksBusy (503). Of second factors nothing is said before the
        password was right: then SecondFactorRequired, FactorEnrolmentRequired, CodeRefused (401), TooManyAttempts.
        """
        found = await self.database.read(lambda session: UserService(session).credentials(login))
        device = self.devices.device_of(device_cookie, found.user_id) if found else None
        async with self.throttle.attempt(sign_in_rules(self.throttle, login, client.address, device)):
            verification = await self.hasher.verify(password, None if found is None else found.password_hash)
            if found is None or not verification.is_right or not found.is_active:
                await self._record_refusal(login, found)
                raise SignInRefused()

        def show(session: Session) -> Account | ServiceError:
            account = UserService(session).confirm_password(
                found.user_id, verified_hash=found.password_hash, new_hash=verification.new_hash
            )
            return SecondStep(session, self.factor_rules, self.auditor).refusal(account, code) or account

        return await self.start.begin(show, client, device_cookie)

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
