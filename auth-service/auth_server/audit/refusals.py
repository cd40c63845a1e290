"""Records calls that someone without the role for them has tried."""

from service_kit.database import Database

from auth_server.audit.service import Auditor
from auth_server.db.own_transaction import write_in_own_transaction


async def record_refused_call(database: Database, auditor: Auditor, method: str, route: str) -> None:
    """Stores that the actor was refused; the entry stays, whatever error the caller raises next.

    `route` is the template: which object it was about is not the refused person's to leave behind.
    """
    detail = {"method": method, "route": route}
    await write_in_own_transaction(
        database, lambda session: auditor.record(session, "admin_call.refused", detail=detail)
    )
