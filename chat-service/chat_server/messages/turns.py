"""The stored side of an answer while it is written: its progress, and its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from service_kit.clock import utc_now
from sqlalchemy.orm import Session

from chat_server.budgets.charging import Charging, Consumption
from chat_server.conversations.service import ConversationService
from chat_server.db.models import Message
from chat_server.errors import ConversationNotFound
from chat_server.llm.client import Usage
from chat_server.llm.tokens import estimated_tokens
from chat_server.messages.context import ContextSeen
from chat_server.messages.record import MessageRecord, StoredError
from chat_server.messages.reporting import report_message
from chat_server.messages.repository import MessageRepository
from chat_server.messages.schemas import Status
from chat_server.messages.siblings import beside_siblings


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an answer has come."""

    message_id: str
    content: str
    seq: int
    piece_lengths: str
    reasoning: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an answer ended; times in seconds since the model was asked. `model` is a fallback's, if one answered.

    `context` is what the model saw, where that is less than what was chosen for it.
    """

    progress: Progress
    status: Status
    usage: Usage | None
    finish_reason: str | None
    model: str | None
    context: ContextSeen | None
    error: StoredError | None
    response_seconds: float
    first_token_seconds: float | None
    consumption: Consumption
    reasoning_seconds: float | None


class TurnStore:
    """Saves and ends answers, each call inside one transaction. How they begin: `exchanges`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._conversations = ConversationService(session)
        self._messages = MessageRepository(session)
        self._charging = Charging(session)

    def save_progress(self, progresses: Sequence[Progress]) -> set[str]:
        """Keeps what has come so far of several answers and shows that their writer lives.

        Returns: the ids of those that are to go on. The others were deleted, or ended or stopped by another process.
        """
        now = utc_now()
        self._messages.change_streaming(
            [
                {
                    "message_id": progress.message_id,
                    "content": progress.content,
                    "seq": progress.seq,
                    "piece_lengths": progress.piece_lengths,
                    "reasoning": progress.reasoning,
                    "heartbeat_at": now,
                }
                for progress in progresses
            ]
        )
        return self._messages.wanted([progress.message_id for progress in progresses])

    def ask_to_stop(self, message_id: str) -> None:
        """Has the process that writes the answer end it within a round of saving."""
        self._messages.change_streaming([{"message_id": message_id, "stop_asked_at": utc_now()}])

    def finish(self, user_id: str, conversation_id: str, outcome: Outcome) -> MessageRecord:
        """Stores the final state and its event; or finds how another process has ended the answer.

        Raises: ConversationNotFound (404) when it was deleted meanwhile.
        """
        usage, progress = outcome.usage, outcome.progress
        cost = self._charging.settle(progress.message_id, outcome.consumption)
        row = self._messages.finish(
            progress.message_id,
            {
                "content": progress.content,
                "seq": progress.seq,
                "piece_lengths": progress.piece_lengths,
                "reasoning": progress.reasoning,
                "reasoning_seconds": outcome.reasoning_seconds,
                "status": outcome.status,
                "prompt_tokens": usage.prompt_tokens if usage else None,
                "completion_tokens": usage.completion_tokens if usage else None,
                "total_tokens": usage.total_tokens if usage else None,
                "finish_reason": outcome.finish_reason,
                "error": outcome.error.to_json() if outcome.error else None,
                "cost_nano_usd": cost.nano_usd,
                "is_cost_estimated": cost.is_estimated,
                **({"model": outcome.model} if outcome.model is not None else {}),
                **({"context": outcome.context.to_json()} if outcome.context is not None else {}),
            },
        )
        if row is None:
            return self._ended_elsewhere(user_id, conversation_id, progress.message_id)
        record = MessageRecord.of(row)
        self._conversations.mark_activity(record.conversation_id, utc_now(), cost_nano_usd=cost.nano_usd or 0)
        report_message(
            self._session,
            user_id,
            record,
            provider=outcome.consumption.provider,
            response_seconds=outcome.response_seconds,
            first_token_seconds=outcome.first_token_seconds,
        )
        return record

    def settle(self, outcome: Outcome) -> None:
        """Charges an answer whose conversation was deleted while it was written; there is nothing else to store."""
        self._charging.settle(outcome.progress.message_id, outcome.consumption)

    def _ended_elsewhere(self, user_id: str, conversation_id: str, message_id: str) -> MessageRecord:
        row = self._messages.find(message_id, conversation_id, user_id)
        if row is None:
            raise ConversationNotFound()
        return MessageRecord.of(row)

    def has_abandoned(self, *, silent_since: datetime, except_ids: Sequence[str]) -> bool:
        """Whether `interrupt_abandoned` would find anything; asked first, because it needs no write."""
        return any(row.id not in except_ids for row, _ in self._messages.abandoned(silent_since))

    def interrupt_abandoned(
        self,
        *,
        silent_since: datetime,
        except_ids: Sequence[str],
        price_keys: Callable[[str], Sequence[str]],
        provider_of: Callable[[str], str | None],
    ) -> list[MessageRecord]:
        """Ends, as `interrupted`, answers whose writer died; keeps the text that had come, and charges for it."""
        interrupted: list[MessageRecord] = []
        for row, user_id in self._messages.abandoned(silent_since):
            if row.id not in except_ids and (record := self._interrupt(row, price_keys)) is not None:
                report_message(self._session, user_id, record, provider=provider_of(row.model or ""))
                interrupted.append(record)
        return interrupted

    def _interrupt(self, abandoned: Message, price_keys: Callable[[str], Sequence[str]]) -> MessageRecord | None:
        key = price_keys(abandoned.model or "")[0]
        written = estimated_tokens(abandoned.content) + estimated_tokens(abandoned.reasoning or "")
        cost = self._charging.settle_abandoned(abandoned.id, key, abandoned.created_at, written)
        row = self._messages.finish(
            abandoned.id,
            {"status": "interrupted", "cost_nano_usd": cost.nano_usd, "is_cost_estimated": cost.is_estimated},
        )
        if row is None:
            return None
        self._conversations.add_cost(row.conversation_id, cost.nano_usd or 0)
        return beside_siblings(self._messages, [row])[0]
