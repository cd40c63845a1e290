"""Locks that last as long as their transaction, for what no row stands for."""

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def hold_shared(session: Session, name: str) -> None:
    """Goes on beside others that hold `name` so, and waits for one that holds it alone.

    PostgreSQL; on SQLite there is one writer at a time anyway.
    """
    _hold(session, name, "pg_advisory_xact_lock_shared")


def hold_alone(session: Session, name: str) -> None:
    """Waits until nobody else holds `name`, and lets nobody until this transaction ends."""
    _hold(session, name, "pg_advisory_xact_lock")


def _hold(session: Session, name: str, function: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        session.execute(select(getattr(func, function)(number)))
