"""What is on disk, read past the service."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chat_server.db.models import Conversation, Message, OutboxEvent
from service_kit.database import Database
from sqlalchemy import func, select


@dataclass(frozen=True)
class Stored:
    """Reads a test's own database."""

    database: Database

    async def messages(self, conversation_id: str) -> Sequence[Message]:
        """The rows of a conversation's messages, in order."""
        query = select(Message).where(Message.conversation_id == conversation_id).order_by(Message.position)
        return await self.database.read(lambda session: session.scalars(query).all())

    async def answer(self, conversation_id: str) -> Message:
        """The conversation's newest message."""
        return (await self.messages(conversation_id))[-1]

    async def status(self, conversation_id: str) -> str:
        """The state of the conversation's newest message."""
        return (await self.answer(conversation_id)).status

    async def count_of_conversations(self) -> int:
        """How many conversations there are, whosever."""
        query = select(func.count()).select_from(Conversation)
        return await self.database.read(lambda session: session.execute(query).scalar_one())

    async def events(self, event_type: str | None = None) -> list[dict[str, Any]]:
        """The events that wait for analytics, oldest first."""
        query = select(OutboxEvent.payload).order_by(OutboxEvent.event_id)
        payloads = await self.database.read(lambda session: session.scalars(query).all())
        events = [json.loads(payload) for payload in payloads]
        return [event for event in events if event_type in (None, event["event_type"])]
