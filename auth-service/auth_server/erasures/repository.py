"""The queries on erasures, and on what auth-service itself holds of a person."""

import re
from collections.abc import Iterator, Sequence

from service_kit.idempotency import forget_answers
from service_kit.outbox import forget_parked
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from auth_server.db.administration import Erasure, ErasureTask
from auth_server.db.base import Base
from auth_server.db.models import IdempotencyKey, OutboxEvent, User, UserRole

_ID = re.compile("[0-9a-f-]{36}")  # what else somebody sends as an id need not reach the database


class ErasureRepository:
    """All SQL on `erasures` and `erasure_tasks`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, erasure: Erasure, tasks: Sequence[ErasureTask]) -> None:
        """Inserts an erasure with the services' parts."""
        self._session.add(erasure)
        self._session.flush()
        self._session.add_all(tasks)
        self._session.flush()

    def by_id(self, erasure_id: str) -> Erasure | None:
        """The erasure of that id."""
        return self._session.get(Erasure, erasure_id) if _ID.fullmatch(erasure_id) else None

    def locked(self, erasure_id: str) -> Erasure | None:
        """The same, as it is once no other transaction changes it any more, until this one ends."""
        return self._session.get(Erasure, erasure_id, with_for_update=True, populate_existing=True)

    def by_receipt(self, receipt_hash: str) -> Erasure | None:
        """The erasure of that receipt."""
        return self._session.scalar(select(Erasure).where(Erasure.receipt_hash == receipt_hash))

    def newest_first(self, *, before_id: str | None, limit: int) -> list[Erasure]:
        """At most `limit` erasures, those requested before that one (ids sort by time)."""
        query = select(Erasure).order_by(Erasure.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(Erasure.id < before_id)
        return list(self._session.scalars(query))

    def tasks(self, erasure_ids: Sequence[str]) -> list[ErasureTask]:
        """The services' parts in these erasures."""
        return list(self._session.scalars(select(ErasureTask).where(ErasureTask.erasure_id.in_(erasure_ids))))

    def waiting(self, service: str, *, after_id: str, limit: int) -> list[tuple[str, str]]:
        """(erasure id, user id) of the oldest erasures after that one which the service has not confirmed."""
        query = (
            select(Erasure.id, Erasure.user_id)
            .join(ErasureTask, ErasureTask.erasure_id == Erasure.id)
            .where(ErasureTask.service == service, ErasureTask.confirmed_at.is_(None), Erasure.id > after_id)
            .order_by(Erasure.id)
            .limit(limit)
        )
        return list(self._session.execute(query))


class PersonRepository:
    """What this service holds of a person beside their row."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def holdings(self, user_id: str) -> dict[str, int]:
        """How many rows of each table go with the user's, where there are any; the roles say nothing by number."""
        counts = {}
        for table, column_name in _tables_of_people():
            query = select(func.count()).select_from(table).where(table.c[column_name] == user_id)
            counts[table.name] = int(self._session.execute(query).scalar_one())
        return {name: count for name, count in counts.items() if count}

    def forget_traces(self, user_id: str, invitation_ids: Sequence[str]) -> int:
        """Deletes what speaks of the person without hanging on their row: kept answers and refused events.

        The answer to an invitation holds the address that it was for, and of the person nothing but that.
        """
        answers = sum(forget_answers(self._session, IdempotencyKey, one) for one in (user_id, *invitation_ids))
        return answers + forget_parked(self._session, OutboxEvent, user_id)


def _tables_of_people() -> Iterator[tuple[Table, str]]:
    """Every table whose rows are deleted with their user, found by its key, so that none can be forgotten here."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is User.__table__ and key.ondelete == "CASCADE" and table is not UserRole.__table__:
                yield table, key.parent.name
