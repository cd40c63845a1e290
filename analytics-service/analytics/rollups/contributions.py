"""What one event adds, and to which subjects: the meaning of every figure."""

from typing import NamedTuple

from service_kit.events import (
    AnyEvent,
    ApiRequest,
    ConversationCreated,
    ConversationDeleted,
    MessageCreated,
    MessageFeedback,
    TitleGenerated,
    UserLogin,
    UserRegistered,
)

from analytics.cuts import NOBODY, Cut, Measure, endpoint_subject
from analytics.times import MICROSECONDS_PER_SECOND

FIRST_CALLERS_ERROR = 400
FIRST_SERVER_ERROR = 500
_BY_STATUS = {
    "complete": "answers_complete",
    "stopped": "answers_stopped",
    "interrupted": "answers_interrupted",
    "failed": "answers_failed",
}
Subject = tuple[Cut, str]


class Contribution(NamedTuple):
    """What an event adds: to each of the subjects all of the figures, and the durations (microseconds)."""

    subjects: list[Subject]
    figures: list[tuple[str, int]]
    durations: list[tuple[Measure, int]]


def contribution_of(event: AnyEvent, *, is_nobody: bool) -> Contribution:
    """What the event adds. With `is_nobody` it belongs to no person and no conversation in particular."""
    person = NOBODY if is_nobody else event.user_id
    added = Contribution([(Cut.ALL, NOBODY), (Cut.PERSON, person)], [], [])
    match event:
        case ApiRequest():
            _add_request(event, added)
        case MessageCreated():
            _add_message(event, added)
        case TitleGenerated():
            _add_consumption(event, added)
            _add_cost(event.cost_nano_usd, added)
        case MessageFeedback():
            _add_feedback(event, added)
        case UserRegistered():
            added.figures.append(("registrations", 1))
        case UserLogin():
            added.figures.append(("sign_ins", 1))
        case ConversationCreated():
            added.figures.append(("conversations_created", 1))
        case ConversationDeleted():
            added.figures.append(("conversations_deleted", 1))
    if not isinstance(event, ApiRequest | UserRegistered | UserLogin):
        added.subjects.append((Cut.CONVERSATION, NOBODY if is_nobody else event.conversation_id))
    return added


def _add_request(event: ApiRequest, added: Contribution) -> None:
    """A 4xx is the caller's doing, a 5xx the service's."""
    took_us = _microseconds(event.response_time)
    added.subjects.append((Cut.ENDPOINT, endpoint_subject(event.source, event.method, event.endpoint)))
    added.figures.extend([("requests", 1), ("request_us", took_us)])
    if event.status_code >= FIRST_SERVER_ERROR:
        added.figures.append(("requests_5xx", 1))
    elif event.status_code >= FIRST_CALLERS_ERROR:
        added.figures.append(("requests_4xx", 1))
    added.durations.append((Measure.REQUEST, took_us))


def _add_message(event: MessageCreated, added: Contribution) -> None:
    """Tokens and cost are those of the message; people's have none."""
    added.subjects.append((Cut.ROLE, event.role))
    _add_consumption(event, added)
    if event.role == "user":
        added.figures.append(("questions", 1))
        return
    added.figures.append(("answers", 1))
    if event.status in _BY_STATUS:
        added.figures.append((_BY_STATUS[event.status], 1))
    _add_cost(event.cost_nano_usd, added)
    if event.cost_nano_usd is not None:
        added.figures.append(("priced_answers", 1))
    _add_duration(Measure.ANSWER, event.response_time, ("answer_us", "timed_answers"), added)
    _add_duration(Measure.FIRST_TOKEN, event.time_to_first_token, ("first_token_us", "timed_first_tokens"), added)


def _add_consumption(event: MessageCreated | TitleGenerated, added: Contribution) -> None:
    """Tokens, of which model and provider."""
    added.subjects.extend(
        (cut, name) for cut, name in ((Cut.MODEL, event.model), (Cut.PROVIDER, event.provider)) if name is not None
    )
    added.figures.extend(
        [
            ("prompt_tokens", event.prompt_tokens),
            ("completion_tokens", event.completion_tokens),
            ("total_tokens", event.total_tokens),
        ]
    )


def _add_cost(nano_usd: int | None, added: Contribution) -> None:
    if nano_usd is not None:
        added.figures.append(("cost_nano_usd", nano_usd))


def _add_duration(measure: Measure, seconds: float | None, names: tuple[str, str], added: Contribution) -> None:
    if seconds is not None:
        took_us = _microseconds(seconds)
        added.figures.extend([(names[0], took_us), (names[1], 1)])
        added.durations.append((measure, took_us))


def _add_feedback(event: MessageFeedback, added: Contribution) -> None:
    """What is thought now counts, and what was thought before no longer does."""
    if event.model is not None:
        added.subjects.append((Cut.MODEL, event.model))
    for rating, amount in ((event.rating, 1), (event.previous, -1)):
        if rating is not None:
            added.figures.append((f"thumbs_{rating}", amount))


def _microseconds(seconds: float) -> int:
    return round(seconds * MICROSECONDS_PER_SECOND)
