"""For writes that must outlive the error that follows them: a revocation, a count of failures, a line of the audit."""

import asyncio

from service_kit.database import Database, T, Work


async def write_in_own_transaction(database: Database, work: Work[T]) -> T:
    """The answer of `work(session)`, committed for good before the caller raises anything.

    A caller that is cancelled meanwhile (its client has left) does not undo it.
    """
    return await asyncio.shield(database.write(work))
