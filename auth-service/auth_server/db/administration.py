"""The tables of administration: what admins have set, invitations, and erasures with each service's part in them."""

from datetime import datetime
from typing import Any

from service_kit.columns import UtcDateTime
from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from auth_server.db.base import Base


class ServiceSetting(Base):
    """What an admin has set for the whole installation; without a row the environment's value holds."""

    __tablename__ = "service_settings"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Invitation(Base):
    """Leave to register once, of whose token only the hash is kept. Whoever made it may be deleted meanwhile."""

    __tablename__ = "invitations"
    __table_args__ = (Index(None, "used_by_id"), Index(None, "email_key"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(320))
    email_key: Mapped[str | None] = mapped_column(String(1024))
    roles: Mapped[list[str]] = mapped_column(JSON)
    created_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))


class Erasure(Base):
    """A deleted person, whose id is all that is left, and what each service has to do. `receipt_hash`: see receipts."""

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36), unique=True)
    is_own_request: Mapped[bool]
    receipt_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ErasureTask(Base):
    """One service's part in an erasure; `erased` is what it confirmed, by kind and number."""

    __tablename__ = "erasure_tasks"
    __table_args__ = (Index(None, "confirmed_at"),)

    erasure_id: Mapped[str] = mapped_column(ForeignKey("erasures.id", ondelete="CASCADE"), primary_key=True)
    service: Mapped[str] = mapped_column(String(32), primary_key=True)
    attempts: Mapped[int]
    attempted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(String(255))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
