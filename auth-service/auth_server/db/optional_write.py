"""For writes that an answer does not depend on: a full disk must not turn a question into a refusal."""

import structlog
from service_kit.database import Database, Work
from service_kit.errors import ServiceError

log = structlog.get_logger(__name__)


async def write_if_possible(database: Database, work: Work[None], *, otherwise: str) -> None:
    """Runs `work(session)`; when the database cannot take it, that is logged as the event `otherwise`."""
    try:
        await database.write(work)
    except ServiceError as error:
        log.warning(otherwise, code=error.code)
