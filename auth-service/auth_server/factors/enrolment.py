"""Setting up factors, within the caller's transaction: by somebody signed in, or on the way in where it is demanded."""

from dataclasses import dataclass

from service_kit.clock import new_id
from service_kit.errors import ServiceError
from service_kit.secrets_at_rest import SecretUnreadable
from sqlalchemy.orm import Session

from auth_server.audit.service import Auditor
from auth_server.db.factors import Passkey, TotpEnrolment, TotpFactor
from auth_server.factors import ceremonies
from auth_server.factors.attempts import Attempts
from auth_server.factors.ceremonies import Expected, NewCredential, Options
from auth_server.factors.challenges import Challenges
from auth_server.factors.errors import (
    EnrolmentNotFound,
    FactorTokenRefused,
    PasskeyKnown,
    PasskeyNotMade,
    TooManyPasskeys,
    WrongCode,
)
from auth_server.factors.factor_tokens import FactorTokens
from auth_server.factors.news import FactorNews
from auth_server.factors.passkeys import descriptors
from auth_server.factors.proofs import Proofs
from auth_server.factors.recovery_codes import new_codes
from auth_server.factors.relying_party import CallingPage
from auth_server.factors.repository import FactorRepository
from auth_server.factors.rules import ENROLMENT_LASTS, FactorRules
from auth_server.factors.schemas import (
    EnrolledOut,
    EnrolledPasskeyOut,
    Enroller,
    PasskeyRegistration,
    TotpEnrolmentOut,
)
from auth_server.factors.service import passkey_out
from auth_server.factors.totp import matching_step, new_secret, provisioning, read_totp
from auth_server.sessions.service import SessionService
from auth_server.users.service import UserService

MOST_PASSKEYS = 20
CHECK_THE_CLOCK = "This code is not right. Enter the one that the app shows now, and check the clock of its device."


@dataclass(frozen=True, slots=True)
class _Gain:
    """What came of a factor that was set up: see EnrolledOut."""

    recovery_codes: list[str] | None
    factor_token: str | None


