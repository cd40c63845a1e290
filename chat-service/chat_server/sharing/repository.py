"""All SQL about shared conversations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.orm import Session, undefer

from chat_server.db.models import Share

_OPTIONS = {"synchronize_session": False, "populate_existing": True}


class ShareRepository:
    """Reads and writes shares; the snapshot itself only where it is asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_conversation(self, conversation_id: str) -> Share | None:
        """The share of the conversation."""
        return self._session.scalars(select(Share).where(Share.conversation_id == conversation_id)).one_or_none()

    def by_token(self, token: str) -> Share | None:
        """The share with this token, and its snapshot."""
        query = select(Share).where(Share.token == token).options(undefer(Share.snapshot))
        return self._session.scalars(query).one_or_none()

    def page(self, user_id: str, *, after: tuple[datetime, str] | None, limit: int) -> Sequence[Share]:
        """The user's shares, the newest first, following `after`."""
        query = select(Share).where(Share.user_id == user_id)
        if after is not None:
            query = query.where(tuple_(Share.created_at, Share.token) < after)
        return self._session.scalars(query.order_by(Share.created_at.desc(), Share.token.desc()).limit(limit)).all()

    def add(self, values: Mapping[str, Any]) -> Share:
        """Stores a new share."""
        return self._session.scalars(insert(Share).values(**values).returning(Share), execution_options=_OPTIONS).one()

    def change(self, conversation_id: str, values: Mapping[str, Any]) -> Share:
        """Puts another snapshot in the place of the one that is there."""
        statement = update(Share).where(Share.conversation_id == conversation_id).values(**values)
        return self._session.scalars(statement.returning(Share), execution_options=_OPTIONS).one()

    def delete(self, conversation_id: str) -> bool:
        """Removes the conversation's share; whether there was one."""
        gone = delete(Share).where(Share.conversation_id == conversation_id).returning(Share.token)
        return self._session.execute(gone, execution_options={"synchronize_session": False}).one_or_none() is not None
