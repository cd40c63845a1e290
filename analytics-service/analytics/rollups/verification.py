"""Counts everything anew from the stored events, a UTC day at a time, and compares it with what is kept."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from service_kit.database import Database
from service_kit.locks import hold_alone
from sqlalchemy.orm import Session

from analytics.rollups.keeping import ROLLUPS_LOCK, kept_since
from analytics.rollups.kept_rollups import KeptRollups
from analytics.rollups.raw_events import RawEvents
from analytics.rollups.tally import Tally, tally
from analytics.times import QUARTERS_PER_DAY, Grain, date_of

Key = tuple[Any, ...]
MOST_TOLD = 50  # differences; one that repeats shows itself in these


@dataclass(slots=True)
class Verification:
    """How many days were compared, and how many differences there were, of which at most 50 are told in words."""

    days: int = 0
    differences: int = 0
    told: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        """Counts a difference."""
        self.differences += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(sentence)


async def verify_rollups(database: Database, erased: Container[str], *, is_repaired: bool) -> Verification:
    """Compares, and with `is_repaired` puts what was counted anew in the place of what differs.

    Each day is a transaction of its own, in memory for that day's sums alone; events go on coming in meanwhile. What
    happened before the day from which on all events are kept cannot be counted anew and is left as it is. Not to be
    asked while somebody is being erased: half of what is theirs is nobody's then.
    """
    result, run = Verification(), database.write if is_repaired else database.read
    days = await database.read(lambda session: set(RawEvents(session).days()) | KeptRollups(session).days())
    for day in sorted(days):

        def compare(session: Session, day: int = day) -> None:
            hold_alone(session, ROLLUPS_LOCK)
            first = kept_since(session)  # asked for each day: events may go at this moment
            if first is None or day >= first:
                _compare_day(session, day, erased, result, is_repaired=is_repaired)
                result.days += 1

        await run(compare)

    def compare_sums(session: Session) -> None:
        hold_alone(session, ROLLUPS_LOCK)
        for sentence in KeptRollups(session).differences_of_sums(is_repaired=is_repaired):
            result.note(sentence)

    await run(compare_sums)
    return result


def _compare_day(
    session: Session, day: int, erased: Container[str], result: Verification, *, is_repaired: bool
) -> None:
    expected, kept = _of_day(tally(RawEvents(session).of_day(day), erased), day), KeptRollups(session)
    differences = [
        *_differences("figures", expected.figures, kept.figures(day), day),
        *_differences("durations", expected.sketches, kept.sketches(day), day),
    ]
    active = {user_id for _, user_id in expected.active}
    if (counted := kept.active(day)) != active:
        differences.append(f"{date_of(day)}: {len(counted)} people are counted as active, {len(active)} were.")
    for sentence in differences:
        result.note(sentence)
    if differences and is_repaired:
        kept.replace_day(day, expected, active)


def _of_day(counted: Tally, day: int) -> Tally:
    """Without what falls on other days: feedback counts on its answer's, its writer was active on its own."""
    quarters = range(day * QUARTERS_PER_DAY, (day + 1) * QUARTERS_PER_DAY)

    def is_here(grain: Grain, slot: int) -> bool:
        return slot in quarters if grain is Grain.QUARTER else slot == day

    return Tally(
        figures={key: sums for key, sums in counted.figures.items() if is_here(key[1], key[2])},
        sketches={key: sketch for key, sketch in counted.sketches.items() if is_here(key[1], key[2])},
        active={(on, user_id) for on, user_id in counted.active if on == day},
    )


def _differences(
    what: str, expected: Mapping[Key, Mapping[Any, int]], kept: Mapping[Key, Mapping[Any, int]], day: int
) -> list[str]:
    """One sentence for each row that is not what it should be; a row of noughts is as good as none."""
    return [
        f"{date_of(day)}: the {what} of {' '.join(str(part) for part in key)} differ."
        for key in sorted(expected.keys() | kept.keys())
        if _without_noughts(expected.get(key, {})) != _without_noughts(kept.get(key, {}))
    ]


def _without_noughts(sums: Mapping[Any, int]) -> dict[Any, int]:
    return {name: amount for name, amount in sums.items() if amount}
