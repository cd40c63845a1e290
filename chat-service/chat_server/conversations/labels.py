"""All SQL about the folders and tags of conversations."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from chat_server.conversations.schemas import folded_tag
from chat_server.db.models import Conversation, ConversationTag

NamesWithCounts = list[tuple[str, int]]


class LabelRepository:
    """Reads and writes the tags of conversations that were found before, and counts labels of a person."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def tags_of(self, conversation_ids: Collection[str]) -> dict[str, list[str]]:
        """The tags of each of these conversations, by name; all in one query."""
        found: dict[str, list[str]] = defaultdict(list)
        if conversation_ids:
            tag = ConversationTag
            query = select(tag.conversation_id, tag.name).where(tag.conversation_id.in_(conversation_ids))
            for conversation_id, name in self._session.execute(query.order_by(tag.folded_name)):
                found[conversation_id].append(name)
        return found

    def set_tags(self, conversation_id: str, user_id: str, names: Sequence[str]) -> None:
        """Puts these tags in the place of all that were there. Of the same name written twice, the first counts."""
        is_there = ConversationTag.conversation_id == conversation_id
        self._session.execute(delete(ConversationTag).where(is_there), execution_options={"synchronize_session": False})
        by_folded_name = {folded_tag(name): name for name in reversed(names)}
        if by_folded_name:
            rows = [
                {"conversation_id": conversation_id, "user_id": user_id, "folded_name": folded, "name": name}
                for folded, name in by_folded_name.items()
            ]
            self._session.execute(insert(ConversationTag), rows)

    def folders(self, user_id: str, *, is_archived: bool) -> NamesWithCounts:
        """The user's folders by name, with the number of conversations in each."""
        query = select(Conversation.folder, func.count()).where(
            Conversation.user_id == user_id, Conversation.is_archived == is_archived, Conversation.folder.is_not(None)
        )
        rows = self._session.execute(query.group_by(Conversation.folder).order_by(Conversation.folder))
        return [(name, count) for name, count in rows if name is not None]

    def tags(self, user_id: str, *, is_archived: bool) -> NamesWithCounts:
        """The user's tags by name, with the number of conversations that have each; one way of writing for all."""
        tag = ConversationTag
        query = (
            select(func.min(tag.name), func.count())
            .join(Conversation, Conversation.id == tag.conversation_id)
            .where(tag.user_id == user_id, Conversation.is_archived == is_archived)
        )
        rows = self._session.execute(query.group_by(tag.folded_name).order_by(tag.folded_name))
        return [(name, count) for name, count in rows]
