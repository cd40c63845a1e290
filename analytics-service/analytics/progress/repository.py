"""All SQL of the progress of works."""

from service_kit.upsert import put_all
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analytics.db.tables import progress


class ProgressRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def position(self, work: str) -> str | None:
        """How far the work has come; None when there is none to do."""
        return self._session.scalars(select(progress.c.position).where(progress.c.work == work)).one_or_none()

    def set_position(self, work: str, position: str) -> None:
        """Keeps how far the work has come."""
        put_all(self._session, progress, [{"work": work, "position": position}])

    def end(self, work: str) -> None:
        """Keeps that there is nothing left of the work to do."""
        self._session.execute(delete(progress).where(progress.c.work == work))
