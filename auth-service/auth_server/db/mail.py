"""The table of queued mails."""

from datetime import datetime
from typing import Any

from service_kit.columns import UtcDateTime
from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from auth_server.db.base import Base


class QueuedMail(Base):
    """A mail on its way. The row goes when the mail server has taken it; a parked one keeps no context.

    Whoever sends it sets `next_attempt_at` ahead meanwhile, so that nobody else does.
    """

    __tablename__ = "queued_mails"
    __table_args__ = (Index(None, "next_attempt_at"), Index(None, "recipient"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    template: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(320))
    context: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    good_until: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    refusals: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(255))
    parked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
