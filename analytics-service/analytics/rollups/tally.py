"""Adds up a batch of events, in memory and in any order. Knows neither what was counted before nor the database."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from service_kit.events import AnyEvent, ConversationCreated, MessageFeedback, TitleGenerated, UserRegistered

from analytics.cuts import MINUTE_CUTS, NOBODY, TIMED_CUTS, Cut, Measure
from analytics.rollups.contributions import Contribution, contribution_of
from analytics.rollups.sketches import bucket_of
from analytics.times import QUARTERS_PER_DAY, Grain, as_utc, day_of, minute_of, period_of, quarter_of

ERASED_PREFIX = "erased-"
FigureKey = tuple[Cut, Grain, int, str]
SketchKey = tuple[Cut, Grain, int, str, Measure]
NO_MINUTES = range(0)


@dataclass(slots=True)
class PersonSeen:
    """When the first and the newest event of a person occurred, and the first week of a registration."""

    first_event_at: datetime
    last_event_at: datetime
    registered_week: int | None = None

    def merge(self, other: "PersonSeen") -> None:
        """Takes over what the other knows."""
        self.first_event_at = min(self.first_event_at, other.first_event_at)
        self.last_event_at = max(self.last_event_at, other.last_event_at)
        self.registered_week = earlier(self.registered_week, other.registered_week)


@dataclass(slots=True)
class Tally:
    """What a batch adds.

    figures, sketches: by cut, grain, slot and subject. active: who was active on which UTC day. people: what is known
    of whom. conversations: those that were begun, and by whom.
    """

    figures: dict[FigureKey, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    sketches: dict[SketchKey, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    active: set[tuple[int, str]] = field(default_factory=set)
    people: dict[str, PersonSeen] = field(default_factory=dict)
    conversations: dict[str, str] = field(default_factory=dict)


def tally(events: Iterable[AnyEvent], erased: Container[str] = (), minutes: range = NO_MINUTES) -> Tally:
    """Adds the events up; the same events in another order give the same tally.

    A person is active on a day with any event of theirs but `user_registered`, as an account can be made by someone
    else, and `title_generated`, which the service does by itself. `erased` are the ids whose person and conversations
    are to be nobody's among the figures; elsewhere they stand as they came, for the caller to put other names in their
    place. `minutes` are those that are added up by themselves.
    """
    result = Tally()
    for event in events:
        _note_person(event, result)
        is_nobody = event.user_id in erased or event.user_id.startswith(ERASED_PREFIX)
        _add(contribution_of(event, is_nobody=is_nobody), _counted_at(event), minutes, result)
        if isinstance(event, ConversationCreated):
            owner = NOBODY if is_nobody else event.user_id
            result.conversations[event.conversation_id] = min(
                owner, result.conversations.get(event.conversation_id, owner)
            )
    for (cut, grain, quarter, subject), figures in list(result.figures.items()):
        if grain is Grain.QUARTER:
            result.figures[cut, Grain.DAY, quarter // QUARTERS_PER_DAY, subject].update(figures)
    for (cut, grain, quarter, subject, measure), sketch in list(result.sketches.items()):
        if grain is Grain.QUARTER:
            result.sketches[cut, Grain.DAY, quarter // QUARTERS_PER_DAY, subject, measure].update(sketch)
    return result


def earlier(one: int | None, other: int | None) -> int | None:
    """The smaller of two of which either may be missing."""
    known = [week for week in (one, other) if week is not None]
    return min(known) if known else None


def _counted_at(event: AnyEvent) -> datetime:
    """Thumbs count where their answer does, or one that is taken back would be missing elsewhere."""
    return event.message_at if isinstance(event, MessageFeedback) else event.occurred_at


def _note_person(event: AnyEvent, result: Tally) -> None:
    if not event.user_id:
        return
    at, week = as_utc(event.occurred_at), None
    if isinstance(event, UserRegistered):
        week = period_of(day_of(at), Grain.WEEK)
    elif not isinstance(event, TitleGenerated):
        result.active.add((day_of(at), event.user_id))
    seen = PersonSeen(at, at, week)
    if event.user_id in result.people:
        result.people[event.user_id].merge(seen)
    else:
        result.people[event.user_id] = seen


def _add(contribution: Contribution, at: datetime, minutes: range, result: Tally) -> None:
    slots = [(Grain.QUARTER, quarter_of(at))]
    if (minute := minute_of(at)) in minutes:
        slots.append((Grain.MINUTE, minute))
    for cut, subject in contribution.subjects:
        for grain, slot in slots if cut in MINUTE_CUTS else slots[:1]:
            figures = result.figures[cut, grain, slot, subject]
            for name, amount in contribution.figures:
                figures[name] += amount
            if cut in TIMED_CUTS:
                for measure, microseconds in contribution.durations:
                    result.sketches[cut, grain, slot, subject, measure][bucket_of(microseconds)] += 1
