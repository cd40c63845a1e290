"""Reading messages, and choosing among their branches, inside one transaction."""

from collections.abc import Collection, Sequence
from typing import cast

from service_kit.events import Rating
from sqlalchemy.orm import Session

from chat_server.conversations.service import ConversationService
from chat_server.db.models import Message
from chat_server.errors import AnswerInProgress, MessageNotFound
from chat_server.feedback.schemas import FeedbackGiven
from chat_server.imports.conversations import ImportedConversation, end_of_branch
from chat_server.messages.imported_rows import imported_rows
from chat_server.messages.record import MessageRecord
from chat_server.messages.reporting import report_feedback
from chat_server.messages.repository import MessageRepository
from chat_server.messages.siblings import beside_siblings


class MessageService:
    """What a person may read of their own conversations."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._conversations = ConversationService(session)
        self._messages = MessageRepository(session)

    def page(
        self, user_id: str, conversation_id: str, *, after: int | None, limit: int, is_newest_first: bool
    ) -> tuple[list[MessageRecord], int | None]:
        """At most `limit` messages of the branch that is shown, and the position that the next page follows.

        A page that goes on with the newest first stays in the branch that it began in.
        Raises: ConversationNotFound (404) when it is absent or belongs to someone else.
        """
        leaf_id = self._conversations.leaf_id(user_id, conversation_id)
        if leaf_id is None:
            return [], None
        if is_newest_first:
            rows = self._newest(conversation_id, leaf_id, after=after, limit=limit + 1)
        else:
            rows = self._messages.oldest_of_branch(conversation_id, leaf_id, after=after, limit=limit + 1)
        following = rows[limit - 1].position if len(rows) > limit else None
        return beside_siblings(self._messages, rows[:limit]), following

    def branch(
        self, user_id: str, conversation_id: str, leaf_id: str, *, after: int, limit: int
    ) -> tuple[list[MessageRecord], int | None]:
        """The same, oldest first, of the branch that ends with this message, whichever is shown.

        Raises: ConversationNotFound (404).
        """
        self._conversations.get(user_id, conversation_id)
        rows = self._messages.oldest_of_branch(conversation_id, leaf_id, after=after, limit=limit + 1)
        following = rows[limit - 1].position if len(rows) > limit else None
        return beside_siblings(self._messages, rows[:limit]), following

    def _newest(self, conversation_id: str, leaf_id: str, *, after: int | None, limit: int) -> Sequence[Message]:
        begin: str | None = leaf_id
        if after is not None:
            last = self._messages.at(conversation_id, after)
            begin = last.parent_id if last is not None else None
        return self._messages.newest_of_branch(conversation_id, begin, limit) if begin is not None else []

    def all_branches(
        self, user_id: str, conversation_id: str, *, after: int | None, limit: int
    ) -> tuple[list[MessageRecord], int | None]:
        """The same over all branches, in the order of writing. Raises ConversationNotFound (404)."""
        self._conversations.get(user_id, conversation_id)
        rows = self._messages.page(conversation_id, after=after, limit=limit + 1)
        following = rows[limit - 1].position if len(rows) > limit else None
        return beside_siblings(self._messages, rows[:limit]), following

    def show_branch(self, user_id: str, conversation_id: str, message_id: str) -> str:
        """Shows the branch with this message from now on, to its newest end; answers the id of that.

        Raises: ConversationNotFound, MessageNotFound (404).
        """
        conversation = self._conversations.lock(user_id, conversation_id)
        if self._messages.by_id(conversation_id, message_id) is None:
            raise MessageNotFound()
        leaf_id = self._messages.newest_below(conversation_id, message_id)
        self._conversations.show_leaf(conversation.id, leaf_id)
        return leaf_id

    def give_feedback(
        self, user_id: str, conversation_id: str, message_id: str, feedback: FeedbackGiven | None
    ) -> MessageRecord:
        """Keeps what the person thinks of an answer, or with None forgets it. The answer stays as it is.

        A change of mind is told to analytics; the lock on the conversation keeps changes in a row.
        Raises: ConversationNotFound, MessageNotFound (404), for a message of the person's own too; AnswerInProgress
        (409) for an answer that has not ended.
        """
        self._conversations.lock(user_id, conversation_id)
        row = self._messages.by_id(conversation_id, message_id)
        if row is None or row.role != "assistant":
            raise MessageNotFound()
        if row.status == "streaming":
            raise AnswerInProgress("This answer is still being written. Wait for its end, then say what you think.")
        rating, comment = (feedback.rating, feedback.comment) if feedback is not None else (None, None)
        previous = cast(Rating | None, row.feedback_rating)
        changed = self._messages.set_feedback(row.id, rating, comment)
        record = beside_siblings(self._messages, [changed])[0]
        report_feedback(self._session, user_id, record, rating=rating, previous=previous)
        return record

    def bring_along(self, conversation_id: str, found: ImportedConversation) -> str:
        """Stores the messages of a conversation from elsewhere; answers the end of the branch that is to be shown.

        They are told to nobody as messages of today: nobody wrote them here, and no model was paid for them.
        """
        rows = imported_rows(conversation_id, found.messages)
        self._messages.add(list(rows.values()))
        return str(rows[end_of_branch(found.messages, found.shown_key)]["id"])

    def count(self, user_id: str) -> int:
        """How many messages there are in the user's conversations."""
        return self._messages.count(user_id)

    def erase(self, conversation_ids: Collection[str]) -> int:
        """Removes all messages of conversations of somebody who is erased; answers how many."""
        return self._messages.delete_in(conversation_ids)

    def get(self, user_id: str, conversation_id: str, message_id: str) -> MessageRecord:
        """One message, beside its siblings. Raises MessageNotFound (404)."""
        row = self._messages.find(message_id, conversation_id, user_id)
        if row is None:
            raise MessageNotFound()
        return beside_siblings(self._messages, [row])[0]
