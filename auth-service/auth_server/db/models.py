"""The tables: users, roles, sessions, the audit trail, the outbox, and the answers kept for `Idempotency-Key`."""

from datetime import datetime
from typing import Any

from service_kit.columns import UtcDateTime
from sqlalchemy import JSON, Double, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auth_server.db.base import Base


class Role(Base):
    """A role; its name is what tokens and routes speak of. The rows come with the migrations."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    description: Mapped[str] = mapped_column(String(255))


class UserRole(Base):
    """Which user has which role."""

    __tablename__ = "user_roles"
    __table_args__ = (Index(None, "role_name"),)

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role_name: Mapped[str] = mapped_column(ForeignKey("roles.name"), primary_key=True)


class User(Base):
    """A person. The two keys are what names and addresses are compared by (`users/names.py`)."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    username_key: Mapped[str] = mapped_column(String(255), unique=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(1024), unique=True)
    full_name: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(255))
    is_active: Mapped[bool]
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    roles: Mapped[list[Role]] = relationship(
        secondary="user_roles", lazy="selectin", order_by="Role.name", passive_deletes=True
    )

    @property
    def role_names(self) -> list[str]:
        """The names of the roles, sorted."""
        return sorted(role.name for role in self.roles)


class UserSession(Base):
    """One sign-in on one device; its id is the claim `sid`. The seed makes its refresh tokens unguessable."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    seed: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[str | None] = mapped_column(String(32))


class RefreshToken(Base):
    """A refresh token's hash. Of each session the current one (not spent) and the one before it are kept."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (UniqueConstraint("session_id", "generation"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    generation: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FailureCount(Base):
    """How many attempts have failed for one key, and until when the next one waits; see `throttling`."""

    __tablename__ = "failure_counts"
    __table_args__ = (Index(None, "at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[float] = mapped_column(Double)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """What someone did. No foreign keys: an entry outlives what it speaks of. `code` chains it to the one before."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "actor_id"), Index(None, "target_id"), Index(None, "action"), Index(None, "at"))

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str | None] = mapped_column(String(36))
    actor_name: Mapped[str] = mapped_column(String(255))
    action: Mapped[str] = mapped_column(String(64))
    target_kind: Mapped[str | None] = mapped_column(String(32))
    target_id: Mapped[str | None] = mapped_column(String(64))
    target_name: Mapped[str | None] = mapped_column(String(320))
    address: Mapped[str] = mapped_column(String(64))
    request_id: Mapped[str] = mapped_column(String(128))
    detail: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain, in one row: what follows locks it, and missing last entries are found by it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    code: Mapped[str] = mapped_column(String(64))


class OutboxEvent(Base):
    """An event on its way to analytics; see service_kit.outbox."""

    __tablename__ = "outbox_events"

    event_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    parked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parked_reason: Mapped[str | None] = mapped_column(String(255))


class IdempotencyKey(Base):
    """The first answer to a request that came with a key; see service_kit.idempotency."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "created_at"),)

    scope: Mapped[str] = mapped_column(String(255), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
