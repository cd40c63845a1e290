"""The queries on counted failures."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth_server.db.models import FailureCount


class FailureRepository:
    """All SQL on `failure_counts`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def locked(self, keys: Collection[str]) -> dict[str, FailureCount]:
        """The counts there are, which no other transaction changes until this one ends; always in the same order."""
        query = select(FailureCount).where(FailureCount.key.in_(keys)).order_by(FailureCount.key).with_for_update()
        return {row.key: row for row in self._session.scalars(query)}

    def add(self, row: FailureCount) -> None:
        """Inserts a count at once, so that one added meanwhile shows here."""
        self._session.add(row)
        self._session.flush()

    def forget(self, *, before: datetime) -> None:
        """Deletes what has not been counted since."""
        self._session.execute(delete(FailureCount).where(FailureCount.at < before))
