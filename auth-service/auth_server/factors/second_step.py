"""What follows a right password, within the transaction that may begin the session."""

from service_kit.errors import ServiceError
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.factors.ceremonies import Options
from auth_server.factors.codes import Codes
from auth_server.factors.errors import (
    CodeRefused,
    FactorEnrolmentRequired,
    FactorTokenRefused,
    OneProofOnly,
    PasskeyRefused,
    SecondFactorRequired,
)
from auth_server.factors.factor_tokens import FactorTokens
from auth_server.factors.passkeys import Passkeys
from auth_server.factors.relying_party import CallingPage
from auth_server.factors.rules import ENROLMENT_LASTS, FactorRules
from auth_server.factors.schemas import PasskeyAssertion, SecondFactorIn
from auth_server.factors.service import FactorService
from auth_server.users.schemas import Account
from auth_server.users.service import UserService


class SecondStep:
    """Refusals are returned, not raised: the count of a wrong code and the use of a challenge must be committed."""

    def __init__(self, session: Session, rules: FactorRules, auditor: Auditor) -> None:
        self._session = session
        self._auditor = auditor
        self._factors = FactorService(session, rules)
        self._tokens = FactorTokens(session, rules)
        self._codes = Codes(session, rules, auditor)
        self._passkeys = Passkeys(session, rules)
        self._users = UserService(session)

    def refusal(self, account: Account, code: str | None) -> ServiceError | None:
        """Why the right password is not enough; None when it is, or when the code that came with it is right.

        The caller holds the user's lock.
        """
        kinds = self._factors.kinds(account.user_id)
        if not kinds and not self._factors.is_required(account):
            return None
        if not kinds:
            return FactorEnrolmentRequired(self._tokens.issue("enrolment", account.user_id, lasts=ENROLMENT_LASTS))
        if code:
            return self._refusal_of_code(account, code)
        return SecondFactorRequired(self._tokens.issue("second_factor", account.user_id), kinds)

    def finish(self, body: SecondFactorIn, page: CallingPage) -> Account | ServiceError:
        """Who has now shown all that a sign-in needs, and whom the token is spent for; or why not."""
        if enrolled := self._tokens.spend(body.factor_token, "enrolled"):
            return enrolled
        account = self._tokens.holder(body.factor_token, "second_factor")
        if account is None:
            return FactorTokenRefused()
        refusal = self._refusal_of(body, account, page)
        return refusal or self._tokens.spend(body.factor_token, "second_factor") or FactorTokenRefused()

    def passkey_options(self, factor_token: str, page: CallingPage) -> Options:
        """What the browser is asked. Raises: FactorTokenRefused (401), PasskeysUnavailable (400)."""
        account = self._tokens.holder(factor_token, "second_factor")
        if account is None:
            raise FactorTokenRefused()
        return self._passkeys.options("passkey_second_factor", page, account.user_id)

    def passkey_alone(self, assertion: PasskeyAssertion, page: CallingPage) -> Account | ServiceError:
        """Who signs in with a passkey that verified them, which is two factors in one; or why not."""
        user_id = self._passkeys.owner(assertion, "passkey_sign_in", page)
        return (self._users.account(user_id) if user_id else None) or PasskeyRefused()

    def _refusal_of(self, body: SecondFactorIn, account: Account, page: CallingPage) -> ServiceError | None:
        if body.code is not None and body.passkey is None:
            return self._refusal_of_code(account, body.code.get_secret_value())
        if body.passkey is not None and body.code is None:
            owner = self._passkeys.owner(body.passkey, "passkey_second_factor", page, user_id=account.user_id)
            return None if owner else self._recorded(account, PasskeyRefused())
        raise OneProofOnly("code", "passkey")

    def _refusal_of_code(self, account: Account, code: str) -> ServiceError | None:
        refused = CodeRefused()
        refusal = self._codes.refusal(account, code, "sign_in", if_wrong=refused)
        return self._recorded(account, refused) if refusal is refused else refusal

    def _recorded(self, account: Account, refusal: ServiceError) -> ServiceError:
        """Somebody knows the password and not the factor, which the audit trail shows."""
        target = Target("user", account.user_id, account.username)
        self._auditor.record(self._session, "sign_in.refused", target, {"reason": refusal.code})
        return refusal
