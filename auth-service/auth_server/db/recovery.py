"""The table of links for a new password."""

from datetime import datetime

from service_kit.columns import UtcDateTime
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from auth_server.db.base import Base


class PasswordReset(Base):
    """A link for a new password, of which only the hash of its token is kept.

    One that was mailed holds for as long as the user has the address that it went to (`email_key`); one that an
    administrator made has none. `ended_at`: it was used, or another one or another password took its place.
    """

    __tablename__ = "password_resets"
    __table_args__ = (Index(None, "user_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    email_key: Mapped[str | None] = mapped_column(String(1024))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
