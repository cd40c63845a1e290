"""Signing in with factors: as the second step after a password, or with a passkey alone."""

from dataclasses import dataclass

from service_kit.database import Database
from sqlalchemy.orm import Session

from auth_server.audit.service import Auditor
from auth_server.factors.ceremonies import Options
from auth_server.factors.passkeys import Passkeys
from auth_server.factors.relying_party import CallingPage
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import PasskeyAssertion, SecondFactorIn
from auth_server.factors.second_step import SecondStep
from auth_server.sessions.schemas import SignInClient
from auth_server.tokens.schemas import TokenPair
from auth_server.tokens.service import SessionStart


@dataclass(frozen=True, slots=True)
class FactorSignIn:
    """Looking at the factor, using it up and beginning the session are one transaction."""

    database: Database
    start: SessionStart
    rules: FactorRules
    auditor: Auditor

    async def finish(
        self, body: SecondFactorIn, page: CallingPage, client: SignInClient, device_cookie: str | None
    ) -> TokenPair:
        """The tokens of a new session for who has shown a factor after the password.

        Raises: FactorTokenRefused, CodeRefused, PasskeyRefused (401); TooManyAttempts (429); OneProofOnly (422).
        """
        return await self.start.begin(lambda session: self._step(session).finish(body, page), client, device_cookie)

    async def by_passkey(
        self, assertion: PasskeyAssertion, page: CallingPage, client: SignInClient, device_cookie: str | None
    ) -> TokenPair:
        """The tokens of a new session for whom the passkey names. Raises: PasskeyRefused (401)."""
        return await self.start.begin(
            lambda session: self._step(session).passkey_alone(assertion, page), client, device_cookie
        )

    async def second_step_options(self, factor_token: str, page: CallingPage) -> Options:
        """What the browser is asked. Raises: FactorTokenRefused (401), PasskeysUnavailable (400)."""
        return await self.database.write(lambda session: self._step(session).passkey_options(factor_token, page))

    async def passkey_options(self, page: CallingPage) -> Options:
        """What the browser is asked before anybody has said who they are. Raises: PasskeysUnavailable (400)."""
        return await self.database.write(
            lambda session: Passkeys(session, self.rules).options_for_anyone("passkey_sign_in", page)
        )

    def _step(self, session: Session) -> SecondStep:
        return SecondStep(session, self.rules, self.auditor)
