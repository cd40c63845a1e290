"""Adds up a batch of events, in memory and in any order. Knows neither what was counted before nor the database."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from service_kit.events import (
    AnyEvent,
    ApiRequest,
    ConversationCreated,
    ConversationDeleted,
    MessageCreated,
    UserLogin,
    UserRegistered,
)

from analytics.times import MICROSECONDS_PER_SECOND, as_utc

FIRST_SERVER_ERROR = 500


@dataclass(slots=True)
class Tally:
    """What a batch adds.

    `days`: per UTC day the sums that `daily_totals` keeps, by its column names. `active`: who was active on which
    day. `registered`, `conversations`: ids that may be new. `messages`, `total_tokens`: over all days.
    """

    days: dict[date, Counter[str]] = field(default_factory=dict)
    active: set[tuple[date, str]] = field(default_factory=set)
    registered: set[str] = field(default_factory=set)
    conversations: set[str] = field(default_factory=set)
    messages: int = 0
    total_tokens: int = 0


def tally(events: Iterable[AnyEvent]) -> Tally:
    """Adds the events up; the same events in another order give the same tally.

    A person is active on a day with any event of theirs but `user_registered`: an account can be made by someone
    else. Tokens are the `total_tokens` of messages, users' messages having none. An API request is an error from
    status 500 on: a 4xx is the caller's doing and says nothing about the service.
    """
    result = Tally()
    for event in events:
        day = as_utc(event.occurred_at).date()
        figures = result.days.setdefault(day, Counter())
        if event.user_id and not isinstance(event, UserRegistered):
            result.active.add((day, event.user_id))
        _add(event, figures, result)
    return result


def _add(event: AnyEvent, figures: Counter[str], result: Tally) -> None:
    match event:
        case ApiRequest():
            figures["api_requests"] += 1
            figures["api_errors"] += event.status_code >= FIRST_SERVER_ERROR
            figures["api_response_us"] += round(event.response_time * MICROSECONDS_PER_SECOND)
        case MessageCreated():
            figures["messages"] += 1
            figures["total_tokens"] += event.total_tokens
            result.messages += 1
            result.total_tokens += event.total_tokens
        case UserRegistered():
            figures["registrations"] += 1
            result.registered.add(event.user_id)
        case UserLogin():
            figures["sign_ins"] += 1
        case ConversationCreated():
            figures["conversations_created"] += 1
            result.conversations.add(event.conversation_id)
        case ConversationDeleted():
            figures["conversations_deleted"] += 1
