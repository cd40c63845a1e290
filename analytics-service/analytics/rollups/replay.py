"""Counts stored events anew, after a migration that changed what is counted. It goes on where it was broken off."""

import structlog
from service_kit.database import Database
from service_kit.locks import hold_alone
from sqlalchemy.orm import Session

from analytics.progress.service import Progress
from analytics.rollups.keeping import REPLAY, ROLLUPS_LOCK
from analytics.rollups.people import Names
from analytics.rollups.raw_events import READ_AT_ONCE, RawEvents
from analytics.rollups.service import add_to_rollups

log = structlog.get_logger(__name__)


async def replay_events(database: Database, names: Names) -> None:
    """Counts all events that the replay has not reached yet. To be ended before events or questions are taken.

    Each step keeps its position in the transaction that counts, so a process that dies counts nothing twice, and
    replicas that start together take turns.
    """
    while await database.write(lambda session: _replay_some(session, names)):
        pass


def _replay_some(session: Session, names: Names) -> bool:
    hold_alone(session, ROLLUPS_LOCK)
    progress = Progress(session, REPLAY)
    position = progress.position
    if position is None:
        return False
    events = RawEvents(session).after(position, READ_AT_ONCE)
    if not events:
        progress.end()
        log.info("events_replayed")
        return False
    add_to_rollups(session, events, names)
    progress.move(events[-1].event_id)
    return True
