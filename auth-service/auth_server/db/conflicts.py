"""What to do when another transaction took a unique value between our look and our write (PostgreSQL only)."""

from service_kit.database import Database, T, Work
from sqlalchemy.exc import IntegrityError


async def write_once_more_on_conflict(database: Database, work: Work[T]) -> T:
    """The answer of `work(session)`, committed; it runs again after a conflict, and then finds what was in its way."""
    try:
        return await database.write(work)
    except IntegrityError:
        return await database.write(work)
