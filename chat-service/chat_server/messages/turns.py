"""The stored side of a turn: a user's message and its answer, from the first row to the last state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service_kit.clock import new_id, utc_now
from service_kit.events import MessageCreated
from sqlalchemy.orm import Session

from chat_server.conversations.service import ConversationService
from chat_server.db.models import Message
from chat_server.errors import AnswerInProgress, ClientIdReused, ConversationNotFound
from chat_server.llm.client import ModelMessage, Usage
from chat_server.messages.record import MessageRecord, StoredError
from chat_server.messages.repository import MessageRepository
from chat_server.messages.schemas import Status
from chat_server.outbox.writer import SOURCE, write_event


@dataclass(frozen=True, slots=True)
class SendCommand:
    """A user's message on its way in. `model` None means the conversation's, or else the default."""

    user_id: str
    conversation_id: str
    content: str
    client_id: str | None
    model: str | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A stored message and its answer. `context` is what the model sees; empty when the exchange is not new."""

    user_message: MessageRecord
    answer: MessageRecord
    title: str | None
    context: Sequence[ModelMessage]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an answer has come."""

    message_id: str
    content: str
    seq: int
    piece_lengths: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an answer ended; times in seconds since the model was asked."""

    progress: Progress
    status: Status
    usage: Usage | None
    finish_reason: str | None
    error: StoredError | None
    response_seconds: float
    first_token_seconds: float | None


class TurnStore:
    """Begins, saves and ends turns, each call inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._conversations = ConversationService(session)
        self._messages = MessageRepository(session)

    def begin(self, command: SendCommand, *, default_model: str, system_prompt: str, last_messages: int) -> Exchange:
        """Stores the message, an empty `streaming` answer and the message's event; or finds what a resend stored.

        Raises: ConversationNotFound (404), ClientIdReused (422), AnswerInProgress (409).
        """
        now = utc_now()
        # Locked before the look for client_id: of two at once, the second sees what the first stored.
        conversation = self._conversations.lock(command.user_id, command.conversation_id)
        if command.client_id is not None and (known := self._known(command, command.client_id)):
            return known
        if self._messages.find_streaming(command.conversation_id) is not None:
            raise AnswerInProgress()
        title = self._conversations.begin_exchange(conversation, command.content, now)
        position = conversation.message_count
        question = _row(command.conversation_id, position + 1, now)
        answer = _row(command.conversation_id, position + 2, now)
        question |= {"role": "user", "content": command.content, "client_id": command.client_id}
        answer |= {"role": "assistant", "status": "streaming", "in_reply_to": question["id"], "heartbeat_at": now}
        answer["model"] = command.model or conversation.model or default_model
        self._messages.add([question, answer])
        user_message = MessageRecord.of(Message(**question))
        self._report(command.user_id, user_message)
        return Exchange(
            user_message=user_message,
            answer=MessageRecord.of(Message(**answer)),
            title=title,
            context=self._context(command.conversation_id, conversation.system_prompt or system_prompt, last_messages),
            is_new=True,
        )

    def _known(self, command: SendCommand, client_id: str) -> Exchange | None:
        row = self._messages.find_by_client_id(command.conversation_id, client_id)
        if row is None:
            return None
        if row.content != command.content:
            raise ClientIdReused(field="client_id")
        reply = self._messages.find_reply(row.id, command.conversation_id)
        if reply is None:
            raise AnswerInProgress()
        return Exchange(MessageRecord.of(row), MessageRecord.of(reply), None, (), is_new=False)

    def _context(self, conversation_id: str, system_prompt: str, last_messages: int) -> list[ModelMessage]:
        """The system prompt, then at most `last_messages` messages, oldest first, ending with the newest question."""
        spoken = self._messages.newest_spoken(conversation_id, last_messages)
        return [ModelMessage("system", system_prompt), *(ModelMessage(role, content) for role, content in spoken)]

    def save_progress(self, progresses: Sequence[Progress]) -> None:
        """Keeps what has come so far of several answers and shows that their writer lives."""
        now = utc_now()
        self._messages.save_progress(
            [
                {
                    "message_id": progress.message_id,
                    "new_content": progress.content,
                    "new_seq": progress.seq,
                    "new_piece_lengths": progress.piece_lengths,
                    "now": now,
                }
                for progress in progresses
            ]
        )

    def finish(self, user_id: str, conversation_id: str, outcome: Outcome) -> MessageRecord:
        """Stores the final state and its event; or finds how another process has ended the answer.

        Raises: ConversationNotFound (404) when it was deleted meanwhile.
        """
        usage, progress = outcome.usage, outcome.progress
        row = self._messages.finish(
            progress.message_id,
            {
                "content": progress.content,
                "seq": progress.seq,
                "piece_lengths": progress.piece_lengths,
                "status": outcome.status,
                "prompt_tokens": usage.prompt_tokens if usage else None,
                "completion_tokens": usage.completion_tokens if usage else None,
                "total_tokens": usage.total_tokens if usage else None,
                "finish_reason": outcome.finish_reason,
                "error": outcome.error.to_json() if outcome.error else None,
            },
        )
        if row is None:
            return self._ended_elsewhere(user_id, conversation_id, progress.message_id)
        record = MessageRecord.of(row)
        self._conversations.mark_activity(record.conversation_id, utc_now())
        self._report(user_id, record, outcome)
        return record

    def _ended_elsewhere(self, user_id: str, conversation_id: str, message_id: str) -> MessageRecord:
        row = self._messages.find(message_id, conversation_id, user_id)
        if row is None:
            raise ConversationNotFound()
        return MessageRecord.of(row)

    def has_abandoned(self, *, silent_for: timedelta, except_ids: Sequence[str]) -> bool:
        """Whether `interrupt_abandoned` would find anything; asked first, because it needs no write."""
        return any(found not in except_ids for found, _ in self._messages.abandoned(utc_now() - silent_for))

    def interrupt_abandoned(self, *, silent_for: timedelta, except_ids: Sequence[str]) -> list[MessageRecord]:
        """Ends, as `interrupted`, answers whose writer died; keeps the text that had come."""
        interrupted = []
        for message_id, user_id in self._messages.abandoned(utc_now() - silent_for):
            if message_id in except_ids:
                continue
            row = self._messages.finish(message_id, {"status": "interrupted"})
            if row is not None:
                interrupted.append(MessageRecord.of(row))
                self._report(user_id, interrupted[-1])
        return interrupted

    def _report(self, user_id: str, record: MessageRecord, outcome: Outcome | None = None) -> None:
        usage = record.usage or Usage(0, 0, 0)
        event = MessageCreated(
            source=SOURCE,
            user_id=user_id,
            conversation_id=record.conversation_id,
            message_id=record.id,
            role=record.role,
            model=record.model,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            total_tokens=usage.total_tokens,
            response_time=outcome.response_seconds if outcome else None,
            time_to_first_token=outcome.first_token_seconds if outcome else None,
            status=record.status,
        )
        write_event(self._session, event)


def _row(conversation_id: str, position: int, now: datetime) -> dict[str, object]:
    """A message's columns before anything is said."""
    return {
        "id": new_id(),
        "conversation_id": conversation_id,
        "position": position,
        "role": "",
        "content": "",
        "status": "complete",
        "model": None,
        "prompt_tokens": None,
        "completion_tokens": None,
        "total_tokens": None,
        "finish_reason": None,
        "client_id": None,
        "in_reply_to": None,
        "error": None,
        "seq": 0,
        "piece_lengths": "",
        "created_at": now,
        "heartbeat_at": None,
    }
