"""The tokens that lead from a right password to a session: each for one step, one user and one use."""

import hashlib
from datetime import timedelta

from sqlalchemy.orm import Session

from auth_server.factors.challenges import Challenges
from auth_server.factors.rules import CHALLENGE_LASTS, FactorRules
from auth_server.factors.schemas import Purpose
from auth_server.users.schemas import Account
from auth_server.users.service import UserService

PREFIX = "cvf_"  # tells a factor token from an access token


class FactorTokens:
    """`cvf_` and 256 random bits. No route but those of its purpose knows what to do with it."""

    def __init__(self, session: Session, rules: FactorRules) -> None:
        self._challenges = Challenges(session, rules)
        self._users = UserService(session)

    def issue(self, purpose: Purpose, user_id: str, *, lasts: timedelta = CHALLENGE_LASTS) -> str:
        """A new token of the user, whose password has just been verified."""
        return PREFIX + self._challenges.issue(
            purpose, user_id=user_id, password_mark=self._password_mark(user_id), lasts=lasts
        )

    def holder(self, token: str, purpose: Purpose) -> Account | None:
        """Whom it was given to, locked; None when it is over, or the account was closed or the password changed."""
        challenge = self._challenges.find(token.removeprefix(PREFIX), purpose)
        account = self._users.lock(challenge.user_id) if challenge and challenge.user_id else None
        if challenge is None or account is None or challenge.password_mark != self._password_mark(account.user_id):
            return None
        return account

    def spend(self, token: str, purpose: Purpose) -> Account | None:
        """The same, and the token is used up; None when it was so already."""
        account = self.holder(token, purpose)
        is_spent = account is not None and self._challenges.take(
            token.removeprefix(PREFIX), purpose, user_id=account.user_id
        )
        return account if is_spent else None

    def _password_mark(self, user_id: str) -> str:
        """Changes with the password: what was given out for the one before is then worth nothing."""
        return hashlib.sha256(self._users.password_hash(user_id).encode()).hexdigest()
