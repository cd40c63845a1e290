"""Which rows make up the intervals of a range, few of them: whole UTC days, put right by quarter hours at the edges.

Everything that rollups hold can be taken away again. So the day of a viewer whose zone is two hours away is a UTC day
with eight quarter hours more on one side and eight less on the other, instead of 96 quarter hours.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from analytics.times import QUARTERS_PER_DAY, Grain


class SlotRange(NamedTuple):
    """Rows to read: slots of a grain from one to before another; of quarter hours those at these places of their day.

    None are all places.
    """

    grain: Grain
    start: int
    end: int
    places: Sequence[int] | None = None


class Share(NamedTuple):
    """An interval, and whether a row adds to it (1) or is taken away from it (-1)."""

    interval: int
    sign: int


class Intervals:
    """The intervals between quarter hours that follow each other. `is_in_days`: all are longer than half a day."""

    def __init__(self, bounds: Sequence[int]) -> None:
        self._bounds = bounds
        self._count = len(bounds) - 1
        self.is_in_days = all(later - earlier > QUARTERS_PER_DAY // 2 for earlier, later in pairwise(bounds))

    def ranges(self) -> list[SlotRange]:
        """The rows that are needed; each counts as `shares` says.

        Of whole days put right by quarter hours, the quarter hours of one half of a day count alike.
        """
        first, last = self._bounds[0], self._bounds[-1]
        if not self.is_in_days:
            return [SlotRange(Grain.QUARTER, first, last)]
        days = SlotRange(Grain.DAY, first // QUARTERS_PER_DAY, -(-last // QUARTERS_PER_DAY))
        return [days, *self._edges()]

    def _edges(self) -> Iterator[SlotRange]:
        """The quarter hours that belong elsewhere than their day: one range until the clocks change."""
        moved = ((day, tuple(self._moved_places(day, bounds))) for day, bounds in self._split_days())
        for places, run in groupby(moved, lambda one: one[1]):
            days = [day for day, _ in run]
            if places:
                yield SlotRange(Grain.QUARTER, days[0] * QUARTERS_PER_DAY, (days[-1] + 1) * QUARTERS_PER_DAY, places)

    def shares(self, grain: Grain, slot: int) -> list[Share]:
        """Where the row of a slot counts."""
        if grain is Grain.DAY:
            wanted = [Share(self._of_day(slot), 1)]
        else:
            own, of_day = self._of(slot), self._of_day(slot // QUARTERS_PER_DAY)
            wanted = [Share(own, 1)]
            if self.is_in_days:
                wanted = [Share(own, 1), Share(of_day, -1)] if own != of_day else []
        return [share for share in wanted if 0 <= share.interval < self._count]

    def _of(self, quarter: int) -> int:
        return bisect_right(self._bounds, quarter) - 1

    def _of_day(self, day: int) -> int:
        """A UTC day counts where its noon does."""
        return self._of(day * QUARTERS_PER_DAY + QUARTERS_PER_DAY // 2)

    def _split_days(self) -> Iterator[tuple[int, list[int]]]:
        """The UTC days within which an interval begins or ends, and where."""
        for day, bounds in groupby(self._bounds, lambda bound: bound // QUARTERS_PER_DAY):
            inner = [bound for bound in bounds if bound % QUARTERS_PER_DAY]
            if inner:
                yield day, inner

    def _moved_places(self, day: int, bounds: Sequence[int]) -> Iterator[int]:
        """The quarter hours that belong elsewhere than their day, by their places in it."""
        start = day * QUARTERS_PER_DAY
        for begins, ends in pairwise([start, *bounds, start + QUARTERS_PER_DAY]):
            if self._of(begins) != self._of_day(day):
                yield from range(begins - start, ends - start)
