"""Keeps the rollups up with the events, in the transaction that stores them."""

from collections.abc import Sequence

from service_kit.events import AnyEvent
from sqlalchemy.orm import Session

from analytics.rollups.repository import RollupRepository
from analytics.rollups.tally import tally


def add_to_rollups(session: Session, new_events: Sequence[AnyEvent]) -> None:
    """Adds events that were never stored before.

    The result depends on the set of events alone, not on their order or batches: every figure is a whole number
    that is added up, or the size of a set. `totals` comes last, because all batches meet at its one row and hold
    it until they commit.
    """
    if not new_events:
        return
    added = tally(new_events)
    repository = RollupRepository(session)
    users = repository.count_users(added.registered)
    conversations = repository.count_conversations(added.conversations)
    newly_active = repository.count_active_users(added.active)
    for day, figures in sorted(added.days.items()):
        repository.add_to_day(day, figures | {"active_users": newly_active[day]})
    repository.add_to_totals(
        users=users, conversations=conversations, messages=added.messages, total_tokens=added.total_tokens
    )
