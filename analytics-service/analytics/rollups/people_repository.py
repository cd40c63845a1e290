"""All SQL of what is known of people."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from service_kit.upsert import add_all, insert_new, put_all
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from analytics.db.tables import active_counts, active_people, cohorts, people
from analytics.times import Grain

AT_ONCE = 1_000  # ids in one question; SQLite takes 32,766 values at most


class PersonRow(NamedTuple):
    """What is known of a person. Of an erased one only the week of registering."""

    user_id: str
    registered_week: int | None = None
    first_event_at: datetime | None = None
    last_event_at: datetime | None = None


class PeopleRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def people(self, user_ids: Iterable[str]) -> dict[str, PersonRow]:
        """The rows of those that there are."""
        return {
            row.user_id: PersonRow(*row)
            for some in _parts(user_ids)
            for row in self._session.execute(select(people).where(people.c.user_id.in_(some)))
        }

    def put_people(self, rows: Collection[PersonRow]) -> None:
        """Keeps these rows in the place of those of the same people."""
        put_all(self._session, people, [row._asdict() for row in rows])

    def add_active(self, rows: Iterable[tuple[Grain, int, str]]) -> list[tuple[int, int, str]]:
        """Counts these names as active; returns those that were not counted yet."""
        values = [{"grain": int(grain), "slot": slot, "user_id": name} for grain, slot, name in rows]
        added = insert_new(self._session, active_people, values)
        return [(row["grain"], row["slot"], row["user_id"]) for row in added]

    def add_to_counts(self, counts: Mapping[tuple[int, int], int]) -> None:
        """Adds to how many people were active in a day, week or month."""
        rows = [{"grain": grain, "slot": slot, "people": count} for (grain, slot), count in counts.items()]
        add_all(self._session, active_counts, rows)

    def add_to_cohorts(self, cells: Mapping[tuple[int, int], int]) -> None:
        """Adds to how many of those who registered in one week were active in the other."""
        rows = [
            {"registered_week": registered, "active_week": active, "people": count}
            for (registered, active), count in cells.items()
        ]
        add_all(self._session, cohorts, rows)
        if min(cells.values(), default=0) < 0:  # where nobody is left, nobody was: no order of events leaves a trace
            self._session.execute(delete(cohorts).where(cohorts.c.people == 0))

    def slots(self, grain: Grain) -> list[int]:
        """All days, weeks or months in which anybody was active."""
        return list(self._session.scalars(select(active_counts.c.slot).where(active_counts.c.grain == int(grain))))

    def active(self, grain: Grain, names: Iterable[str]) -> list[tuple[str, int]]:
        """In which days, weeks or months these names were active."""
        table = active_people.c
        return [
            (row.user_id, row.slot)
            for some in _parts(names)
            for row in self._session.execute(
                select(table.user_id, table.slot).where(table.user_id.in_(some), table.grain == int(grain))
            )
        ]

    def rename_active(self, user_id: str, names: Mapping[tuple[int, int], str]) -> None:
        """Puts a name in the place of the id, by grain and slot."""
        table = active_people.c
        for (grain, slot), name in names.items():
            is_theirs = (table.grain == grain) & (table.slot == slot) & (table.user_id == user_id)
            self._session.execute(update(active_people).where(is_theirs).values(user_id=name))

    def periods_of(self, user_id: str) -> list[tuple[int, int]]:
        """Grain and slot of every day, week and month in which the id was active."""
        table = active_people.c
        rows = self._session.execute(select(table.grain, table.slot).where(table.user_id == user_id))
        return [(row.grain, row.slot) for row in rows]

    def rename_person(self, user_id: str, name: str) -> None:
        """Keeps of the person the week of registering alone, under the name; nothing where there is none."""
        row = self.people([user_id]).get(user_id)
        self._session.execute(delete(people).where(people.c.user_id == user_id))
        if row is not None and row.registered_week is not None:
            self.put_people([PersonRow(name, row.registered_week)])


def _parts(values: Iterable[str]) -> Iterable[list[str]]:
    distinct = sorted(set(values))
    return (distinct[start : start + AT_ONCE] for start in range(0, len(distinct), AT_ONCE))
