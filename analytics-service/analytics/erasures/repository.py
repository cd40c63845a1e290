"""All SQL of erasures."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from analytics.db.tables import erased_people, events, parked_events

ERASURES_LOCK = "erasures"
REGISTRATION = "user_registered"


class ErasureRepository:
    """Writes in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def known(self, person_hashes: Collection[str]) -> set[str]:
        """Those of the codes that are erased people's."""
        query = select(erased_people.c.person_hash).where(erased_people.c.person_hash.in_(person_hashes))
        return set(self._session.scalars(query))

    def all(self) -> set[str]:
        """The codes of all erased people."""
        return set(self._session.scalars(select(erased_people.c.person_hash)))

    def add(self, person_hash: str, now: datetime) -> None:
        """Remembers a person as erased."""
        self._session.execute(insert(erased_people).values(person_hash=person_hash, events=0, erased_at=now))

    def lock(self, person_hash: str) -> None:
        """Until this transaction ends nobody else erases anything of this person."""
        query = select(erased_people.c.person_hash).where(erased_people.c.person_hash == person_hash)
        self._session.execute(query.with_for_update())

    def add_events(self, person_hash: str, count: int) -> None:
        """Counts events that belong to nobody from now on."""
        statement = update(erased_people).where(erased_people.c.person_hash == person_hash)
        self._session.execute(statement.values(events=erased_people.c.events + count))

    def events_erased(self, person_hash: str) -> int:
        """How many events of the person belong to nobody."""
        query = select(erased_people.c.events).where(erased_people.c.person_hash == person_hash)
        return int(self._session.execute(query).scalar_one())

    def count_events(self, user_id: str) -> int:
        """How many events there are of the person."""
        query = select(func.count()).select_from(events).where(events.c.user_id == user_id)
        return self._session.execute(query).scalar_one()

    def rename_registrations(self, user_id: str, name: str) -> int:
        """Puts the name in the place of the id in registrations; answers how many there were."""
        return self._rename((events.c.user_id == user_id) & (events.c.event_type == REGISTRATION), name)

    def first_day(self, user_id: str) -> date | None:
        """The UTC day of the oldest event of the person."""
        query = select(func.min(events.c.occurred_at)).where(events.c.user_id == user_id)
        occurred_at = self._session.execute(query).scalar_one()
        return occurred_at.date() if occurred_at is not None else None

    def rename_day(self, user_id: str, day: date, name: str) -> int:
        """Puts the name in the place of the id in all events of that day; answers how many there were."""
        return self._rename(_on_day(user_id, day), name)

    def conversations_on(self, user_id: str, day: date) -> list[str]:
        """The conversations that the person's events of that day are about."""
        query = select(events.c.conversation_id).where(_on_day(user_id, day), events.c.conversation_id.is_not(None))
        return list(self._session.scalars(query.distinct()))

    def forget_parked(self, user_id: str) -> None:
        """Deletes what could not be read and speaks of the person."""
        is_theirs = parked_events.c.event_text.contains(f'"{user_id}"', autoescape=True)
        self._session.execute(delete(parked_events).where(is_theirs))

    def _rename(self, which: ColumnElement[bool], name: str) -> int:
        count = self._session.execute(select(func.count()).select_from(events).where(which)).scalar_one()
        self._session.execute(update(events).where(which).values(user_id=name, conversation_id=None))
        return count


def _on_day(user_id: str, day: date) -> ColumnElement[bool]:
    begins = datetime.combine(day, time(), UTC)
    which = (events.c.user_id == user_id) & (events.c.occurred_at >= begins)
    if day < date.max:  # a clock may be wrong by any amount, and the calendar's last day has no next one
        which &= events.c.occurred_at < begins + timedelta(days=1)
    return which
