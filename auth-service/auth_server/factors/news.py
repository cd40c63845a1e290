"""Tells of changes to factors, within the transaction of the change: the audit trail, and their owner by mail."""

from sqlalchemy.orm import Session

from auth_server.audit.schemas import Detail, Target
from auth_server.audit.service import Auditor
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import FactorKind
from auth_server.mail.notices import Notices
from auth_server.users.schemas import Account
from auth_server.users.service import UserService


class FactorNews:
    """The auditor speaks for who did it. Nothing that is told holds a code, a secret or a key."""

    def __init__(self, session: Session, rules: FactorRules, auditor: Auditor) -> None:
        self._session = session
        self._rules = rules
        self._auditor = auditor

    def enrolled(self, account: Account, kind: FactorKind, name: str | None = None) -> None:
        """A factor was set up; `name` is what its owner calls it."""
        self._record("factor.enrolled", account, {"kind": kind, "name": name})
        self._notify(account, f"{_noun(kind, name)} was set up.")

    def removed(self, account: Account, kind: FactorKind, name: str | None = None) -> None:
        """A factor was removed by its owner."""
        self._record("factor.removed", account, {"kind": kind, "name": name})
        self._notify(account, f"{_noun(kind, name)} was removed.")

    def reset(self, account: Account) -> None:
        """Everything was taken by somebody else."""
        self._record("factor.reset", account)
        self._notify(account, "An administrator has reset all second factors.")

    def codes_renewed(self, account: Account) -> None:
        """There are new recovery codes in the place of the ones before."""
        self._record("recovery_codes.renewed", account)
        self._notify(account, "There are new recovery codes; the ones before are no longer good.")

    def code_used(self, account: Account) -> None:
        """A recovery code stood in for a factor, which on the way in shows who they are."""
        self._record("recovery_code.used", account, auditor=self._auditor.on_behalf_of(account))
        self._notify(account, "A recovery code was used in the place of a factor.")

    def _record(
        self, action: str, account: Account, detail: Detail | None = None, *, auditor: Auditor | None = None
    ) -> None:
        target = Target("user", account.user_id, account.username)
        (auditor or self._auditor).record(self._session, action, target, detail)

    def _notify(self, account: Account, change: str) -> None:
        user = UserService(self._session).profile(account.user_id)
        Notices(self._session).factor_changed(user, change, self._rules.now())


def _noun(kind: FactorKind, name: str | None) -> str:
    return "An authenticator app" if kind == "totp" else f"The passkey “{name}”"
