"""The queries on the audit trail."""

from sqlalchemy import ScalarResult, Select, or_, select
from sqlalchemy.orm import Session

from auth_server.audit.schemas import AuditFilter
from auth_server.db.models import AuditEntry, AuditHead

THE_HEAD = 1
READ_AT_ONCE = 1_000


class AuditRepository:
    """All SQL on `audit_entries` and `audit_head`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def head(self) -> AuditHead | None:
        """The end of the chain; None when somebody took it away."""
        return self._session.get(AuditHead, THE_HEAD)

    def locked_head(self) -> AuditHead:
        """The same; until this transaction ends no other one can add to the chain."""
        return self._session.get_one(AuditHead, THE_HEAD, with_for_update=True, populate_existing=True)

    def add(self, entry: AuditEntry) -> None:
        """Inserts the entry."""
        self._session.add(entry)

    def oldest_first(self) -> ScalarResult[AuditEntry]:
        """Every entry, by its number, read a thousand at a time. To be closed: PostgreSQL holds a cursor until then."""
        query = select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=READ_AT_ONCE)
        return self._session.scalars(query)

    def newest_first(self, which: AuditFilter, *, before: int | None, limit: int) -> list[AuditEntry]:
        """At most `limit` entries that match, those before that number."""
        query = _matching(select(AuditEntry), which).order_by(AuditEntry.sequence.desc()).limit(limit)
        if before is not None:
            query = query.where(AuditEntry.sequence < before)
        return list(self._session.scalars(query))


def _matching(query: Select[AuditEntry], which: AuditFilter) -> Select[AuditEntry]:
    if which.q:
        columns = (AuditEntry.actor_name, AuditEntry.target_name, AuditEntry.address, AuditEntry.action)
        query = query.where(or_(*(column.icontains(which.q, autoescape=True) for column in columns)))
    if which.action:
        query = query.where(AuditEntry.action.startswith(which.action, autoescape=True))
    if which.actor_id:
        query = query.where(AuditEntry.actor_id == which.actor_id)
    if which.target_id:
        query = query.where(AuditEntry.target_id == which.target_id)
    if which.since:
        query = query.where(AuditEntry.at >= which.since)
    if which.until:
        query = query.where(AuditEntry.at < which.until)
    return query
