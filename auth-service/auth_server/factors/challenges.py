"""Random values that are given out for one purpose and taken back once: what WebAuthn and factor tokens stand on."""

import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from auth_server.db.factors import FactorChallenge
from auth_server.factors.repository import TrialRepository
from auth_server.factors.rules import CHALLENGE_LASTS, FactorRules
from auth_server.factors.schemas import Purpose
from auth_server.token_hash import token_hash

RANDOM_BYTES = 32


class Challenges:
    """Kept in the database as hashes, so that a restart forgets none and a copy of it gives none away.

    They hold for five minutes unless said otherwise. Everything happens within the caller's transaction.
    """

    def __init__(self, session: Session, rules: FactorRules) -> None:
        self._trials = TrialRepository(session)
        self._rules = rules

    def issue(
        self,
        purpose: Purpose,
        *,
        user_id: str | None = None,
        password_mark: str | None = None,
        lasts: timedelta = CHALLENGE_LASTS,
    ) -> str:
        """A new value of 256 random bits in base64url."""
        value, now = secrets.token_urlsafe(RANDOM_BYTES), self._rules.now()
        row = FactorChallenge(
            id=token_hash(value), purpose=purpose, user_id=user_id, password_mark=password_mark, expires_at=now + lasts
        )
        self._trials.add_challenge(row, now)
        return value

    def find(self, value: str, purpose: Purpose) -> FactorChallenge | None:
        """What was given out for this purpose and still holds; it stays."""
        return self._trials.challenge(token_hash(value), purpose, self._rules.now())

    def take(self, value: str, purpose: Purpose, *, user_id: str | None = None) -> bool:
        """Whether it was given out for this purpose (and to this user); it is gone afterwards, whoever had it."""
        found = self.find(value, purpose)
        return found is not None and self._trials.take_challenge(found.id) and found.user_id == user_id
