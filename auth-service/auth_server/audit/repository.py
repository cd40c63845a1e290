"""The queries on the audit trail."""

from sqlalchemy.orm import Session

from auth_server.db.models import AuditEntry, AuditHead

THE_HEAD = 1


class AuditRepository:
    """All SQL on `audit_entries` and `audit_head`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def locked_head(self) -> AuditHead:
        """The end of the chain; until this transaction ends no other one can add to it."""
        return self._session.get_one(AuditHead, THE_HEAD, with_for_update=True, populate_existing=True)

    def add(self, entry: AuditEntry) -> None:
        """Inserts the entry."""
        self._session.add(entry)
