"""Keeps the rollups up with the events, in the transaction that stores them."""

from collections.abc import Collection, Sequence

from service_kit.clock import utc_now
from service_kit.events import AnyEvent, MessageCreated, TitleGenerated
from service_kit.locks import hold_alone
from sqlalchemy.orm import Session

from analytics.cuts import Cut
from analytics.rollups.keeping import ROLLUPS_LOCK
from analytics.rollups.people import Names, PeopleRollup
from analytics.rollups.people_repository import PeopleRepository
from analytics.rollups.repository import RollupRepository
from analytics.rollups.tally import tally
from analytics.times import Grain, kept_minutes

CONVERSATIONS_AT_ONCE = 500


def add_to_rollups(session: Session, new_events: Sequence[AnyEvent], names: Names) -> None:
    """Adds events that were never stored before, as they came: `names` says what stands for whom.

    The result depends on the set of events alone, not on their order or batches: every figure is a whole number that
    is added up, or the size of a set. From here to its end the transaction is alone with the rollups: all batches meet
    at the same rows anyway, and sketches are read before they are written.
    """
    if not new_events:
        return
    hold_alone(session, ROLLUPS_LOCK)
    erased = {event.user_id for event in new_events if event.user_id and names.is_erased(event.user_id)}
    added = tally(new_events, erased, kept_minutes(utc_now()))
    repository = RollupRepository(session)
    users = PeopleRollup(session, names).add(added.people, added.active)
    conversations = repository.add_conversations(added.conversations)
    repository.add_figures(added.figures)
    repository.add_sketches(added.sketches)
    messages = sum(isinstance(event, MessageCreated) for event in new_events)
    consuming = [event for event in new_events if isinstance(event, MessageCreated | TitleGenerated)]
    repository.add_to_totals(
        users=users,
        conversations=conversations,
        messages=messages,
        total_tokens=sum(event.total_tokens for event in consuming),
    )


def forget_person(session: Session, user_id: str, names: Names) -> None:
    """Puts other names in the place of a person's wherever people are counted; what they did becomes nobody's."""
    hold_alone(session, ROLLUPS_LOCK)
    people, repository = PeopleRepository(session), RollupRepository(session)
    periods = people.periods_of(user_id)
    renamed = {(grain, slot): names.on(user_id, Grain(grain), slot) for grain, slot in periods}
    people.rename_active(user_id, renamed)
    people.rename_person(user_id, names.registered(user_id))
    repository.make_nobodys(Cut.PERSON, [user_id])
    forget_conversations(session, repository.conversations_of(user_id))
    repository.disown_conversations(user_id)


def forget_conversations(session: Session, conversation_ids: Collection[str]) -> None:
    """What happened in these conversations becomes nobody's."""
    hold_alone(session, ROLLUPS_LOCK)
    ids, repository = sorted(conversation_ids), RollupRepository(session)
    for start in range(0, len(ids), CONVERSATIONS_AT_ONCE):
        repository.make_nobodys(Cut.CONVERSATION, ids[start : start + CONVERSATIONS_AT_ONCE])
