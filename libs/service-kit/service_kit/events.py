"""The event contract: what chat and auth send and analytics accepts. Contract, section 6."""

from datetime import datetime
from typing import Literal

import msgspec

from service_kit.clock import new_id, utc_now

LARGEST_BATCH = 1_000
MessageStatus = Literal["complete", "streaming", "stopped", "interrupted", "failed"]


class Event(msgspec.Struct, kw_only=True, frozen=True, tag_field="event_type"):
    """What all events have. `event_id` makes counting once-only; `user_id` is empty for an anonymous request."""

    source: str
    user_id: str
    event_id: str = msgspec.field(default_factory=new_id)
    occurred_at: datetime = msgspec.field(default_factory=utc_now)


class ApiRequest(Event, kw_only=True, frozen=True, tag="api_request"):
    """One answered HTTP request. `endpoint` is the route's template; `response_time` in seconds. Best effort."""

    endpoint: str
    method: str
    status_code: int
    response_time: float


class UserRegistered(Event, kw_only=True, frozen=True, tag="user_registered"):
    """`user_id` now exists."""


class UserLogin(Event, kw_only=True, frozen=True, tag="user_login"):
    """`user_id` signed in."""


class ConversationCreated(Event, kw_only=True, frozen=True, tag="conversation_created"):
    """`user_id` began a conversation."""

    conversation_id: str


class ConversationDeleted(Event, kw_only=True, frozen=True, tag="conversation_deleted"):
    """`user_id` deleted a conversation."""

    conversation_id: str


class MessageCreated(Event, kw_only=True, frozen=True, tag="message_created"):
    """A message is on disk in its final state. Times in seconds; both are None for a user's message."""

    conversation_id: str
    message_id: str
    role: Literal["user", "assistant"]
    model: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    response_time: float | None = None
    time_to_first_token: float | None = None
    status: MessageStatus = "complete"


AnyEvent = ApiRequest | UserRegistered | UserLogin | ConversationCreated | ConversationDeleted | MessageCreated


class EventBatch(msgspec.Struct, frozen=True):
    """The body of `POST /events`."""

    events: list[AnyEvent]


def encode_event(event: AnyEvent) -> str:
    """The event as the JSON text that an outbox stores and `POST /events` takes."""
    return msgspec.json.encode(event).decode()
