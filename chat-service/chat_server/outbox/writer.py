"""Writes events into the transaction of what they report."""

from service_kit import outbox
from service_kit.events import AnyEvent
from sqlalchemy.orm import Session

from chat_server.db.models import OutboxEvent

SOURCE = "chat-service"


def write_event(session: Session, event: AnyEvent) -> None:
    """Adds the event to this transaction: it is sent if, and only if, that commits."""
    outbox.write_event(session, OutboxEvent, event)
