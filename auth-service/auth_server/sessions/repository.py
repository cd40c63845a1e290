"""The queries on sessions and refresh tokens."""

import re
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, or_, select, true, update
from sqlalchemy.orm import Session

from auth_server.db.models import RefreshToken, UserSession

_ID = re.compile("[0-9a-f-]{36}")  # what else somebody sends as an id need not reach the database


class SessionRepository:
    """All SQL on `sessions` and `refresh_tokens`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_id(self, session_id: str) -> UserSession | None:
        """The session of that id."""
        return self._session.get(UserSession, session_id) if _ID.fullmatch(session_id) else None

    def locked(self, session_id: str) -> UserSession | None:
        """The same, as it is once no other transaction changes it any more, until this one ends."""
        return self._session.get(UserSession, session_id, with_for_update=True, populate_existing=True)

    def live(
        self, user_id: str, *, now: datetime, used_after: datetime, before_id: str | None, limit: int
    ) -> list[UserSession]:
        """The user's sessions that hold, the newest sign-in first (ids sort by time)."""
        query = (
            select(UserSession)
            .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
            .where(UserSession.expires_at > now, UserSession.last_used_at > used_after)
            .order_by(UserSession.id.desc())
            .limit(limit)
        )
        if before_id is not None:
            query = query.where(UserSession.id < before_id)
        return list(self._session.scalars(query))

    def of_user(self, user_id: str) -> list[UserSession]:
        """All of the user's sessions that are kept, the newest sign-in first."""
        query = select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.id.desc())
        return list(self._session.scalars(query))

    def is_new_origin(self, user_id: str, device: str, address: str) -> bool:
        """Whether the user has sessions, ended ones included, and none from that device and address."""
        is_from_there = and_(UserSession.device == device, UserSession.address == address)
        query = select(func.count(), func.count(case((is_from_there, 1)))).where(UserSession.user_id == user_id)
        total, from_there = self._session.execute(query).one()
        return bool(total) and not from_there

    def add(self, session: UserSession) -> None:
        """Inserts the session at once, so that its refresh token finds it."""
        self._session.add(session)
        self._session.flush()

    def revoke(self, session_id: str, *, now: datetime, reason: str) -> None:
        """Revokes the session, unless it is revoked already."""
        self._revoke(UserSession.id == session_id, now, reason)

    def revoke_of_user(self, user_id: str, *, except_id: str, now: datetime, reason: str) -> None:
        """Revokes the user's sessions but the excepted one."""
        self._revoke((UserSession.user_id == user_id) & (UserSession.id != except_id), now, reason)

    def revoke_all(self, *, now: datetime, reason: str) -> None:
        """Revokes every session of everybody."""
        self._revoke(true(), now, reason)

    def _revoke(self, which: ColumnElement[bool], now: datetime, reason: str) -> None:
        statement = update(UserSession).where(which, UserSession.revoked_at.is_(None))
        self._session.execute(statement.values(revoked_at=now, revoked_reason=reason))

    def note_use(self, session_id: str, now: datetime) -> None:
        """Sets the last use, never back."""
        statement = update(UserSession).where(UserSession.id == session_id, UserSession.last_used_at < now)
        self._session.execute(statement.values(last_used_at=now))

    def forget_ended(self, user_id: str, *, before: datetime) -> None:
        """Deletes the user's sessions that ended before that time."""
        has_ended = or_(UserSession.expires_at < before, UserSession.revoked_at < before)
        self._session.execute(delete(UserSession).where(UserSession.user_id == user_id, has_ended))

    def refresh_tokens(self, session_id: str) -> list[RefreshToken]:
        """Those that are kept of the session, the current one first."""
        query = select(RefreshToken).where(RefreshToken.session_id == session_id)
        return list(self._session.scalars(query.order_by(RefreshToken.generation.desc())))

    def add_refresh_token(self, session_id: str, generation: int, token_hash: str, now: datetime) -> None:
        """Stores a new current token."""
        self._session.execute(
            insert(RefreshToken).values(
                session_id=session_id, generation=generation, token_hash=token_hash, created_at=now
            )
        )

    def forget_refresh_tokens(self, session_id: str, *, below_generation: int) -> None:
        """Deletes the tokens of earlier generations: their signature alone tells that they were spent."""
        self._session.execute(
            delete(RefreshToken).where(
                RefreshToken.session_id == session_id, RefreshToken.generation < below_generation
            )
        )
