"""Fresh proof: for ten minutes a session may change factors, after its owner has shown once more who they are."""

from dataclasses import dataclass

from service_kit.database import Database
from service_kit.errors import ServiceError
from sqlalchemy.orm import Session

from auth_server.audit.service import Auditor
from auth_server.db.own_transaction import write_then_refuse
from auth_server.errors import WrongPassword
from auth_server.factors.ceremonies import Options
from auth_server.factors.codes import Codes
from auth_server.factors.errors import OneProofOnly, ProofRequired, WrongCode, WrongPasskey
from auth_server.factors.passkeys import Passkeys
from auth_server.factors.relying_party import CallingPage
from auth_server.factors.repository import TrialRepository
from auth_server.factors.rules import PROOF_LASTS, FactorRules
from auth_server.factors.schemas import PasskeyAssertion, ProofIn, ProofOut
from auth_server.passwords.hashing import PasswordHasher
from auth_server.throttling.service import Throttle
from auth_server.throttling.sign_in_rules import proof_rules
from auth_server.users.schemas import Account
from auth_server.users.service import UserService


class Proofs:
    """Signing in is no proof: a session may be older than its owner's absence. Within the caller's transaction."""

    def __init__(self, session: Session, rules: FactorRules) -> None:
        self._trials = TrialRepository(session)
        self._rules = rules

    def require(self, session_id: str) -> None:
        """Raises ProofRequired (403) unless somebody proved in the last ten minutes that the session is theirs."""
        proven_at = self._trials.proven_at(session_id)
        if proven_at is None or self._rules.now() - proven_at >= PROOF_LASTS:
            raise ProofRequired()

    def note(self, session_id: str) -> ProofOut:
        """Begins the ten minutes."""
        now = self._rules.now()
        self._trials.note_proof(session_id, now)
        return ProofOut(expires_at=now + PROOF_LASTS)


@dataclass(frozen=True, slots=True)
class Prover:
    """Takes proofs. Wrong tries are counted, whatever is answered; those of the password as when it is changed."""

    database: Database
    hasher: PasswordHasher
    throttle: Throttle
    rules: FactorRules
    auditor: Auditor

    async def prove(self, account: Account, session_id: str, body: ProofIn, page: CallingPage) -> ProofOut:
        """Until when the session may change factors.

        Raises: WrongPassword, WrongCode, WrongPasskey (400); TooManyAttempts (429); PasswordChecksBusy (503);
        OneProofOnly (422).
        """
        given = [one for one in (body.current_password, body.code, body.passkey) if one is not None]
        if len(given) != 1:
            raise OneProofOnly("current_password", "code", "passkey")
        if body.current_password is not None:
            return await self._by_password(account, session_id, body.current_password.get_secret_value())

        def check(session: Session) -> ProofOut | ServiceError:
            UserService(session).lock(account.user_id)
            refusal = self._refusal(session, account, body, page)
            return refusal or Proofs(session, self.rules).note(session_id)

        return await write_then_refuse(self.database, check)

    async def passkey_options(self, account: Account, page: CallingPage) -> Options:
        """What the browser is asked. Raises: PasskeysUnavailable (400)."""
        return await self.database.write(
            lambda session: Passkeys(session, self.rules).options("passkey_proof", page, account.user_id)
        )

    def _refusal(self, session: Session, account: Account, body: ProofIn, page: CallingPage) -> ServiceError | None:
        if body.code is not None:
            code = body.code.get_secret_value()
            return Codes(session, self.rules, self.auditor).refusal(account, code, "proof", if_wrong=WrongCode())
        is_theirs = body.passkey is not None and self._is_theirs(session, account, body.passkey, page)
        return None if is_theirs else WrongPasskey()

    def _is_theirs(self, session: Session, account: Account, assertion: PasskeyAssertion, page: CallingPage) -> bool:
        passkeys = Passkeys(session, self.rules)
        return passkeys.owner(assertion, "passkey_proof", page, user_id=account.user_id) is not None

    async def _by_password(self, account: Account, session_id: str, password: str) -> ProofOut:
        stored_hash = await self.database.read(lambda session: UserService(session).password_hash(account.user_id))
        async with self.throttle.attempt(proof_rules(self.throttle, account.user_id)):
            verification = await self.hasher.verify(password, stored_hash)
            if not verification.is_right:
                raise WrongPassword()

        def note(session: Session) -> ProofOut:
            UserService(session).lock(account.user_id)
            if UserService(session).password_hash(account.user_id) != stored_hash:
                raise WrongPassword()  # changed meanwhile
            return Proofs(session, self.rules).note(session_id)

        return await self.database.write(note)
