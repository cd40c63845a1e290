"""`/analytics/parked`, for administrators: the texts may hold anything."""

from fastapi import APIRouter
from service_kit.authentication import Administrator
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses

from analytics.dependencies import ParkingServiceDep
from analytics.parking.schemas import ParkedEventOut, Retried

router = APIRouter(prefix="/analytics/parked", tags=["parked events"], responses=problem_responses(401, 403, 503))


@router.get("")
async def list_parked(_admin: Administrator, parking: ParkingServiceDep, page: PageDep) -> list[ParkedEventOut]:
    """The events that could not be read, the oldest first."""
    rows = await parking.page(page.limit + 1, page.last_time_and_id())
    if len(rows) > page.limit:
        last = rows[page.limit - 1]
        page.announce_next(last.parked_at.isoformat(), last.digest)
    return [
        ParkedEventOut(
            id=row.digest,
            source=row.source,
            field=row.field,
            reason=row.reason,
            event=row.event_text,
            is_complete=row.is_complete,
            parked_at=row.parked_at,
        )
        for row in rows[: page.limit]
    ]


@router.post("/retry")
async def retry_parked(_admin: Administrator, parking: ParkingServiceDep) -> Retried:
    """Read all of them once more, as is done at each start; doing it twice changes nothing."""
    return await parking.retry()
