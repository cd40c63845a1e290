"""Reading messages, inside one transaction."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from chat_server.conversations.service import ConversationService
from chat_server.errors import MessageNotFound
from chat_server.messages.record import MessageRecord
from chat_server.messages.repository import MessageRepository


class MessageService:
    """What a person may read of their own conversations."""

    def __init__(self, session: Session) -> None:
        self._conversations = ConversationService(session)
        self._messages = MessageRepository(session)

    def page(
        self, user_id: str, conversation_id: str, *, after: int | None, limit: int, is_newest_first: bool
    ) -> tuple[list[MessageRecord], int | None]:
        """At most `limit` messages, and the position that the next page follows, if there is one.

        Raises: ConversationNotFound (404) when it is absent or belongs to someone else.
        """
        self._conversations.get(user_id, conversation_id)
        rows = self._messages.page(conversation_id, after=after, limit=limit + 1, is_newest_first=is_newest_first)
        following = rows[limit - 1].position if len(rows) > limit else None
        return [MessageRecord.of(row) for row in rows[:limit]], following

    def count(self, user_id: str) -> int:
        """How many messages there are in the user's conversations."""
        return self._messages.count(user_id)

    def erase(self, conversation_ids: Collection[str]) -> int:
        """Removes all messages of conversations of somebody who is erased; answers how many."""
        return self._messages.delete_in(conversation_ids)

    def get(self, user_id: str, conversation_id: str, message_id: str) -> MessageRecord:
        """One message. Raises MessageNotFound (404)."""
        row = self._messages.find(message_id, conversation_id, user_id)
        if row is None:
            raise MessageNotFound()
        return MessageRecord.of(row)
