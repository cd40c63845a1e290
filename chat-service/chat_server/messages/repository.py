"""All SQL about messages."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CTE, ColumnElement, and_, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from chat_server.db.models import Conversation, Message
from chat_server.messages import statements

_NO_SYNC = {"synchronize_session": False}


class MessageRepository:
    """Reads and writes messages; returns rows or None."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Stores new messages. Raises IntegrityError when an answer is being written in the conversation."""
        self._session.connection().execute(statements.ADD, list(rows))

    def find(self, message_id: str, conversation_id: str, user_id: str) -> Message | None:
        """The message, if it is in this conversation and that is this user's."""
        query = (
            select(Message)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.id == message_id, Conversation.id == conversation_id, Conversation.user_id == user_id)
        )
        return self._session.scalars(query).one_or_none()

    def by_id(self, conversation_id: str, message_id: str) -> Message | None:
        """The message, if it is in this conversation."""
        query = select(Message).where(Message.id == message_id, Message.conversation_id == conversation_id)
        return self._session.scalars(query).one_or_none()

    def find_by_client_id(self, conversation_id: str, client_id: str) -> Message | None:
        """The message that was stored under this client_id: a person's, or an answer that was asked for again."""
        query = select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
        return self._session.scalars(query).one_or_none()

    def first_reply(self, message_id: str, conversation_id: str) -> Message | None:
        """The first answer to a user's message: the one that was stored with it."""
        query = select(Message).where(Message.conversation_id == conversation_id, Message.parent_id == message_id)
        return self._session.scalars(query.order_by(Message.position).limit(1)).one_or_none()

    def is_streaming(self, conversation_id: str) -> bool:
        """Whether an answer is being written in the conversation."""
        found = self._session.connection().execute(statements.FIND_STREAMING, {"of_conversation": conversation_id})
        return found.first() is not None

    def page(self, conversation_id: str, *, after: int | None, limit: int) -> Sequence[Message]:
        """Messages of all branches in the order of writing, those that follow the position `after`."""
        query = select(Message).where(Message.conversation_id == conversation_id)
        if after is not None:
            query = query.where(Message.position > after)
        return self._session.scalars(query.order_by(Message.position).limit(limit)).all()

    def newest_of_branch(self, conversation_id: str, leaf_id: str, limit: int) -> Sequence[Message]:
        """The last `limit` messages of the branch that ends with `leaf_id`, the last one first.

        Costs as much as it answers, however long the branch is.
        """
        path = self._path_up(conversation_id, leaf_id, most=limit)
        query = select(Message).join(path, path.c.id == Message.id)
        return self._session.scalars(query.order_by(Message.position.desc())).all()

    def oldest_of_branch(
        self, conversation_id: str, leaf_id: str, *, after: int | None, limit: int
    ) -> Sequence[Message]:
        """The first `limit` messages of the branch that follow the position `after`, the first one first."""
        path = self._path_up(conversation_id, leaf_id, above=after or 0)
        query = select(Message).join(path, path.c.id == Message.id)
        return self._session.scalars(query.order_by(Message.position).limit(limit)).all()

    def at(self, conversation_id: str, position: int) -> Message | None:
        """The message at that position."""
        query = select(Message).where(Message.conversation_id == conversation_id, Message.position == position)
        return self._session.scalars(query).one_or_none()

    def _path_up(self, conversation_id: str, leaf_id: str, *, most: int | None = None, above: int = 0) -> CTE:
        """Ids from the leaf towards the beginning: at most `most`, those at positions above `above`."""
        columns = (Message.id, Message.parent_id, literal(1).label("number"))
        is_leaf = and_(Message.id == leaf_id, Message.conversation_id == conversation_id, Message.position > above)
        path = select(*columns).where(is_leaf).cte("path", recursive=True)
        further = (
            select(Message.id, Message.parent_id, path.c.number + 1)
            .join(path, Message.id == path.c.parent_id)
            .where(Message.position > above)
        )
        if most is not None:
            further = further.where(path.c.number < most)
        return path.union_all(further)

    def newest_below(self, conversation_id: str, message_id: str) -> str:
        """The newest message among this one and all that follows it in any branch: the end of a branch."""
        top = select(Message.id, Message.position).where(
            Message.id == message_id, Message.conversation_id == conversation_id
        )
        below = top.cte("below", recursive=True)
        further = select(Message.id, Message.position).join(
            below, and_(Message.parent_id == below.c.id, Message.conversation_id == conversation_id)
        )
        tree = below.union_all(further)
        newest: str = self._session.scalars(select(tree.c.id).order_by(tree.c.position.desc()).limit(1)).one()
        return newest

    def siblings(self, conversation_id: str, parent_ids: Collection[str | None]) -> dict[str | None, list[str]]:
        """The ids of what follows each of the parents, the oldest first; None stands for what begins a conversation."""
        known = [parent_id for parent_id in parent_ids if parent_id is not None]
        is_child: ColumnElement[bool] = Message.parent_id.in_(known)
        if None in parent_ids:
            is_child = or_(is_child, Message.parent_id.is_(None))
        # Sorted here: asked to sort, SQLite would go through the whole conversation in order rather than look them up.
        columns = (Message.position, Message.parent_id, Message.id)
        query = select(*columns).where(Message.conversation_id == conversation_id, is_child)
        found: dict[str | None, list[str]] = defaultdict(list)
        for _, parent_id, message_id in sorted(self._session.execute(query), key=lambda row: row.position):
            found[parent_id].append(message_id)
        return found

    def newest_spoken(self, conversation_id: str, from_id: str, limit: int) -> list[tuple[str, str, str]]:
        """(role, content, id) of the last `limit` messages up to this one that a model should see, oldest first.

        Costs as much as it answers, but for what is left out: failed and empty answers.
        """
        which = {"from_id": from_id, "of_conversation": conversation_id, "most": limit}
        found = self._session.connection().execute(statements.NEWEST_SPOKEN, which)
        return [(row.role, row.content, row.id) for row in found]

    def finish(self, message_id: str, values: Mapping[str, Any]) -> Message | None:
        """Ends an answer that is `streaming`; None when somebody else has ended or deleted it. Only to be read."""
        parameters = {"message_id": message_id, **values, "heartbeat_at": None}
        return cast("Message | None", self._session.connection().execute(statements.FINISH, parameters).one_or_none())

    def set_feedback(self, message_id: str, rating: str | None, comment: str | None) -> Message:
        """Keeps what a person thinks of an answer; None and None for nothing."""
        statement = (
            update(Message)
            .where(Message.id == message_id)
            .values(feedback_rating=rating, feedback_comment=comment)
            .returning(Message)
        )
        options = _NO_SYNC | {"populate_existing": True}
        return self._session.scalars(statement, execution_options=options).one()

    def change_streaming(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes columns of several answers, each row with its `message_id`, that are still `streaming`."""
        self._session.connection().execute(statements.CHANGE_STREAMING, list(rows))

    def wanted(self, message_ids: Collection[str]) -> set[str]:
        """Which of these answers are still `streaming`, and nobody has asked to stop."""
        found = self._session.connection().execute(statements.FIND_WANTED, {"message_ids": list(message_ids)})
        return set(found.scalars())

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

    def abandoned(self, older_than: datetime) -> Sequence[tuple[Message, str]]:
        """The answers whose writer has shown no life since `older_than`, each with its reader's user id."""
        query = (
            select(Message, Conversation.user_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.status == "streaming", Message.heartbeat_at < older_than)
        )
        return [(row, user_id) for row, user_id in self._session.execute(query).all()]
