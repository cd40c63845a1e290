"""What administrators do about other people's factors, within the caller's transaction."""

from sqlalchemy.orm import Session

from auth_server.audit.service import Auditor
from auth_server.factors.errors import OwnFactors
from auth_server.factors.news import FactorNews
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import FactorSummary
from auth_server.factors.service import FactorService
from auth_server.users.schemas import Account
from auth_server.users.service import UserService


class FactorAdministration:
    """The caller is an admin, the operator or, to read, a manager: the routes see to that."""

    def __init__(self, session: Session, rules: FactorRules, auditor: Auditor) -> None:
        self._factors = FactorService(session, rules)
        self._users = UserService(session)
        self._news = FactorNews(session, rules, auditor)

    def summary(self, username: str) -> FactorSummary:
        """What the user has, without what identifies it. Raises UserNotFound (404)."""
        return self._factors.summary(self._users.account_named(username))

    def reset(self, username: str, admin: Account) -> None:
        """Takes every factor of the user and ends their sessions.

        Raises: UserNotFound (404); OwnFactors (409), because a stolen session must not strip its own account.
        """
        user = self._users.account_named(username)
        if user.user_id == admin.user_id:
            raise OwnFactors()
        self._reset(user)

    def recover(self, username: str) -> bool:
        """The same for the operator, who may do so for anybody; False, and nothing ends, when there is no factor.

        Raises: UserNotFound (404).
        """
        user = self._users.account_named(username)
        if not self._factors.kinds(user.user_id):
            return False
        self._reset(user)
        return True

    def _reset(self, user: Account) -> None:
        self._users.lock(user.user_id)
        self._factors.reset(user.user_id)
        self._news.reset(user)
