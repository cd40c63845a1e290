"""Writes all conversations of a person as one JSON document, piece by piece."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TypeVar

import structlog
from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.errors import ServiceError
from service_kit.session_watch import OpenUse
from sqlalchemy.orm import Session

from chat_server.conversations.schemas import ConversationOut
from chat_server.conversations.service import ConversationService
from chat_server.errors import ConversationNotFound
from chat_server.messages.record import MessageRecord
from chat_server.messages.service import MessageService

CONVERSATIONS_AT_ONCE = 50
MESSAGES_AT_ONCE = 200
T = TypeVar("T")
log = structlog.get_logger(__name__)


class PersonExport:
    """Each piece is a short transaction of its own: nothing is held while the reader takes its time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def document(self, user_id: str, use: OpenUse) -> AsyncIterator[str]:
        """`{"exported_at", "conversations": [{…, "messages": […]}], "is_complete"}`, the oldest of each first.

        What is deleted meanwhile may be missing. `is_complete` is false, and the document ends early but well formed,
        when the session ends or the storage fails midway.
        """
        reader = _Reader(self._database, user_id, use)
        yield f'{{"exported_at":"{utc_now().isoformat()}","conversations":['
        ending = "]"
        is_complete = False
        try:
            separator = ""
            async for conversation in reader.conversations():
                yield f'{separator}{conversation.model_dump_json()[:-1]},"messages":['
                separator, ending = ",", "]}]"
                async for text in reader.messages(conversation.id):
                    yield text
                yield "]}"
                ending = "]"
            is_complete = True
        except ServiceError as error:
            log.warning("export_ended_early", code=error.code)
        yield f'{ending},"is_complete":{"true" if is_complete else "false"}}}'


class _Reader:
    """Reads page by page for as long as the session holds. Raises ServiceError when it does not."""

    def __init__(self, database: Database, user_id: str, use: OpenUse) -> None:
        self._database = database
        self._user_id = user_id
        self._use = use

    async def conversations(self) -> AsyncIterator[ConversationOut]:
        after_id: str | None = None
        while page := await self._read(partial(self._conversations, after_id=after_id)):
            for conversation in page:
                yield conversation
            after_id = page[-1].id

    async def messages(self, conversation_id: str) -> AsyncIterator[str]:
        """The messages as JSON texts, with the commas between them."""
        after: int | None = None
        separator = ""
        while True:
            page, after = await self._read(partial(self._messages, conversation_id=conversation_id, after=after))
            if page:
                yield separator + ",".join(record.to_out().model_dump_json() for record in page)
                separator = ","
            if after is None:
                return

    async def _read(self, work: Callable[[Session], T]) -> T:
        async with self._use.limit():
            return await self._database.read(work)

    def _conversations(self, session: Session, *, after_id: str | None) -> list[ConversationOut]:
        return ConversationService(session).oldest(self._user_id, after_id=after_id, limit=CONVERSATIONS_AT_ONCE)

    def _messages(
        self, session: Session, *, conversation_id: str, after: int | None
    ) -> tuple[list[MessageRecord], int | None]:
        try:
            return MessageService(session).all_branches(
                self._user_id, conversation_id, after=after, limit=MESSAGES_AT_ONCE
            )
        except ConversationNotFound:  # deleted since it was listed
            return [], None
