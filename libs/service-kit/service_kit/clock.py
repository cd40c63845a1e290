"""The current time and ids that sort by it."""

from datetime import UTC, datetime

import uuid_utils


def utc_now() -> datetime:
    """The current time, timezone-aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A new UUIDv7: an opaque string that sorts by its time of making (RFC 9562, section 5.7)."""
    return str(uuid_utils.uuid7())
