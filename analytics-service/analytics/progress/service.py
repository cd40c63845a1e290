"""The progress of works: each has a name and a position, a text that is the work's own to read."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from analytics.progress.repository import ProgressRepository


class Progress:
    """That of one work. Who changes it is alone with it, by a lock of the work's own."""

    def __init__(self, session: Session, work: str) -> None:
        self._repository = ProgressRepository(session)
        self._work = work

    @property
    def position(self) -> str | None:
        """How far it has come; None when there is nothing to do, or nothing was done yet."""
        return self._repository.position(self._work)

    def move(self, position: str) -> None:
        """Keeps how far it has come."""
        self._repository.set_position(self._work, position)

    def end(self) -> None:
        """Keeps that there is nothing left to do."""
        self._repository.end(self._work)

    def is_turn(self, now: datetime, *, every: timedelta) -> bool:
        """Whether it is time again for what is done again and again; if so, this is the time that counts from now on.

        A clock that was set back stops nobody.
        """
        position = self.position
        last = None if position is None else datetime.fromisoformat(position)
        if last is not None and last <= now < last + every:
            return False
        self.move(now.isoformat())
        return True
