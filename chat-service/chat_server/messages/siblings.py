"""Records of messages, each beside those that follow the same one."""

from collections.abc import Sequence
from dataclasses import replace

from chat_server.db.models import Message
from chat_server.messages.record import MessageRecord
from chat_server.messages.repository import MessageRepository


def beside_siblings(messages: MessageRepository, rows: Sequence[Message]) -> list[MessageRecord]:
    """The records of these rows, all of one conversation, in their order; one query for all of them."""
    if not rows:
        return []
    siblings = messages.siblings(rows[0].conversation_id, {row.parent_id for row in rows})
    return [replace(MessageRecord.of(row), sibling_ids=tuple(siblings[row.parent_id])) for row in rows]
