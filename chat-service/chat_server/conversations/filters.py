"""Which conversations a list shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """`text` is part of the title, `tag` is folded; None is any."""

    is_archived: bool
    text: str | None = None
    is_pinned: bool | None = None
    folder: str | None = None
    tag: str | None = None
