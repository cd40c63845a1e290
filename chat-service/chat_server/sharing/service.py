"""The rules of sharing, inside one transaction."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

import msgspec
from service_kit.clock import utc_now
from sqlalchemy.orm import Session

from chat_server.conversations.service import ConversationService
from chat_server.db.models import Share
from chat_server.errors import AnswerInProgress, NothingToShare, ShareNotFound, ShareTooLarge
from chat_server.messages.record import MessageRecord
from chat_server.messages.service import MessageService
from chat_server.sharing.repository import ShareRepository
from chat_server.sharing.schemas import SharedConversation, SharedMessage, ShareOut

TOKEN_BYTES = 32  # as many as of any other credential here: nobody guesses one
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_MESSAGES = 2_000
LARGEST_SNAPSHOT = 4_000_000  # characters; everyone who opens the link loads all of it
MESSAGES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Shared:
    """What is behind a link, and whose it is."""

    user_id: str
    conversation: SharedConversation


class ShareService:
    """One link for a conversation at most. Everybody else's answer ConversationNotFound (404)."""

    def __init__(self, session: Session) -> None:
        self._conversations = ConversationService(session)
        self._messages = MessageService(session)
        self._shares = ShareRepository(session)

    def share(self, user_id: str, conversation_id: str, author_name: str | None) -> ShareOut:
        """Takes a snapshot of the shown branch, under a new link or, where there is one, under that.

        Raises: ConversationNotFound (404), AnswerInProgress, NothingToShare (409), ShareTooLarge (413).
        """
        conversation = self._conversations.lock(user_id, conversation_id)
        messages = self._shown_branch(user_id, conversation_id, conversation.leaf_id)
        now = utc_now()
        snapshot = {
            "title": conversation.title,
            "author_name": author_name,
            "message_count": len(messages),
            "snapshot": _encoded(messages),
            "updated_at": now,
        }
        if self._shares.of_conversation(conversation_id) is not None:
            return ShareOut.model_validate(self._shares.change(conversation_id, snapshot))
        new = {
            "token": secrets.token_urlsafe(TOKEN_BYTES),
            "conversation_id": conversation_id,
            "user_id": user_id,
            "created_at": now,
        }
        return ShareOut.model_validate(self._shares.add(new | snapshot))

    def get(self, user_id: str, conversation_id: str) -> ShareOut:
        """The conversation's link. Raises ConversationNotFound, ShareNotFound (404)."""
        self._conversations.get(user_id, conversation_id)
        share = self._shares.of_conversation(conversation_id)
        if share is None:
            raise ShareNotFound()
        return ShareOut.model_validate(share)

    def page(
        self, user_id: str, *, after: tuple[datetime, str] | None, limit: int
    ) -> tuple[list[ShareOut], tuple[str, str] | None]:
        """The user's links, the newest first, and where the next page begins, if there is one."""
        rows = self._shares.page(user_id, after=after, limit=limit + 1)
        last = rows[limit - 1] if len(rows) > limit else None
        following = (last.created_at.isoformat(), last.token) if last is not None else None
        return [ShareOut.model_validate(row) for row in rows[:limit]], following

    def withdraw(self, user_id: str, conversation_id: str) -> None:
        """Ends the link: its token is never given again. Raises ConversationNotFound, ShareNotFound (404)."""
        self._conversations.lock(user_id, conversation_id)
        if not self._shares.delete(conversation_id):
            raise ShareNotFound()

    def open(self, token: str) -> Shared | None:
        """What is behind the link; None when there is nothing, and there is nobody who could not ask."""
        share = self._shares.by_token(token) if TOKEN.fullmatch(token) else None
        return _opened(share) if share is not None else None

    def _shown_branch(self, user_id: str, conversation_id: str, leaf_id: str | None) -> list[SharedMessage]:
        messages: list[SharedMessage] = []
        characters = 0
        after: int | None = 0 if leaf_id is not None else None
        while leaf_id is not None and after is not None:
            page, after = self._messages.branch(user_id, conversation_id, leaf_id, after=after, limit=MESSAGES_AT_ONCE)
            if any(record.status == "streaming" for record in page):
                raise AnswerInProgress("An answer is still being written. Wait for its end, then share.")
            messages += [_shared(record) for record in page if record.content]
            characters += sum(len(record.content) for record in page)
            if len(messages) > MOST_MESSAGES or characters > LARGEST_SNAPSHOT:
                raise ShareTooLarge()
        if not messages:
            raise NothingToShare()
        return messages


def _shared(record: MessageRecord) -> SharedMessage:
    return SharedMessage(role=record.role, content=record.content, model=record.model, timestamp=record.created_at)


def _encoded(messages: list[SharedMessage]) -> str:
    return msgspec.json.encode([message.model_dump() for message in messages]).decode()


def _opened(share: Share) -> Shared:
    messages = [SharedMessage.model_validate(one) for one in msgspec.json.decode(share.snapshot)]
    conversation = SharedConversation(
        title=share.title, author_name=share.author_name, shared_at=share.updated_at, messages=messages
    )
    return Shared(share.user_id, conversation)
