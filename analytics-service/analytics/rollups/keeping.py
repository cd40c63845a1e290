"""From which day on all events are still there, and whether some are yet to be counted anew."""

from sqlalchemy.orm import Session

from analytics.progress.service import Progress

ROLLUPS_LOCK = "rollups"
KEPT_SINCE = "kept_since"  # in `progress`: the first UTC day of which all events are still there
REPLAY = "replay"  # the work that a migration leaves behind; its position is the last event's id that was counted


def kept_since(session: Session) -> int | None:
    """The first UTC day of which all events are still there; None where none was ever removed."""
    position = Progress(session, KEPT_SINCE).position
    return None if position is None else int(position)


def keep_since(session: Session, day: int) -> None:
    """Takes note that events before that UTC day go. What went before stays away, however long events are kept now."""
    known = kept_since(session)
    if known is None or day > known:
        Progress(session, KEPT_SINCE).move(str(day))


def is_replaying(session: Session) -> bool:
    """Whether stored events are being counted anew."""
    return Progress(session, REPLAY).position is not None
