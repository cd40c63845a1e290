"""The row of an event that cannot be read."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from analytics.ingestion.parsing import UnreadableEvent

LONGEST_TEXT_BYTES = 16_384  # 50 times an ordinary event; what is longer is no event of ours, and kept only to be seen
LONGEST_NAME = 255


class ParkedEvent(NamedTuple):
    """One row. `field` is '' where the event as a whole is wrong; `is_complete` is False where the text was cut off."""

    digest: str
    source: str
    field: str
    reason: str
    event_text: str
    is_complete: bool
    parked_at: datetime


def parked_event(event: UnreadableEvent, source: str, now: datetime) -> ParkedEvent:
    """The row; the same text gives the same digest, so that one that is sent again is there once."""
    kept = event.text[:LONGEST_TEXT_BYTES]
    text = kept.decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return ParkedEvent(
        digest=hashlib.sha256(event.text).hexdigest(),
        source=source[:LONGEST_NAME],
        field=event.field[:LONGEST_NAME],
        reason=event.reason[:LONGEST_NAME],
        event_text=text,
        is_complete=text.encode() == event.text,
        parked_at=now,
    )
