"""Puts together what the service holds of one person, within the caller's transaction."""

from sqlalchemy.orm import Session

from auth_server.api_keys.rules import ApiKeyRules
from auth_server.api_keys.service import ApiKeyService
from auth_server.audit.search import entries_by
from auth_server.exports.schemas import AccountExport
from auth_server.factors.rules import FactorRules
from auth_server.factors.service import FactorService
from auth_server.sessions.service import SessionService
from auth_server.users.schemas import Account
from auth_server.users.service import UserService

MOST_ENTRIES = 1_000


class AccountExports:
    """What is hashed or encrypted stays here: whoever has the file must not be able to sign in with it."""

    def __init__(self, session: Session, rules: FactorRules, key_rules: ApiKeyRules) -> None:
        self._session = session
        self._rules = rules
        self._key_rules = key_rules

    def account(self, caller: Account) -> AccountExport:
        """All of the caller's account. Raises UserNotFound (404)."""
        sessions = self._rules.sessions
        keys = ApiKeyService(self._session, self._key_rules)
        own_keys, _following = keys.page(caller.user_id, before_id=None, limit=MOST_ENTRIES)
        return AccountExport(
            exported_at=sessions.now(),
            profile=UserService(self._session).profile(caller.user_id),
            sessions=SessionService(self._session, sessions).history(caller.user_id),
            factors=FactorService(self._session, self._rules).overview(caller),
            api_keys=own_keys,
            activity=entries_by(self._session, caller.user_id, limit=MOST_ENTRIES),
        )
