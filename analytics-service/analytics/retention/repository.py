"""All SQL of events that go because they are old, and of what is remembered of them."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from service_kit.upsert import insert_new
from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from analytics.db.tables import counted_conversations, events, removed_conversations, removed_events

DIGEST_BYTES = 12  # of a thousand million removed events none is taken for another, but once in 10^19 times


class OldEvent(NamedTuple):
    """What has to be known of an event that goes."""

    occurred_at: datetime
    event_id: str
    user_id: str
    conversation_id: str | None


def digest_of(event_id: str) -> bytes:
    """What is kept of a removed event for good."""
    return hashlib.sha256(event_id.encode()).digest()[:DIGEST_BYTES]


class RetentionRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def old_events(self, before: datetime, after: OldEvent | None, limit: int) -> list[OldEvent]:
        """Events that occurred and came before that moment, by time; feedback's answer is as old, too."""
        table = events.c
        query = select(table.occurred_at, table.event_id, table.user_id, table.conversation_id).where(
            table.occurred_at < before,
            table.received_at < before,
            or_(table.message_at.is_(None), table.message_at < before),
        )
        if after is not None:
            is_later = and_(table.occurred_at == after.occurred_at, table.event_id > after.event_id)
            query = query.where(or_(table.occurred_at > after.occurred_at, is_later))
            query = query.where(table.occurred_at >= after.occurred_at)  # for the index
        ordered = query.order_by(table.occurred_at, table.event_id).limit(limit)
        return [OldEvent(*row) for row in self._session.execute(ordered)]

    def remember(self, event_ids: Collection[str]) -> None:
        """Keeps the digests of events that go. The caller is alone with them."""
        # One that came again with a later time was counted again, and goes again.
        insert_new(self._session, removed_events, [{"digest": digest_of(event_id)} for event_id in event_ids])

    def known(self, event_ids: Collection[str]) -> set[str]:
        """Those that were removed."""
        digests = {digest_of(event_id): event_id for event_id in event_ids}
        query = select(removed_events.c.digest).where(removed_events.c.digest.in_(digests))
        return {digests[bytes(digest)] for digest in self._session.scalars(query)}

    def delete(self, event_ids: Collection[str]) -> None:
        """Removes the events."""
        self._session.execute(delete(events).where(events.c.event_id.in_(event_ids)))

    def remember_conversations(self, owners: Collection[tuple[str, str]]) -> None:
        """Keeps in which conversations a person was active, `(user id, conversation id)`, where nothing else tells."""
        table = counted_conversations.c
        query = select(table.user_id, table.conversation_id).where(
            table.conversation_id.in_({conversation_id for _, conversation_id in owners})
        )
        told = {(row.user_id, row.conversation_id) for row in self._session.execute(query)}
        rows = [{"user_id": user_id, "conversation_id": id_} for user_id, id_ in set(owners) - told]
        insert_new(self._session, removed_conversations, rows)

    def take_conversations(self, user_id: str, limit: int) -> Sequence[str]:
        """Forgets some conversations of the person; returns which."""
        table = removed_conversations.c
        ids = self._session.scalars(select(table.conversation_id).where(table.user_id == user_id).limit(limit)).all()
        is_theirs = and_(table.user_id == user_id, table.conversation_id.in_(ids))
        self._session.execute(delete(removed_conversations).where(is_theirs))
        return ids
