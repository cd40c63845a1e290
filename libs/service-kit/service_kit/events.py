"""The event contract: what chat and auth send and analytics accepts. Contract, section 6."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from service_kit.clock import new_id, utc_now

LARGEST_BATCH = 1_000
MessageStatus = Literal["complete", "streaming", "stopped", "interrupted", "failed"]
Rating = Literal["up", "down"]

# Checked where events are decoded, not where they are made. Bounds keep sums within 64 bits and every text within
# what both databases store: PostgreSQL takes no NUL.
Text = Annotated[str, Meta(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Seconds = Annotated[float, Meta(ge=0, le=10_000_000)]
NanoUsd = Annotated[int, Meta(ge=0, le=1_000_000_000_000_000)]
Tokens = Annotated[int, Meta(ge=0, le=1_000_000_000)]
StatusCode = Annotated[int, Meta(ge=100, le=599)]
ZonedTime = Annotated[datetime, Meta(tz=True)]


class Event(msgspec.Struct, kw_only=True, frozen=True, tag_field="event_type"):
    """What all events have; `event_id` makes counting once-only."""

    source: Name
    user_id: Name
    event_id: Name = msgspec.field(default_factory=new_id)
    occurred_at: ZonedTime = msgspec.field(default_factory=utc_now)


class ApiRequest(Event, kw_only=True, frozen=True, tag="api_request"):
    """One answered HTTP request; `user_id` is empty for an anonymous one. Best effort.

    `endpoint` is the route's template; `response_time` in seconds.
    """

    user_id: Text
    endpoint: Name
    method: Name
    status_code: StatusCode
    response_time: Seconds


class UserRegistered(Event, kw_only=True, frozen=True, tag="user_registered"):
    """`user_id` now exists."""


class UserLogin(Event, kw_only=True, frozen=True, tag="user_login"):
    """`user_id` signed in."""


class ConversationCreated(Event, kw_only=True, frozen=True, tag="conversation_created"):
    """`user_id` began a conversation."""

    conversation_id: Name


class ConversationDeleted(Event, kw_only=True, frozen=True, tag="conversation_deleted"):
    """`user_id` deleted a conversation."""

    conversation_id: Name


class MessageCreated(Event, kw_only=True, frozen=True, tag="message_created"):
    """A message is on disk in its final state. Times in seconds; both are None for a user's message.

    `cost_nano_usd`, in billionths of a US dollar, is None where the model has no price; `provider` where nobody says
    which one answered.
    """

    conversation_id: Name
    message_id: Name
    role: Literal["user", "assistant"]
    model: Name | None = None
    provider: Name | None = None
    prompt_tokens: Tokens = 0
    completion_tokens: Tokens = 0
    total_tokens: Tokens = 0
    cost_nano_usd: NanoUsd | None = None
    response_time: Seconds | None = None
    time_to_first_token: Seconds | None = None
    status: MessageStatus = "complete"


class MessageFeedback(Event, kw_only=True, frozen=True, tag="message_feedback"):
    """`user_id` thinks `rating` of an answer, in the place of `previous`; None is no opinion.

    `message_at` is when the answer was begun: thumbs count there, new ones and those taken back, so that they add up to
    what people think at last, whatever the order in which these events come. Comments stay in chat.
    """

    conversation_id: Name
    message_id: Name
    message_at: ZonedTime
    model: Name | None = None
    rating: Rating | None = None
    previous: Rating | None = None


class TitleGenerated(Event, kw_only=True, frozen=True, tag="title_generated"):
    """A model was asked to name a conversation of `user_id`'s: no message of anybody's, and yet it took tokens.

    `cost_nano_usd` is None where the model has no price.
    """

    conversation_id: Name
    model: Name | None = None
    provider: Name | None = None
    prompt_tokens: Tokens = 0
    completion_tokens: Tokens = 0
    total_tokens: Tokens = 0
    cost_nano_usd: NanoUsd | None = None


AnyEvent = (
    ApiRequest
    | UserRegistered
    | UserLogin
    | ConversationCreated
    | ConversationDeleted
    | MessageCreated
    | MessageFeedback
    | TitleGenerated
)


class EventBatch(msgspec.Struct, frozen=True):
    """The body of `POST /events`."""

    events: list[AnyEvent]


def encode_event(event: AnyEvent) -> str:
    """The event as the JSON text that an outbox stores and `POST /events` takes."""
    return msgspec.json.encode(event).decode()
