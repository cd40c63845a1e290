"""The table of first answers as `service_kit.idempotency` wants it: a class."""

from datetime import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped

from analytics.db.tables import idempotency_keys, metadata


class Base(DeclarativeBase):
    """What classes of this service's tables derive from."""

    metadata = metadata


class IdempotencyKey(Base):
    """The first answer to a request with an Idempotency-Key."""

    __table__ = idempotency_keys

    scope: Mapped[str]
    key: Mapped[str]
    fingerprint: Mapped[str]
    answer: Mapped[str]
    created_at: Mapped[datetime]
