"""What a browser is asked, and whose passkey its answer was made with, within the caller's transaction."""

from collections.abc import Sequence

import structlog
from sqlalchemy.orm import Session

from auth_server.db.factors import Passkey
from auth_server.factors import ceremonies
from auth_server.factors.ceremonies import Descriptor, Expected, Options
from auth_server.factors.challenges import Challenges
from auth_server.factors.errors import PasskeysUnavailable
from auth_server.factors.relying_party import CallingPage
from auth_server.factors.repository import FactorRepository
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import PasskeyAssertion, Purpose
from auth_server.users.service import UserService

ELSEWHERE = "Your passkeys are for another address of this page. Open it there, or use another way."
log = structlog.get_logger(__name__)


class Passkeys:
    """An answer uses its challenge up, right or wrong: callers commit before they refuse."""

    def __init__(self, session: Session, rules: FactorRules) -> None:
        self._factors = FactorRepository(session)
        self._challenges = Challenges(session, rules)
        self._users = UserService(session)
        self._rules = rules

    def options(self, purpose: Purpose, page: CallingPage, user_id: str) -> Options:
        """What the browser is asked when the user is known.

        Raises: PasskeysUnavailable (400) when none of theirs is for this page.
        """
        rp_id = self._rules.parties.id_for(page)
        known = descriptors([one for one in self._factors.passkeys(user_id) if one.rp_id == rp_id])
        if not known:
            raise PasskeysUnavailable(ELSEWHERE)
        challenge = self._challenges.issue(purpose, user_id=user_id)
        return ceremonies.authentication_options(rp_id, challenge, known=known, is_user_verified=False)

    def options_for_anyone(self, purpose: Purpose, page: CallingPage) -> Options:
        """What the browser is asked when the passkey is to say who it is, with its user verified."""
        rp_id = self._rules.parties.id_for(page)
        challenge = self._challenges.issue(purpose)
        return ceremonies.authentication_options(rp_id, challenge, known=(), is_user_verified=True)

    def owner(
        self, assertion: PasskeyAssertion, purpose: Purpose, page: CallingPage, *, user_id: str | None = None
    ) -> str | None:
        """The id of the user whose passkey made the answer, who is locked from then on; None when it does not hold.

        Without `user_id` the passkey alone says who it is, and must have verified them.
        """
        challenge = ceremonies.challenge_of(assertion.response.client_data_json)
        if challenge is None or not self._challenges.take(challenge, purpose, user_id=user_id):
            return None
        passkey = self._locked(assertion.raw_id)
        if passkey is None or not _is_named(passkey, assertion, user_id):
            return None
        expected = Expected(challenge, passkey.rp_id, self._rules.parties.origins_of(passkey.rp_id, page))
        count = ceremonies.verified_count(
            assertion.as_json(), expected, public_key=passkey.public_key, is_user_verified=user_id is None
        )
        return passkey.user_id if count is not None and self._note_use(passkey, count) else None

    def _locked(self, credential_id: str) -> Passkey | None:
        found = self._factors.passkey_of_credential(credential_id)
        if found is None or self._users.lock(found.user_id) is None:
            return None
        return self._factors.passkey_of_credential(credential_id)  # as it is now that nobody changes it any more

    def _note_use(self, passkey: Passkey, count: int) -> bool:
        if not ceremonies.has_gone_up(count, passkey.sign_count):
            # The key exists twice, or two of its answers came in the wrong order (WebAuthn, section 7.2, step 22).
            log.warning("passkey_counter_went_back", passkey_id=passkey.id, user_id=passkey.user_id)
            return False
        passkey.sign_count, passkey.last_used_at = count, self._rules.now()
        return True


def descriptors(passkeys: Sequence[Passkey]) -> list[Descriptor]:
    """How a browser finds them."""
    return [Descriptor(one.credential_id, tuple(one.transports)) for one in passkeys]


def _is_named(passkey: Passkey, assertion: PasskeyAssertion, user_id: str | None) -> bool:
    """Whether the passkey is the user's; who is not known has to be named by the passkey itself."""
    handle = assertion.response.user_handle
    named = ceremonies.user_of_handle(handle) if handle else user_id
    return named == passkey.user_id and user_id in (None, passkey.user_id)
