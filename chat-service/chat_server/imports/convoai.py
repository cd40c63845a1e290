"""Reads a conversation of our own export, with its branches, labels and feedback; pure."""

from collections import Counter
from datetime import datetime
from typing import get_args

import msgspec

from chat_server.conversations.schemas import DEFAULT_TITLE, LONGEST_SYSTEM_PROMPT, MOST_TAGS
from chat_server.feedback.schemas import LONGEST_COMMENT, FeedbackOut, Rating
from chat_server.imports.conversations import (
    LONGEST_ID,
    ImportedConversation,
    ImportedMessage,
    UnreadableConversation,
    moment,
)
from chat_server.messages.schemas import Role, Status
from chat_server.texts import storable

LONGEST_FOLDER = 100
LONGEST_TAG = 50
ENDED: tuple[Status, ...] = ("complete", "stopped", "interrupted")


class _Feedback(msgspec.Struct):
    rating: str
    comment: str | None = None


class _Message(msgspec.Struct):
    id: str
    role: str
    content: str
    status: str = "complete"
    model: str | None = None
    timestamp: datetime | None = None
    parent_id: str | None = None
    feedback: _Feedback | None = None


class _Conversation(msgspec.Struct):
    id: str
    messages: list[_Message]
    title: str = DEFAULT_TITLE
    system_prompt: str | None = None
    created_at: datetime | None = None
    leaf_id: str | None = None
    archived: bool = False
    pinned: bool = False
    folder: str | None = None
    tags: list[str] = []


_decoder = msgspec.json.Decoder(_Conversation)


def read_convoai(raw: msgspec.Raw | bytes, now: datetime) -> ImportedConversation:
    """The conversation as it was exported. Raises UnreadableConversation when it is damaged."""
    try:
        found = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableConversation("damaged") from error
    if not 0 < len(found.id) <= LONGEST_ID:
        raise UnreadableConversation("without_id")
    begun_at = moment(found.created_at, now)
    left_out: Counter[str] = Counter()
    tags = [storable(tag).strip()[:LONGEST_TAG] for tag in found.tags]
    folder = storable(found.folder or "").strip()[:LONGEST_FOLDER]
    return ImportedConversation(
        key=f"convoai:{found.id}",
        title=found.title,
        created_at=begun_at,
        messages=_messages(found.messages, begun_at, left_out),
        shown_key=found.leaf_id,
        system_prompt=storable(found.system_prompt)[:LONGEST_SYSTEM_PROMPT] if found.system_prompt else None,
        is_archived=found.archived,
        is_pinned=found.pinned,
        folder=folder or None,
        tags=[tag for tag in tags if tag][:MOST_TAGS],
        left_out=left_out,
    )


def _messages(found: list[_Message], begun_at: datetime, left_out: Counter[str]) -> list[ImportedMessage]:
    """In their order, which is that of writing. An export of before there were branches names no parents."""
    known: set[str] = set()
    messages: list[ImportedMessage] = []
    at = begun_at
    is_list = all(one.parent_id is None for one in found)
    for one in found:
        parent = (messages[-1].key if messages else None) if is_list else one.parent_id
        if one.role not in get_args(Role) or one.id in known or (parent is not None and parent not in known):
            raise UnreadableConversation("damaged")
        known.add(one.id)
        at = moment(one.timestamp, at)
        messages.append(_message(one, parent, at, left_out))
    return messages


def _message(one: _Message, parent: str | None, at: datetime, left_out: Counter[str]) -> ImportedMessage:
    status: Status = next((status for status in ENDED if status == one.status), "interrupted")
    if one.status == "failed":
        left_out["errors"] += 1
    is_answer = one.role == "assistant"
    return ImportedMessage(
        key=one.id,
        parent_key=parent,
        role="assistant" if is_answer else "user",
        content=storable(one.content),
        created_at=at,
        model=storable(one.model)[:200] if one.model and is_answer else None,
        status=status,
        feedback=_feedback(one.feedback) if one.feedback is not None and is_answer else None,
    )


def _feedback(found: _Feedback) -> FeedbackOut | None:
    if found.rating not in get_args(Rating):
        return None
    comment = storable(found.comment or "").strip()[:LONGEST_COMMENT]
    return FeedbackOut.model_construct(rating=found.rating, comment=comment or None)
