"""All SQL that writes figures and sketches."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from service_kit.upsert import add_all, add_to, insert_new, put_all
from sqlalchemy import and_, bindparam, delete, select, tuple_, update
from sqlalchemy.orm import Session

from analytics.cuts import FIGURES, NOBODY, Cut
from analytics.db.tables import counted_conversations, figures, sketches, totals
from analytics.rollups.sketches import Sketch, decode, encode
from analytics.rollups.tally import FigureKey, SketchKey

ALL_TIME = "all"
AT_ONCE = 500  # keys in one question
_NOUGHT = dict.fromkeys(FIGURES, 0)
_SKETCH_KEY = tuple_(sketches.c.cut, sketches.c.grain, sketches.c.slot, sketches.c.subject, sketches.c.measure)
_SKETCHES = select(sketches).where(_SKETCH_KEY.in_(bindparam("keys", expanding=True)))


class RollupRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_figures(self, added: Mapping[FigureKey, Mapping[str, int]]) -> None:
        """Adds to the sums; a figure that is not named stays."""
        rows = [
            _NOUGHT | dict(sums) | {"cut": int(cut), "grain": int(grain), "slot": slot, "subject": subject}
            for (cut, grain, slot, subject), sums in added.items()
        ]
        add_all(self._session, figures, rows)

    def add_sketches(self, added: Mapping[SketchKey, Mapping[int, int]]) -> None:
        """Merges durations into those that are kept."""
        keys = [(int(cut), int(grain), slot, subject, int(measure)) for cut, grain, slot, subject, measure in added]
        kept = self._sketches(keys)
        rows = []
        for key, sketch in zip(keys, added.values(), strict=True):
            merged = kept.get(key, Counter())
            merged.update(sketch)
            rows.append(_sketch_row(key, merged))
        put_all(self._session, sketches, rows)

    def _sketches(self, keys: list[tuple[int, int, int, str, int]]) -> dict[tuple[int, int, int, str, int], Sketch]:
        found = {}
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            for row in self._session.connection().execute(_SKETCHES, {"keys": some}):
                found[row.cut, row.grain, row.slot, row.subject, row.measure] = decode(row.buckets)
        return found

    def add_conversations(self, begun: Mapping[str, str]) -> int:
        """Counts conversations, by their ids, with who began them; returns how many were not counted yet.

        Of several who are said to have begun one the smallest id stays, whichever comes first.
        """
        rows = [{"conversation_id": id_, "user_id": user_id} for id_, user_id in begun.items()]
        added = {row["conversation_id"] for row in insert_new(self._session, counted_conversations, rows)}
        table = counted_conversations.c
        for id_, user_id in begun.items():
            if id_ not in added:
                is_smaller = (table.conversation_id == id_) & (table.user_id > user_id)
                self._session.execute(update(counted_conversations).where(is_smaller).values(user_id=user_id))
        return len(added)

    def add_to_totals(self, *, users: int, conversations: int, messages: int, total_tokens: int) -> None:
        """Adds to the sums over all time."""
        row = {"users": users, "conversations": conversations, "messages": messages, "total_tokens": total_tokens}
        add_to(self._session, totals, {"scope": ALL_TIME} | row)

    def conversations_of(self, user_id: str) -> list[str]:
        """Those that the person is known to have begun."""
        table = counted_conversations.c
        return list(self._session.scalars(select(table.conversation_id).where(table.user_id == user_id)))

    def disown_conversations(self, user_id: str) -> None:
        """Keeps that they were begun, not by whom."""
        statement = update(counted_conversations).where(counted_conversations.c.user_id == user_id)
        self._session.execute(statement.values(user_id=NOBODY))

    def make_nobodys(self, cut: Cut, subjects: Collection[str]) -> None:
        """Adds the figures of these subjects to nobody's, and forgets them."""
        is_theirs = and_(figures.c.cut == int(cut), figures.c.subject.in_(subjects))
        added: dict[tuple[int, int], Counter[str]] = {}
        for row in self._session.execute(select(figures).where(is_theirs)).mappings():
            sums = added.setdefault((row["grain"], row["slot"]), Counter())
            sums.update({name: row[name] for name in FIGURES})
        self._session.execute(delete(figures).where(is_theirs))
        rows: list[dict[str, Any]] = [
            {"cut": int(cut), "grain": grain, "slot": slot, "subject": NOBODY} | dict(sums)
            for (grain, slot), sums in added.items()
        ]
        add_all(self._session, figures, rows)


def _sketch_row(key: tuple[int, int, int, str, int], sketch: Mapping[int, int]) -> dict[str, Any]:
    cut, grain, slot, subject, measure = key
    return {
        "cut": cut,
        "grain": grain,
        "slot": slot,
        "subject": subject,
        "measure": measure,
        "buckets": encode(sketch),
    }
