"""Stores what a person brings along, each conversation whole or not at all, and reports what was skipped."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO

import msgspec
from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.idempotency import Idempotency, KeyedCall
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chat_server.conversations.service import ConversationService
from chat_server.erasures.people import ErasedPeople
from chat_server.imports.conversations import ImportedConversation, ImportedMessage, UnreadableConversation
from chat_server.imports.schemas import ImportProgress, ImportReport, LeftOut, SkipCode, SkippedConversation
from chat_server.imports.uploads import Upload, open_upload
from chat_server.messages.service import MessageService
from chat_server.texts import storable

MOST_MESSAGES = 200_000
MOST_IN_ONE = 10_000
LONGEST_MESSAGE = 200_000
MOST_NAMED = 200
LONGEST_TITLE = 200
REASONS: Mapping[SkipCode, str] = {
    "already_imported": "It is here already.",
    "damaged": "It could not be read.",
    "without_id": "It has no id, by which it would be known if it came again.",
    "empty": "There is no text in it.",
    "too_long": f"It has more than {MOST_IN_ONE:,} messages.",
    "too_many": f"There are more than {MOST_MESSAGES:,} messages in the file. Import the rest from a smaller one.",
}


@dataclass(slots=True)
class _Tally:
    imported: int = 0
    messages: int = 0
    skipped: list[SkippedConversation] = field(default_factory=list)
    skipped_count: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def skip(self, title: str | None, code: SkipCode) -> None:
        self.skipped_count += 1
        if len(self.skipped) < MOST_NAMED:
            shown = storable(title)[:LONGEST_TITLE] if title is not None else None
            self.skipped.append(SkippedConversation(title=shown, code=code, reason=REASONS[code]))


class PersonImport:
    """One at a time in this process: what is read is in memory."""

    def __init__(self, database: Database, idempotency: Idempotency, *, unpacked_bytes: int) -> None:
        self._database = database
        self._idempotency = idempotency
        self._unpacked_bytes = unpacked_bytes
        self._turn = asyncio.Semaphore(1)

    async def run(
        self,
        user_id: str,
        file: BinaryIO,
        tell: Callable[[ImportProgress], None] = lambda _: None,
        *,
        key: str | None = None,
    ) -> ImportReport:
        """Stores the conversations one by one, telling how far it is; answers what came of it.

        What was stored stays when the caller leaves: the same file again goes on with the rest. With the `key` of an
        import that came to its end, and the same file, nothing is done and the first report comes again.
        Raises: NotAnExport, IdempotencyKeyReused (422), ImportTooLarge (413), with nothing stored; CredentialsRefused
        (401) for somebody who was erased.
        """
        async with self._turn:
            if key is None:
                return await self._bring_along(user_id, file, tell)
            fingerprint = await asyncio.to_thread(self._idempotency.file_fingerprint, file)
            call = KeyedCall(f"imports:{user_id}", key, fingerprint)
            if (first := await self._first_report(call)) is not None:
                return first
            return await self._kept(user_id, call, await self._bring_along(user_id, file, tell))

    async def _first_report(self, call: KeyedCall) -> ImportReport | None:
        return await self._database.write(lambda session: self._idempotency.first_answer(session, call, ImportReport))

    async def _kept(self, user_id: str, call: KeyedCall, report: ImportReport) -> ImportReport:
        """The report that the key gives from now on: another process may have been faster."""

        def keep(session: Session) -> None:
            ErasedPeople(session).refuse(user_id)  # the report names conversations
            self._idempotency.keep(session, call, report)

        try:
            await self._database.write(keep)
        except IntegrityError:
            return await self._first_report(call) or report
        return report

    async def _bring_along(self, user_id: str, file: BinaryIO, tell: Callable[[ImportProgress], None]) -> ImportReport:
        upload = await asyncio.to_thread(open_upload, file, largest_bytes=self._unpacked_bytes)
        tally, total = _Tally(), len(upload.raws)
        for number, raw in enumerate(upload.raws):
            tell(ImportProgress(done=number, total=total))
            await self._take(user_id, upload, raw, tally)
        return _report(upload, tally)

    async def _take(self, user_id: str, upload: Upload, raw: msgspec.Raw, tally: _Tally) -> None:
        try:
            found = await asyncio.to_thread(upload.read, raw, utc_now())
        except UnreadableConversation as error:
            tally.skip(upload.title(raw), "without_id" if error.code == "without_id" else "damaged")
            return
        if (code := _refusal(found, tally)) is not None:
            tally.skip(found.title, code)
            return
        too_long = sum(len(message.content) > LONGEST_MESSAGE for message in found.messages)
        found = replace(found, messages=[_shortened(message) for message in found.messages])
        if not await self._store(user_id, found):
            tally.skip(found.title, "already_imported")
            return
        tally.imported += 1
        tally.messages += len(found.messages)
        tally.left_out.update(found.left_out)
        tally.left_out["shortened"] += too_long

    async def _store(self, user_id: str, found: ImportedConversation) -> bool:
        try:
            return await self._database.write(partial(_store, user_id=user_id, found=found))
        except IntegrityError:  # another process was storing the same one
            return False


def _refusal(found: ImportedConversation, tally: _Tally) -> SkipCode | None:
    if not any(message.content.strip() for message in found.messages):
        return "empty"
    if len(found.messages) > MOST_IN_ONE:
        return "too_long"
    return "too_many" if tally.messages + len(found.messages) > MOST_MESSAGES else None


def _shortened(message: ImportedMessage) -> ImportedMessage:
    return replace(message, content=message.content[:LONGEST_MESSAGE])


def _store(session: Session, *, user_id: str, found: ImportedConversation) -> bool:
    """Whether it was new. All of it in this one transaction."""
    ErasedPeople(session).refuse(user_id)
    conversations = ConversationService(session)
    if conversations.is_known(user_id, found.key):
        return False
    messages = MessageService(session)
    conversation_id = conversations.bring_along(user_id, found)
    leaf_id = messages.bring_along(conversation_id, found)
    conversations.show_leaf(conversation_id, leaf_id)
    return True


def _report(upload: Upload, tally: _Tally) -> ImportReport:
    return ImportReport(
        format=upload.format,
        conversations_found=len(upload.raws),
        conversations_imported=tally.imported,
        messages_imported=tally.messages,
        conversations_skipped=tally.skipped_count,
        skipped=tally.skipped,
        left_out=LeftOut(**{name: tally.left_out[name] for name in LeftOut.model_fields}),
    )
