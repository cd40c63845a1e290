"""What people change about factors that they have, within the caller's transaction."""

from sqlalchemy.orm import Session

from auth_server.audit.service import Auditor
from auth_server.factors.errors import FactorNeeded, FactorNotFound
from auth_server.factors.news import FactorNews
from auth_server.factors.proofs import Proofs
from auth_server.factors.recovery_codes import new_codes
from auth_server.factors.repository import FactorRepository
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import PasskeyOut, RecoveryCodesOut
from auth_server.factors.service import FactorService, passkey_out
from auth_server.sessions.service import SessionService
from auth_server.users.schemas import Account
from auth_server.users.service import UserService

NO_FACTOR = "Recovery codes stand in for a second factor, and you have none. Set one up first."


class FactorChanges:
    """Removing needs a fresh proof and ends the other sessions: who removes a factor may have lost it with a device."""

    def __init__(self, session: Session, rules: FactorRules, auditor: Auditor) -> None:
        self._factors = FactorRepository(session)
        self._service = FactorService(session, rules)
        self._proofs = Proofs(session, rules)
        self._sessions = SessionService(session, rules.sessions)
        self._users = UserService(session)
        self._news = FactorNews(session, rules, auditor)
        self._rules = rules

    def rename_passkey(self, account: Account, passkey_id: str, name: str) -> PasskeyOut:
        """Changes what the owner calls it, which protects nothing. Raises FactorNotFound (404)."""
        passkey = self._factors.passkey(account.user_id, passkey_id)
        if passkey is None:
            raise FactorNotFound()
        passkey.name = name
        return passkey_out(passkey)

    def remove_passkey(self, account: Account, session_id: str, passkey_id: str) -> None:
        """Raises: ProofRequired (403), FactorNotFound (404), FactorNeeded (409)."""
        self._begin(account, session_id)
        passkey = self._factors.passkey(account.user_id, passkey_id)
        if passkey is None:
            raise FactorNotFound()
        self._factors.delete_passkey(passkey)
        self._end(account, session_id)
        self._news.removed(account, "passkey", passkey.name)

    def remove_totp(self, account: Account, session_id: str) -> None:
        """Raises: ProofRequired (403), FactorNotFound (404), FactorNeeded (409)."""
        self._begin(account, session_id)
        if not self._factors.delete_totp(account.user_id):
            raise FactorNotFound()
        self._end(account, session_id)
        self._news.removed(account, "totp")

    def renew_codes(self, account: Account, session_id: str) -> RecoveryCodesOut:
        """Ten new codes; the ones before are no longer good. Raises: ProofRequired (403), FactorNotFound (404)."""
        self._begin(account, session_id)
        if not self._factors.has_any(account.user_id):
            raise FactorNotFound(NO_FACTOR)
        codes = new_codes()
        hashes = [self._rules.codes.hash(account.user_id, code) for code in codes]
        self._factors.replace_codes(account.user_id, hashes, self._rules.now())
        self._news.codes_renewed(account)
        return RecoveryCodesOut(recovery_codes=codes)

    def _begin(self, account: Account, session_id: str) -> None:
        self._users.lock(account.user_id)
        self._proofs.require(session_id)

    def _end(self, account: Account, session_id: str) -> None:
        if not self._factors.has_any(account.user_id):
            if self._service.is_required(account):
                raise FactorNeeded()
            self._factors.delete_codes(account.user_id)
        self._sessions.revoke_all(account.user_id, "factors_changed", except_id=session_id)
