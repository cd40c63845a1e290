"""Tells of changes to factors, within the transaction of the change: what the audit trail keeps."""

from sqlalchemy.orm import Session

from auth_server.audit.schemas import Detail, Target
from auth_server.audit.service import Auditor
from auth_server.factors.schemas import FactorKind
from auth_server.users.schemas import Account


class FactorNews:
    """The auditor speaks for who did it. No entry holds a code, a secret or a key."""

    def __init__(self, session: Session, auditor: Auditor) -> None:
        self._session = session
        self._auditor = auditor

    def enrolled(self, account: Account, kind: FactorKind, name: str | None = None) -> None:
        """A factor was set up; `name` is what its owner calls it."""
        self._tell("factor.enrolled", account, {"kind": kind, "name": name})

    def removed(self, account: Account, kind: FactorKind, name: str | None = None) -> None:
        """A factor was removed by its owner."""
        self._tell("factor.removed", account, {"kind": kind, "name": name})

    def reset(self, account: Account) -> None:
        """Everything was taken by somebody else."""
        self._tell("factor.reset", account)

    def codes_renewed(self, account: Account) -> None:
        """There are new recovery codes in the place of the ones before."""
        self._tell("recovery_codes.renewed", account)

    def code_used(self, account: Account) -> None:
        """A recovery code stood in for a factor, which on the way in shows who they are."""
        target = Target("user", account.user_id, account.username)
        self._auditor.on_behalf_of(account).record(self._session, "recovery_code.used", target)

    def _tell(self, action: str, account: Account, detail: Detail | None = None) -> None:
        self._auditor.record(self._session, action, Target("user", account.user_id, account.username), detail)
