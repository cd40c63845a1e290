"""All SQL about messages."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from chat_server.db.models import Conversation, Message

_NO_SYNC = {"synchronize_session": False}
CONTEXT_STATES = ("complete", "stopped", "interrupted")


class MessageRepository:
    """Reads and writes messages; returns rows or None."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Stores new messages. Raises IntegrityError when an answer is being written in the conversation."""
        self._session.execute(insert(Message), rows)

    def find(self, message_id: str, conversation_id: str, user_id: str) -> Message | None:
        """The message, if it is in this conversation and that is this user's."""
        query = (
            select(Message)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.id == message_id, Conversation.id == conversation_id, Conversation.user_id == user_id)
        )
        return self._session.scalars(query).one_or_none()

    def find_by_client_id(self, conversation_id: str, client_id: str) -> Message | None:
        """The user's message that was sent under this client_id."""
        query = select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
        return self._session.scalars(query).one_or_none()

    def find_reply(self, message_id: str, conversation_id: str) -> Message | None:
        """The newest answer to a user's message."""
        query = select(Message).where(Message.conversation_id == conversation_id, Message.in_reply_to == message_id)
        return self._session.scalars(query.order_by(Message.position.desc()).limit(1)).one_or_none()

    def find_streaming(self, conversation_id: str) -> Message | None:
        """The answer that is being written in the conversation."""
        query = select(Message).where(Message.conversation_id == conversation_id, Message.status == "streaming")
        return self._session.scalars(query).one_or_none()

    def page(self, conversation_id: str, *, after: int | None, limit: int, is_newest_first: bool) -> Sequence[Message]:
        """Messages that follow the position `after` in the chosen order."""
        query = select(Message).where(Message.conversation_id == conversation_id)
        if after is not None:
            query = query.where(Message.position < after if is_newest_first else Message.position > after)
        order = Message.position.desc() if is_newest_first else Message.position.asc()
        return self._session.scalars(query.order_by(order).limit(limit)).all()

    def newest_spoken(self, conversation_id: str, limit: int) -> list[tuple[str, str]]:
        """(role, content) of the newest `limit` messages that a model should see, oldest first."""
        query = (
            select(Message.role, Message.content)
            .where(
                Message.conversation_id == conversation_id,
                Message.status.in_(CONTEXT_STATES),
                Message.content != "",
            )
            .order_by(Message.position.desc())
            .limit(limit)
        )
        rows = self._session.execute(query).all()
        return [(role, content) for role, content in reversed(rows)]

    def finish(self, message_id: str, values: Mapping[str, Any]) -> Message | None:
        """Ends an answer that is `streaming`; None when somebody else has ended or deleted it."""
        statement = (
            update(Message)
            .where(Message.id == message_id, Message.status == "streaming")
            .values(**values, heartbeat_at=None)
            .returning(Message)
        )
        options = _NO_SYNC | {"populate_existing": True}
        return self._session.scalars(statement, execution_options=options).one_or_none()

    def save_progress(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes content, seq, piece_lengths and heartbeat of several answers that are still `streaming`."""
        statement = (
            update(Message)
            .where(Message.id == bindparam("message_id"), Message.status == "streaming")
            .values(
                content=bindparam("new_content"),
                seq=bindparam("new_seq"),
                piece_lengths=bindparam("new_piece_lengths"),
                heartbeat_at=bindparam("now"),
            )
        )
        self._session.connection().execute(statement, list(rows))

    def count(self, user_id: str) -> int:
        """How many messages there are in the user's conversations."""
        query = select(func.count()).select_from(Message).join(Conversation, Conversation.id == Message.conversation_id)
        return self._session.execute(query.where(Conversation.user_id == user_id)).scalar_one()

    def delete_in(self, conversation_ids: Collection[str]) -> int:
        """Removes all messages of the conversations, and says how many there were."""
        is_in = Message.conversation_id.in_(conversation_ids)
        count = self._session.execute(select(func.count()).select_from(Message).where(is_in)).scalar_one()
        self._session.execute(delete(Message).where(is_in), execution_options=_NO_SYNC)
        return count

    def abandoned(self, older_than: datetime) -> Sequence[tuple[str, str]]:
        """(message id, user id) of answers whose writer has shown no life since `older_than`."""
        query = (
            select(Message.id, Conversation.user_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.status == "streaming", Message.heartbeat_at < older_than)
        )
        return [(message_id, user_id) for message_id, user_id in self._session.execute(query).all()]
