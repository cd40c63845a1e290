"""The queries on links for a new password."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from auth_server.db.recovery import PasswordReset


class ResetRepository:
    """All SQL on `password_resets`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, reset: PasswordReset) -> None:
        """Inserts the link."""
        self._session.add(reset)
        self._session.flush()

    def open(self, token_hash: str, now: datetime) -> PasswordReset | None:
        """The link of that token, as long as it holds."""
        reset = self._session.get(PasswordReset, token_hash, populate_existing=True)
        return reset if reset is not None and reset.ended_at is None and now < reset.expires_at else None

    def mailed_since(self, user_id: str, since: datetime) -> int:
        """How many links were mailed for the user since then."""
        query = select(func.count()).where(
            PasswordReset.user_id == user_id, PasswordReset.email_key.is_not(None), PasswordReset.created_at > since
        )
        return self._session.execute(query).scalar_one()

    def end_all(self, user_id: str, now: datetime, *, only_mailed: bool = False) -> None:
        """Ends the user's links that hold, or those of them that were mailed."""
        statement = update(PasswordReset).where(PasswordReset.user_id == user_id, PasswordReset.ended_at.is_(None))
        if only_mailed:
            statement = statement.where(PasswordReset.email_key.is_not(None))
        self._session.execute(statement.values(ended_at=now))

    def end_everybodys(self, now: datetime) -> None:
        """Ends every link that holds."""
        self._session.execute(update(PasswordReset).where(PasswordReset.ended_at.is_(None)).values(ended_at=now))

    def forget_expired(self, user_id: str, *, before: datetime) -> None:
        """Deletes the user's links that expired before that time."""
        self._session.execute(
            delete(PasswordReset).where(PasswordReset.user_id == user_id, PasswordReset.expires_at < before)
        )
