"""What follows a right password, within the transaction that may begin the session."""

from service_kit.errors import ServiceError
from sqlalchemy.orm import Session

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

    def __init__(self, session: Session, rules: FactorRules) -> None:
        self._factors = FactorService(session, rules)
        self._tokens = FactorTokens(session, rules)
        self._codes = Codes(session, rules)
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
            return self._codes.refusal(account.user_id, code, "sign_in", if_wrong=CodeRefused())
        return SecondFactorRequired(self._tokens.issue("second_factor", account.user_id), kinds)

    def finish(self, body: SecondFactorIn, page: CallingPage) -> Account | ServiceError:
        """Who has now shown all that a sign-in needs, and whom the token is spent for; or why not."""
        if enrolled := self._tokens.spend(body.factor_token, "enrolled"):
            return enrolled
        account = self._tokens.holder(body.factor_token, "second_factor")
        if account is None:
            return FactorTokenRefused()
        refusal = self._refusal_of(body, account.user_id, page)
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

    def _refusal_of(self, body: SecondFactorIn, user_id: str, page: CallingPage) -> ServiceError | None:
        if body.code is not None and body.passkey is None:
            return self._codes.refusal(user_id, body.code.get_secret_value(), "sign_in", if_wrong=CodeRefused())
        if body.passkey is not None and body.code is None:
            is_theirs = self._passkeys.owner(body.passkey, "passkey_second_factor", page, user_id=user_id) is not None
            return None if is_theirs else PasskeyRefused()
        raise OneProofOnly("code", "passkey")
