"""The rules on erasures, within the caller's transaction: begun with the deletion, confirmed part by part, shown."""

import secrets
from collections.abc import Mapping, Sequence

from service_kit.clock import new_id, utc_now
from service_kit.erasures import ErasureOrder
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.db.administration import Erasure, ErasureTask
from auth_server.erasures.repository import ErasureRepository, PersonRepository
from auth_server.erasures.schemas import ANALYTICS, CHAT, OWN, ErasureOut, ErasurePart, ServiceName
from auth_server.errors import ErasureNotFound
from auth_server.invitations.service import forget_invitations_of, invitations_of
from auth_server.token_hash import token_hash
from auth_server.users.administration import UserAdministration
from auth_server.users.schemas import UserOut
from auth_server.users.service import UserService

SERVICES: tuple[ServiceName, ...] = (OWN, CHAT, ANALYTICS)
RECEIPT_BYTES = 32
LONGEST_PROBLEM = 255


class Erasures:
    """What a deleted person leaves here: an id, and what each service has done about it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._erasures = ErasureRepository(session)
        self._people = PersonRepository(session)

    def holdings(self, user: UserOut) -> dict[str, int]:
        """What this service holds of the user, by kind and number."""
        return self._people.holdings(user.id) | {"invitations": invitations_of(self._session, user)}

    def begin(self, username: str, auditor: Auditor, *, receipt: str | None = None) -> str:
        """Deletes the user with all that this service holds, and orders the same of the others.

        Returns: the id of the erasure. Raises: UserNotFound (404), LastAdmin (409).
        """
        user = UserService(self._session).named(username)  # locked: of two at once the second finds nobody
        erased = self.holdings(user) | {"accounts": 1}
        erasure_id, now = new_id(), utc_now()
        UserAdministration(self._session, auditor).delete(username, erasure_id)
        invitation_ids = forget_invitations_of(self._session, user)
        erased["traces"] = self._people.forget_traces(user.id, invitation_ids)
        erasure = Erasure(
            id=erasure_id,
            user_id=user.id,
            is_own_request=receipt is not None,
            receipt_hash=token_hash(receipt) if receipt is not None else None,
            requested_at=now,
        )
        tasks = [ErasureTask(erasure_id=erasure_id, service=service, attempts=0) for service in SERVICES]
        own = tasks[0]
        own.attempts, own.attempted_at, own.confirmed_at, own.erased = 1, now, now, erased
        self._erasures.add(erasure, tasks)
        return erasure_id

    def waiting(self, service: ServiceName, *, after_id: str, limit: int) -> list[ErasureOrder]:
        """The oldest orders after that one which the service has not confirmed."""
        rows = self._erasures.waiting(service, after_id=after_id, limit=limit)
        return [ErasureOrder(erasure_id=erasure_id, user_id=user_id) for erasure_id, user_id in rows]

    def confirm(self, erasure_id: str, service: ServiceName, erased: Mapping[str, int], auditor: Auditor) -> None:
        """Notes what the service has done; the last one completes the erasure. What is confirmed stays as it is."""
        erasure = self._erasures.locked(erasure_id)  # or of two services at once neither would see the other
        if erasure is None:
            return
        tasks = {task.service: task for task in self._erasures.tasks([erasure_id])}
        task, now = tasks[service], utc_now()
        if task.confirmed_at is None:
            task.attempts, task.attempted_at, task.problem = task.attempts + 1, now, None
            task.confirmed_at, task.erased = now, dict(erased)
        if erasure.completed_at is None and all(each.confirmed_at is not None for each in tasks.values()):
            erasure.completed_at = now
            target = Target("user", erasure.user_id, "")
            auditor.record(self._session, "erasure.completed", target, {"erasure_id": erasure_id})

    def note_problem(self, erasure_id: str, service: ServiceName, problem: str) -> None:
        """Notes why the newest attempt failed."""
        for task in self._erasures.tasks([erasure_id]):
            if task.service == service and task.confirmed_at is None:
                task.attempts, task.attempted_at = task.attempts + 1, utc_now()
                task.problem = problem[:LONGEST_PROBLEM]

    def receipt(self, erasure_id: str) -> ErasureOut:
        """The receipt of that id. Raises ErasureNotFound (404)."""
        return self._shown(self._erasures.by_id(erasure_id))

    def receipt_of_holder(self, receipt: str) -> ErasureOut:
        """The receipt of whoever has deleted their own account. Raises ErasureNotFound (404)."""
        return self._shown(self._erasures.by_receipt(token_hash(receipt)))

    def page(self, *, before_id: str | None, limit: int) -> tuple[list[ErasureOut], str | None]:
        """At most `limit` receipts, the newest first, and where the next page begins."""
        rows = self._erasures.newest_first(before_id=before_id, limit=limit + 1)
        following = rows[limit - 1].id if len(rows) > limit else None
        return self._out(rows[:limit]), following

    def _shown(self, erasure: Erasure | None) -> ErasureOut:
        if erasure is None:
            raise ErasureNotFound()
        return self._out([erasure])[0]

    def _out(self, erasures: Sequence[Erasure]) -> list[ErasureOut]:
        tasks = self._erasures.tasks([erasure.id for erasure in erasures])
        return [_erasure_out(one, [task for task in tasks if task.erasure_id == one.id]) for one in erasures]


def new_receipt() -> str:
    """The token by which whoever deleted their own account reads the receipt."""
    return f"cve_{secrets.token_urlsafe(RECEIPT_BYTES)}"


def _erasure_out(erasure: Erasure, tasks: Sequence[ErasureTask]) -> ErasureOut:
    by_service = {task.service: task for task in tasks}
    return ErasureOut(
        id=erasure.id,
        user_id=erasure.user_id,
        is_own_request=erasure.is_own_request,
        requested_at=erasure.requested_at,
        completed_at=erasure.completed_at,
        services=[_part(service, by_service[service]) for service in SERVICES],
    )


def _part(service: ServiceName, task: ErasureTask) -> ErasurePart:
    return ErasurePart(
        service=service,
        is_confirmed=task.confirmed_at is not None,
        confirmed_at=task.confirmed_at,
        erased=task.erased,
        attempts=task.attempts,
        attempted_at=task.attempted_at,
        problem=task.problem,
    )