class Enrolment:
    """Beginning needs a fresh proof, or an enrolment token, which is good only for who has no factor yet.

    Refusals that follow a count or the use of a challenge are returned, so that these are committed.
    """

    def __init__(self, session: Session, rules: FactorRules, auditor: Auditor) -> None:
        self._factors = FactorRepository(session)
        self._attempts = Attempts(session, rules)
        self._challenges = Challenges(session, rules)
        self._tokens = FactorTokens(session, rules)
        self._proofs = Proofs(session, rules)
        self._sessions = SessionService(session, rules.sessions)
        self._users = UserService(session)
        self._news = FactorNews(session, rules, auditor)
        self._rules = rules

    def begin_totp(self, enroller: Enroller) -> TotpEnrolmentOut:
        """A new secret, which is none of the user's factors until a code of it is shown.

        Raises: ProofRequired (403), FactorTokenRefused (401).
        """
        self._require_right_to_begin(enroller)
        secret, expires_at = new_secret(), self._rules.now() + ENROLMENT_LASTS
        user_id = enroller.account.user_id
        sealed = self._rules.box.seal(secret.encode(), bound_to=user_id)
        self._factors.replace_enrolment(TotpEnrolment(user_id=user_id, sealed_secret=sealed, expires_at=expires_at))
        shown = provisioning(secret, enroller.account.username)
        return TotpEnrolmentOut(secret=secret, uri=shown.uri, qr_code=shown.qr_code, expires_at=expires_at)

    def confirm_totp(self, enroller: Enroller, text: str) -> EnrolledOut | ServiceError:
        """The app counts from now on, in the place of the one before.

        Returns: the gain, or WrongCode (400) or TooManyAttempts (429).
        Raises: EnrolmentNotFound (404), FactorTokenRefused (401).
        """
        self._require_token(enroller)
        user_id = enroller.account.user_id
        secret, sealed = self._waiting_secret(user_id)
        if too_many := self._attempts.refusal(user_id, "enrolment"):
            return too_many
        code, now = read_totp(text), self._rules.now()
        step = matching_step(secret, code, now) if code else None
        if step is None:
            self._attempts.note_failure(user_id, "enrolment")
            return WrongCode(CHECK_THE_CLOCK)
        self._attempts.note_success(user_id, "enrolment")
        is_first, is_replaced = not self._factors.has_any(user_id), self._factors.totp(user_id) is not None
        self._factors.delete_enrolment(user_id)
        self._factors.replace_totp(TotpFactor(user_id=user_id, sealed_secret=sealed, last_step=step, created_at=now))
        gain = self._gain(enroller, is_first=is_first, ends_others=is_first or is_replaced)
        self._news.enrolled(enroller.account, "totp")
        return EnrolledOut(recovery_codes=gain.recovery_codes, factor_token=gain.factor_token)

    def passkey_options(self, enroller: Enroller, page: CallingPage) -> Options:
        """What the browser is asked to make.

        Raises: ProofRequired (403), FactorTokenRefused (401), PasskeysUnavailable (400), TooManyPasskeys (409).
        """
        self._require_right_to_begin(enroller)
        account, rp_id = enroller.account, self._rules.parties.id_for(page)
        passkeys = self._factors.passkeys(account.user_id)
        if len(passkeys) >= MOST_PASSKEYS:
            raise TooManyPasskeys()
        return ceremonies.registration_options(
            rp_id,
            self._challenges.issue("passkey_registration", user_id=account.user_id),
            user_id=account.user_id,
            username=account.username,
            known=descriptors([one for one in passkeys if one.rp_id == rp_id]),
        )

    def add_passkey(
        self, enroller: Enroller, body: PasskeyRegistration, page: CallingPage
    ) -> EnrolledPasskeyOut | ServiceError:
        """The passkey that the browser made counts from now on.

        Returns: the gain, or PasskeyNotMade (400), PasskeyKnown or TooManyPasskeys (409).
        Raises: FactorTokenRefused (401), PasskeysUnavailable (400).
        """
        self._require_token(enroller)
        user_id, rp_id = enroller.account.user_id, self._rules.parties.id_for(page)
        made = self._made(body, rp_id, page, user_id)
        if made is None:
            return PasskeyNotMade()
        if self._factors.passkey_of_credential(made.credential_id) is not None:
            return PasskeyKnown()
        if len(self._factors.passkeys(user_id)) >= MOST_PASSKEYS:
            return TooManyPasskeys()
        is_first = not self._factors.has_any(user_id)
        passkey = self._new_passkey(user_id, rp_id, body, made)
        self._factors.add_passkey(passkey)
        gain = self._gain(enroller, is_first=is_first, ends_others=is_first)
        self._news.enrolled(enroller.account, "passkey", passkey.name)
        return EnrolledPasskeyOut(
            recovery_codes=gain.recovery_codes, factor_token=gain.factor_token, passkey=passkey_out(passkey)
        )

    def _require_right_to_begin(self, enroller: Enroller) -> None:
        self._require_token(enroller)
        if not enroller.enrolment_token:
            self._proofs.require(enroller.session_id)

    def _require_token(self, enroller: Enroller) -> None:
        """Locks the user. A password alone must not add a factor beside one that protects the account."""
        self._users.lock(enroller.account.user_id)
        if enroller.enrolment_token and (
            self._tokens.holder(enroller.enrolment_token, "enrolment") is None
            or self._factors.has_any(enroller.account.user_id)
        ):
            raise FactorTokenRefused()

    def _waiting_secret(self, user_id: str) -> tuple[str, str]:
        """The secret that waits for its first code, open and sealed. Raises EnrolmentNotFound (404)."""
        row = self._factors.enrolment(user_id)
        if row is None or row.expires_at <= self._rules.now():
            raise EnrolmentNotFound()
        try:
            return self._rules.box.open(row.sealed_secret, bound_to=user_id).decode(), row.sealed_secret
        except SecretUnreadable as error:  # AUTH_SECRET_KEY was changed in between
            raise EnrolmentNotFound() from error

    def _made(self, body: PasskeyRegistration, rp_id: str, page: CallingPage, user_id: str) -> NewCredential | None:
        challenge = ceremonies.challenge_of(body.passkey.response.client_data_json)
        if challenge is None or not self._challenges.take(challenge, "passkey_registration", user_id=user_id):
            return None
        expected = Expected(challenge, rp_id, self._rules.parties.origins_of(rp_id, page))
        return ceremonies.new_credential(body.passkey.as_json(), expected)

    def _new_passkey(self, user_id: str, rp_id: str, body: PasskeyRegistration, made: NewCredential) -> Passkey:
        return Passkey(
            id=new_id(),
            user_id=user_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            rp_id=rp_id,
            sign_count=made.sign_count,
            transports=ceremonies.known_transports(body.passkey.response.transports),
            name=body.name,
            is_synced=made.is_synced,
            created_at=self._rules.now(),
        )

    def _gain(self, enroller: Enroller, *, is_first: bool, ends_others: bool) -> _Gain:
        user_id = enroller.account.user_id
        codes = new_codes() if is_first else None
        if codes is not None:
            hashes = [self._rules.codes.hash(user_id, code) for code in codes]
            self._factors.replace_codes(user_id, hashes, self._rules.now())
        if enroller.enrolment_token:
            self._tokens.spend(enroller.enrolment_token, "enrolment")
            return _Gain(codes, self._tokens.issue("enrolled", user_id))
        if ends_others:
            self._sessions.revoke_all(user_id, "factors_changed", except_id=enroller.session_id)
        return _Gain(codes, None)
