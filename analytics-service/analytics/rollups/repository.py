"""All SQL that writes rollups."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from service_kit.upsert import add_to, insert_new
from sqlalchemy.orm import Session

from analytics.db.tables import counted_conversations, counted_users, daily_active_users, daily_totals, totals

ALL_TIME = "all"
_DAILY_FIGURES = [column.name for column in daily_totals.c if not column.primary_key]


class RollupRepository:
    """Writes in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count_users(self, user_ids: Iterable[str]) -> int:
        """How many of these were never counted before; they are from now on."""
        rows = [{"user_id": user_id} for user_id in user_ids]
        return len(insert_new(self._session, counted_users, rows, counted_users.c.user_id))

    def count_conversations(self, conversation_ids: Iterable[str]) -> int:
        """How many of these were never counted before; they are from now on."""
        rows = [{"conversation_id": conversation_id} for conversation_id in conversation_ids]
        return len(insert_new(self._session, counted_conversations, rows, counted_conversations.c.conversation_id))

    def count_active_users(self, active: Iterable[tuple[date, str]]) -> Counter[date]:
        """How many of these people were not yet counted as active, per day; they are from now on."""
        rows = [{"day": day, "user_id": user_id} for day, user_id in active]
        return Counter(row.day for row in insert_new(self._session, daily_active_users, rows, daily_active_users.c.day))

    def add_to_day(self, day: date, figures: Mapping[str, int]) -> None:
        """Adds to the day's sums; a figure that is not named stays."""
        add_to(self._session, daily_totals, {"day": day} | {name: figures.get(name, 0) for name in _DAILY_FIGURES})

    def add_to_totals(self, *, users: int, conversations: int, messages: int, total_tokens: int) -> None:
        """Adds to the sums over all time."""
        row = {"users": users, "conversations": conversations, "messages": messages, "total_tokens": total_tokens}
        add_to(self._session, totals, {"scope": ALL_TIME} | row)
