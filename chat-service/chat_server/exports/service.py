"""Writes personas and conversations of a person as documents, piece by piece."""

import json
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
from chat_server.exports.documents import Document
from chat_server.messages.record import MessageRecord
from chat_server.messages.service import MessageService
from chat_server.personas.schemas import PersonaOut
from chat_server.personas.service import PersonaService

CONVERSATIONS_AT_ONCE = 50
MESSAGES_AT_ONCE = 200
T = TypeVar("T")
log = structlog.get_logger(__name__)


class PersonExport:
    """Each piece is a short transaction of its own: nothing is held while the reader takes its time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def document(self, user_id: str, use: OpenUse) -> AsyncIterator[str]:
        """`{"exported_at", "personas", "conversations": [{…, "messages", "leaf_id"}], "is_complete"}`, oldest first.

        `leaf_id` is the last message of the branch that is shown.

        What is deleted meanwhile may be missing. `is_complete` is false, and the document ends early but well formed,
        when the session ends or the storage fails midway.
        """
        reader = _Reader(self._database, user_id, use)
        async for text in _json_document(reader, reader.conversations(), has_personas=True):
            yield text

    async def conversation(self, user_id: str, conversation_id: str) -> ConversationOut:
        """The conversation that is to be exported. Raises ConversationNotFound (404)."""
        return await self._database.read(lambda session: ConversationService(session).get(user_id, conversation_id))

    async def conversation_as_json(
        self, user_id: str, conversation: ConversationOut, use: OpenUse
    ) -> AsyncIterator[str]:
        """The same document with this conversation alone."""
        reader = _Reader(self._database, user_id, use)
        async for text in _json_document(reader, _once(conversation)):
            yield text

    async def conversation_as(
        self, document: Document, user_id: str, conversation: ConversationOut, use: OpenUse
    ) -> AsyncIterator[str]:
        """The branch that is shown, piece by piece. Ends with a sentence that says so when it breaks off midway."""
        reader = _Reader(self._database, user_id, use)
        yield document.begin(conversation, utc_now())
        is_complete = False
        try:
            async for page in reader.shown_branch(conversation.id):
                yield "".join(map(document.message, page))
            is_complete = True
        except ServiceError as error:
            log.warning("export_ended_early", code=error.code)
        yield document.end(is_complete=is_complete)


async def _once(conversation: ConversationOut) -> AsyncIterator[ConversationOut]:
    yield conversation


async def _json_document(
    reader: "_Reader", conversations: AsyncIterator[ConversationOut], *, has_personas: bool = False
) -> AsyncIterator[str]:
    yield f'{{"exported_at":"{utc_now().isoformat()}",'
    ending = '"conversations":[]'
    is_complete = False
    try:
        if has_personas:
            yield f'"personas":[{",".join([persona.model_dump_json() for persona in await reader.personas()])}],'
        yield '"conversations":['
        separator, ending = "", "]"
        async for conversation in conversations:
            yield f'{separator}{conversation.model_dump_json()[:-1]},"messages":['
            separator, ending = ",", "]}]"
            async for text in reader.messages(conversation.id):
                yield text
            yield "}"
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

    async def personas(self) -> list[PersonaOut]:
        return await self._read(lambda session: PersonaService(session).own(self._user_id))

    async def conversations(self) -> AsyncIterator[ConversationOut]:
        after_id: str | None = None
        while page := await self._read(partial(self._conversations, after_id=after_id)):
            for conversation in page:
                yield conversation
            after_id = page[-1].id

    async def shown_branch(self, conversation_id: str) -> AsyncIterator[list[MessageRecord]]:
        """The branch that is shown now, whatever is shown while it is read. Raises ConversationNotFound."""
        leaf_id = await self._read(lambda session: ConversationService(session).leaf_id(self._user_id, conversation_id))
        after: int | None = 0 if leaf_id is not None else None
        while leaf_id is not None and after is not None:
            page, after = await self._read(
                partial(self._branch, conversation_id=conversation_id, leaf_id=leaf_id, after=after)
            )
            yield page

    def _branch(
        self, session: Session, *, conversation_id: str, leaf_id: str, after: int
    ) -> tuple[list[MessageRecord], int | None]:
        return MessageService(session).branch(
            self._user_id, conversation_id, leaf_id, after=after, limit=MESSAGES_AT_ONCE
        )

    async def messages(self, conversation_id: str) -> AsyncIterator[str]:
        """The messages as JSON texts with the commas between them, then the end of the list and of the shown branch."""
        after: int | None = None
        separator = ""
        while True:
            read = partial(self._messages, conversation_id=conversation_id, after=after)
            page, after, leaf_id = await self._read(read)
            if page:
                yield separator + ",".join(record.to_out().model_dump_json() for record in page)
                separator = ","
            if after is None:
                yield f'],"leaf_id":{json.dumps(leaf_id)}'
                return

    async def _read(self, work: Callable[[Session], T]) -> T:
        async with self._use.limit():
            return await self._database.read(work)

    def _conversations(self, session: Session, *, after_id: str | None) -> list[ConversationOut]:
        return ConversationService(session).oldest(self._user_id, after_id=after_id, limit=CONVERSATIONS_AT_ONCE)

    def _messages(
        self, session: Session, *, conversation_id: str, after: int | None
    ) -> tuple[list[MessageRecord], int | None, str | None]:
        try:
            leaf_id = ConversationService(session).leaf_id(self._user_id, conversation_id)
            page, following = MessageService(session).all_branches(
                self._user_id, conversation_id, after=after, limit=MESSAGES_AT_ONCE
            )
        except ConversationNotFound:  # deleted since it was listed
            return [], None, None
        return page, following, leaf_id
