"""Signing in with factors: as the second step after a password, or with a passkey alone."""

from dataclasses import dataclass

from service_kit.database import Database, Work
from service_kit.errors import ServiceError
from service_kit.event_dispatcher import EventDispatcher
from sqlalchemy.orm import Session

from auth_server.db.own_transaction import write_then_refuse
from auth_server.factors.ceremonies import Options
from auth_server.factors.passkeys import Passkeys
from auth_server.factors.relying_party import CallingPage
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import PasskeyAssertion, SecondFactorIn
from auth_server.factors.second_step import SecondStep
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.schemas import Grant, SignInClient
from auth_server.tokens.schemas import TokenPair
from auth_server.tokens.service import TokenIssuer, begin_session
from auth_server.users.schemas import Account


@dataclass(frozen=True, slots=True)
class FactorSignIn:
    """Looking at the factor, using it up and beginning the session are one transaction."""

    database: Database
    dispatcher: EventDispatcher
    rules: SessionRules
    factor_rules: FactorRules
    issuer: TokenIssuer

    async def finish(self, body: SecondFactorIn, page: CallingPage, client: SignInClient) -> TokenPair:
        """The tokens of a new session for who has shown a factor after the password.

        Raises: FactorTokenRefused, CodeRefused, PasskeyRefused (401); TooManyAttempts (429); OneProofOnly (422).
        """
        return await self._begin(lambda session: SecondStep(session, self.factor_rules).finish(body, page), client)

    async def by_passkey(self, assertion: PasskeyAssertion, page: CallingPage, client: SignInClient) -> TokenPair:
        """The tokens of a new session for whom the passkey names. Raises: PasskeyRefused (401)."""
        return await self._begin(
            lambda session: SecondStep(session, self.factor_rules).passkey_alone(assertion, page), client
        )

    async def second_step_options(self, factor_token: str, page: CallingPage) -> Options:
        """What the browser is asked. Raises: FactorTokenRefused (401), PasskeysUnavailable (400)."""
        return await self.database.write(
            lambda session: SecondStep(session, self.factor_rules).passkey_options(factor_token, page)
        )

    async def passkey_options(self, page: CallingPage) -> Options:
        """What the browser is asked before anybody has said who they are. Raises: PasskeysUnavailable (400)."""
        return await self.database.write(
            lambda session: Passkeys(session, self.factor_rules).options_for_anyone("passkey_sign_in", page)
        )

    async def _begin(self, show: Work[Account | ServiceError], client: SignInClient) -> TokenPair:
        def begin(session: Session) -> Grant | ServiceError:
            shown = show(session)
            if isinstance(shown, ServiceError):
                return shown
            return begin_session(session, self.rules, shown, client)

        grant = await write_then_refuse(self.database, begin)
        self.dispatcher.notify()
        return self.issuer.pair(grant)
