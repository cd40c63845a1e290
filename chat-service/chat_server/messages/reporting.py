"""Tells analytics of messages and of what people think of them, in the transaction that stores it."""

from service_kit.events import MessageCreated, MessageFeedback, Rating
from sqlalchemy.orm import Session

from chat_server.llm.client import Usage
from chat_server.messages.record import MessageRecord
from chat_server.outbox.writer import SOURCE, write_event


def report_message(
    session: Session,
    user_id: str,
    record: MessageRecord,
    *,
    provider: str | None = None,
    response_seconds: float | None = None,
    first_token_seconds: float | None = None,
) -> None:
    """Writes the message's event to the outbox; provider and times are those of an answer."""
    usage = record.usage or Usage(0, 0, 0)
    event = MessageCreated(
        source=SOURCE,
        user_id=user_id,
        conversation_id=record.conversation_id,
        message_id=record.id,
        role=record.role,
        model=record.model,
        provider=provider,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        total_tokens=usage.total_tokens,
        cost_nano_usd=record.cost.nano_usd if record.cost is not None else None,
        response_time=response_seconds,
        time_to_first_token=first_token_seconds,
        status=record.status,
    )
    write_event(session, event)


def report_feedback(
    session: Session, user_id: str, record: MessageRecord, *, rating: Rating | None, previous: Rating | None
) -> None:
    """Writes the change of mind to the outbox; the same opinion again is none."""
    if rating == previous:
        return
    event = MessageFeedback(
        source=SOURCE,
        user_id=user_id,
        conversation_id=record.conversation_id,
        message_id=record.id,
        message_at=record.created_at,
        model=record.model,
        rating=rating,
        previous=previous,
    )
    write_event(session, event)
