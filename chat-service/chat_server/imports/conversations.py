"""A conversation as it is brought along: a tree of texts, whatever it was read from; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chat_server.feedback.schemas import FeedbackOut
from chat_server.messages.schemas import Role, Status

LONGEST_ID = 80
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ImportedMessage:
    """A message; `key` and `parent_key` are those of its file. A parent comes before its children."""

    key: str
    parent_key: str | None
    role: Role
    content: str
    created_at: datetime
    model: str | None = None
    status: Status = "complete"
    feedback: FeedbackOut | None = None


@dataclass(frozen=True, slots=True)
class ImportedConversation:
    """`key` says which one it is, wherever it comes from, so that it is brought along once."""

    key: str
    title: str
    created_at: datetime
    messages: Sequence[ImportedMessage]
    shown_key: str | None
    system_prompt: str | None = None
    is_archived: bool = False
    is_pinned: bool = False
    folder: str | None = None
    tags: Sequence[str] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


class UnreadableConversation(Exception):
    """It cannot be brought along. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def moment(value: datetime | float | None, fallback: datetime) -> datetime:
    """The time, in UTC; the fallback where there is none that can be meant."""
    if isinstance(value, int | float):
        try:
            value = datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return fallback
    if value is None or value.tzinfo is None:
        return fallback
    try:
        return value if EARLIEST <= value <= datetime.now(UTC) else fallback
    except OverflowError:
        return fallback


def end_of_branch(messages: Sequence[ImportedMessage], shown_key: str | None) -> str:
    """The newest message among the shown one and all that follows it; the newest of all where that is not known."""
    below: set[str] = set()
    end = messages[-1].key
    for message in messages:
        if message.key == shown_key or message.parent_key in below:
            below.add(message.key)
            end = message.key
    return end if below else messages[-1].key
