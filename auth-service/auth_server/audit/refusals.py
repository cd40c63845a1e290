"""Records calls that someone without the role for them has tried, here or at another service."""

from collections.abc import Sequence

from service_kit.database import Database
from service_kit.refused_calls import RefusedCall
from sqlalchemy.orm import Session

from auth_server.audit.chain import ChainSigner
from auth_server.audit.schemas import Actor
from auth_server.audit.service import Auditor
from auth_server.db.own_transaction import write_in_own_transaction

REFUSED = "admin_call.refused"


async def record_refused_call(database: Database, auditor: Auditor, method: str, route: str) -> None:
    """Stores that the actor was refused; the entry stays, whatever error the caller raises next.

    `route` is the template: which object it was about is not the refused person's to leave behind.
    """
    detail = {"method": method, "route": route}
    await write_in_own_transaction(database, lambda session: auditor.record(session, REFUSED, detail=detail))


async def record_reported_calls(
    database: Database, signer: ChainSigner, service: str, calls: Sequence[RefusedCall]
) -> None:
    """Stores what another service has refused; `at` in the detail is when it did, by its clock."""

    def record(session: Session) -> None:
        for call in calls:
            actor = Actor(call.user_id, call.username, call.address, call.request_id)
            detail = {"method": call.method, "route": call.route, "service": service, "at": call.at.isoformat()}
            Auditor(signer, actor).record(session, REFUSED, detail=detail)

    await database.write(record)
