"""For writes that must outlive the error that follows them: a revocation, a count of failures, a line of the audit."""

import asyncio

from service_kit.database import Database, T, Work
from service_kit.errors import ServiceError


async def write_in_own_transaction(database: Database, work: Work[T]) -> T:
    """The answer of `work(session)`, committed for good before the caller raises anything.

    A caller that is cancelled meanwhile (its client has left) does not undo it.
    """
    return await asyncio.shield(database.write(work))


async def write_then_refuse(database: Database, work: Work[T | ServiceError]) -> T:
    """The answer of `work(session)`; a refusal that it returns is raised once everything it wrote is committed.

    So looking at what somebody tried and counting it are one transaction, which many at once cannot slip through.
    """
    outcome = await write_in_own_transaction(database, work)
    if isinstance(outcome, ServiceError):
        raise outcome
    return outcome
