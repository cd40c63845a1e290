"""Who was active when, who registered when, and how many of those who registered in one week came back in another."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.orm import Session

from analytics.rollups.people_repository import PeopleRepository, PersonRow
from analytics.rollups.tally import PersonSeen, earlier
from analytics.times import Grain, period_of

LONGER_PERIODS = (Grain.WEEK, Grain.MONTH)


class Names(Protocol):
    """Under which names people are counted: everybody's own, and others in the place of an erased person's."""

    def is_erased(self, user_id: str) -> bool:
        """Whether the person was erased."""
        ...

    def registered(self, user_id: str) -> str:
        """The name among all who ever registered."""
        ...

    def on(self, user_id: str, grain: Grain, slot: int) -> str:
        """The name among those who were active in that day, week or month."""
        ...


@dataclass(slots=True)
class _Registration:
    """The week in which a person registered, as it was known before this batch and as it is known now."""

    before: int | None
    now: int | None
    new_weeks: set[int] = field(default_factory=set)


class PeopleRollup:
    """Works in the transaction of the session that it is given, whose lock on the rollups the caller holds."""

    def __init__(self, session: Session, names: Names) -> None:
        self._repository = PeopleRepository(session)
        self._names = names

    def add(self, seen: Mapping[str, PersonSeen], active: Collection[tuple[int, str]]) -> int:
        """Takes note of people and of their activity. Returns how many have registered who had not before."""
        registrations = self._note(seen)
        self._add_active(active, registrations)
        self._add_to_cohorts(registrations)
        return sum(known.before is None and known.now is not None for known in registrations.values())

    def _note(self, seen: Mapping[str, PersonSeen]) -> dict[str, _Registration]:
        """Keeps when people were seen; of an erased person the week of registering alone."""
        names = {user_id: self._row_name(user_id) for user_id in seen}
        known = self._repository.people(names.values())
        registrations: dict[str, _Registration] = {}
        changed: list[PersonRow] = []
        for user_id, now in seen.items():
            row = known.get(names[user_id], PersonRow(names[user_id]))
            merged = self._merged(row, now, is_erased=self._names.is_erased(user_id))
            registrations[user_id] = _Registration(row.registered_week, merged.registered_week)
            if merged != row:
                changed.append(merged)
        self._repository.put_people(changed)
        return registrations

    def _row_name(self, user_id: str) -> str:
        return self._names.registered(user_id) if self._names.is_erased(user_id) else user_id

    @staticmethod
    def _merged(row: PersonRow, now: PersonSeen, *, is_erased: bool) -> PersonRow:
        week = earlier(row.registered_week, now.registered_week)
        if is_erased:
            return row._replace(registered_week=week)
        first = min(row.first_event_at or now.first_event_at, now.first_event_at)
        last = max(row.last_event_at or now.last_event_at, now.last_event_at)
        return PersonRow(row.user_id, week, first, last)

    def _add_active(self, active: Collection[tuple[int, str]], registrations: Mapping[str, _Registration]) -> None:
        """Whose day is known is known in its week and month, too: only new days are looked for there."""
        days = {(day, self._names.on(user_id, Grain.DAY, day)): user_id for day, user_id in active}
        added = self._repository.add_active((Grain.DAY, day, name) for day, name in days)
        longer: dict[tuple[Grain, int, str], str] = {}
        for _, day, name in added:
            user_id = days[day, name]
            for grain in LONGER_PERIODS:
                slot = period_of(day, grain)
                longer[grain, slot, self._names.on(user_id, grain, slot)] = user_id
        added += self._repository.add_active(longer)
        self._repository.add_to_counts(Counter((grain, slot) for grain, slot, _ in added))
        for number, slot, name in added:
            if number == Grain.WEEK:
                registrations[longer[Grain.WEEK, slot, name]].new_weeks.add(slot)

    def _add_to_cohorts(self, registrations: Mapping[str, _Registration]) -> None:
        cells: Counter[tuple[int, int]] = Counter()
        moved = {user_id: known for user_id, known in registrations.items() if known.before != known.now}
        weeks = self._active_weeks(moved)
        for user_id, known in registrations.items():
            if user_id in moved:
                _move(cells, known, weeks[user_id])
            elif known.now is not None:
                cells.update((known.now, week) for week in known.new_weeks)
        self._repository.add_to_cohorts({cell: people for cell, people in cells.items() if people})

    def _active_weeks(self, user_ids: Collection[str]) -> Mapping[str, set[int]]:
        """All weeks in which people were active; of erased ones by their name in each of the weeks that there are."""
        weeks: dict[str, set[int]] = defaultdict(set)
        if not user_ids:
            return weeks
        erased = [user_id for user_id in user_ids if self._names.is_erased(user_id)]
        names = {user_id: user_id for user_id in user_ids if user_id not in erased}
        slots = self._repository.slots(Grain.WEEK) if erased else []
        names |= {self._names.on(user_id, Grain.WEEK, slot): user_id for user_id in erased for slot in slots}
        for name, slot in self._repository.active(Grain.WEEK, names):
            weeks[names[name]].add(slot)
        return weeks


def _move(cells: Counter[tuple[int, int]], known: _Registration, weeks: Collection[int]) -> None:
    """Counts the person's weeks under the week of registering that is known now, and no longer under the other."""
    for week in weeks:
        if known.now is not None:
            cells[known.now, week] += 1
        if known.before is not None and week not in known.new_weeks:
            cells[known.before, week] -= 1
