"""What factors go by: keys, whom passkeys are for, how long things last, and what time it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from service_kit.secrets_at_rest import SecretBox

from auth_server.factors.recovery_codes import RecoveryCodeHasher
from auth_server.factors.relying_party import RelyingParties
from auth_server.sessions.rules import SessionRules

CHALLENGE_LASTS = timedelta(minutes=5)  # finding a phone and unlocking it takes a while
ENROLMENT_LASTS = timedelta(minutes=15)  # installing an app first takes longer
PROOF_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FactorRules:
    """The collaborators of everything about factors; none of them knows a transaction."""

    box: SecretBox
    codes: RecoveryCodeHasher
    parties: RelyingParties
    sessions: SessionRules

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock, the same that sessions go by."""
        return self.sessions.now
