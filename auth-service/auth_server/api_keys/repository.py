"""The queries on API keys."""

import re
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from auth_server.db.api_keys import UserApiKey

_ID = re.compile("[0-9a-f-]{36}")  # what else somebody sends as an id need not reach the database


class ApiKeyRepository:
    """All SQL on `api_keys`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_id(self, key_id: str) -> UserApiKey | None:
        """The key of that id."""
        return self._session.get(UserApiKey, key_id) if _ID.fullmatch(key_id) else None

    def by_public_id(self, public_id: str) -> UserApiKey | None:
        """The key that has this public id as its part."""
        return self._session.scalar(select(UserApiKey).where(UserApiKey.public_id == public_id))

    def count(self, user_id: str) -> int:
        """How many keys the user has, those included that have expired."""
        return self._session.scalar(select(func.count()).where(UserApiKey.user_id == user_id)) or 0

    def page(self, user_id: str, *, before_id: str | None, limit: int) -> list[UserApiKey]:
        """The user's keys, the newest first (ids sort by time)."""
        query = select(UserApiKey).where(UserApiKey.user_id == user_id).order_by(UserApiKey.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(UserApiKey.id < before_id)
        return list(self._session.scalars(query))

    def add(self, key: UserApiKey) -> None:
        """Inserts the key."""
        self._session.add(key)
        self._session.flush()

    def delete(self, key: UserApiKey) -> None:
        """Deletes the key."""
        self._session.delete(key)
        self._session.flush()

    def note_use(self, key_id: str, now: datetime) -> None:
        """Sets the last use, never back."""
        is_later = or_(UserApiKey.last_used_at.is_(None), UserApiKey.last_used_at < now)
        self._session.execute(update(UserApiKey).where(UserApiKey.id == key_id, is_later).values(last_used_at=now))
