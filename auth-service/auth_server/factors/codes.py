"""Whether a code that somebody typed is theirs, within the caller's transaction; a right one is used up."""

import structlog
from service_kit.errors import ServiceError
from service_kit.secrets_at_rest import SecretUnreadable
from sqlalchemy.orm import Session

from auth_server.audit.service import Auditor
from auth_server.factors.attempts import Attempts
from auth_server.factors.news import FactorNews
from auth_server.factors.recovery_codes import read_recovery_code
from auth_server.factors.repository import FactorRepository
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import AttemptPurpose
from auth_server.factors.totp import matching_step, read_totp
from auth_server.users.schemas import Account

log = structlog.get_logger(__name__)


class Codes:
    """The caller holds the lock of the user's row, so that two at once cannot use the same code."""

    def __init__(self, session: Session, rules: FactorRules, auditor: Auditor) -> None:
        self._factors = FactorRepository(session)
        self._attempts = Attempts(session, rules)
        self._news = FactorNews(session, rules, auditor)
        self._rules = rules

    def refusal(
        self, account: Account, text: str, purpose: AttemptPurpose, *, if_wrong: ServiceError
    ) -> ServiceError | None:
        """Uses a code of the app, or a recovery code, up.

        Returns: None when it is right; else what to raise once this transaction, with its count, is committed:
        `if_wrong`, or TooManyAttempts (429), and then the code was not looked at.
        """
        if too_many := self._attempts.refusal(account.user_id, purpose):
            return too_many
        if not self._is_right(account, text):
            self._attempts.note_failure(account.user_id, purpose)
            return if_wrong
        self._attempts.note_success(account.user_id, purpose)
        return None

    def _is_right(self, account: Account, text: str) -> bool:
        if code := read_totp(text):
            return self._spend_step(account.user_id, code)
        code = read_recovery_code(text)
        return code is not None and self._spend_recovery_code(account, code)

    def _spend_recovery_code(self, account: Account, code: str) -> bool:
        code_hash = self._rules.codes.hash(account.user_id, code)
        if not self._factors.spend_code(account.user_id, code_hash, self._rules.now()):
            return False
        self._news.code_used(account)
        return True

    def _spend_step(self, user_id: str, code: str) -> bool:
        """A time step is good once, and those before it no more (RFC 6238, section 5.2)."""
        factor, now = self._factors.totp(user_id), self._rules.now()
        if factor is None:
            return False
        try:
            secret = self._rules.box.open(factor.sealed_secret, bound_to=user_id).decode()
        except SecretUnreadable:
            log.error("totp_secret_unreadable", user_id=user_id, remedy="reset the factors of this user")
            return False
        step = matching_step(secret, code, now)
        if step is None or step <= factor.last_step:
            return False
        factor.last_step, factor.last_used_at = step, now
        return True
