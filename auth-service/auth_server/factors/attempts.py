"""How often somebody may try codes where a factor or a proof is asked for."""

import math
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from auth_server.db.factors import FactorAttempts
from auth_server.errors import TooManyAttempts
from auth_server.factors.repository import TrialRepository
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import AttemptPurpose
from auth_server.throttling.back_off import doubled

FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=30)
# A million codes of which three are good: at four tries an hour, one in 3,500 who tries all day gets in.
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


class Attempts:
    """Five wrong tries are free; then each has to wait twice as long as the one before, up to a quarter of an hour.

    Counted per account, purpose and database, so that neither a restart nor another address helps. The caller holds
    the lock of the user's row.
    """

    def __init__(self, session: Session, rules: FactorRules) -> None:
        self._trials = TrialRepository(session)
        self._rules = rules

    def refusal(self, user_id: str, purpose: AttemptPurpose) -> TooManyAttempts | None:
        """Why no further try is taken now; None when one is."""
        row, now = self._trials.attempts(user_id, purpose), self._rules.now()
        if row is None or now >= (again_at := row.last_failed_at + wait_after(row.failures)):
            return None
        return TooManyAttempts(math.ceil((again_at - now).total_seconds()))

    def note_failure(self, user_id: str, purpose: AttemptPurpose) -> None:
        """Counts a wrong try."""
        row, now = self._trials.attempts(user_id, purpose), self._rules.now()
        if row is None:
            row = FactorAttempts(user_id=user_id, purpose=purpose, failures=1, last_failed_at=now)
            self._trials.add_attempts(row)
            return
        row.failures = 1 if _is_forgotten(row, now) else row.failures + 1
        row.last_failed_at = now

    def note_success(self, user_id: str, purpose: AttemptPurpose) -> None:
        """Forgets the wrong ones."""
        self._trials.delete_attempts(user_id, purpose)


def wait_after(failures: int) -> timedelta:
    """How long the next try has to wait after this many wrong ones in a row."""
    return doubled(failures - FREE_FAILURES + 1, first=FIRST_WAIT, longest=LONGEST_WAIT)


def _is_forgotten(row: FactorAttempts, now: datetime) -> bool:
    return now - row.last_failed_at >= FORGOTTEN_AFTER
