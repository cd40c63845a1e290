"""`/analytics/delivery` for administrators and managers, and the internal route that senders report to."""

from http import HTTPStatus

from fastapi import APIRouter
from service_kit.authentication import Analyst, CallingService
from service_kit.delivery_reports import SenderReport
from service_kit.problems import problem_responses

from analytics.delivery.schemas import DeliveryState
from analytics.dependencies import DeliveryServiceDep

REPORTS_PATH = "/internal/senders"
router = APIRouter(responses=problem_responses(401, 503))


@router.put(REPORTS_PATH, status_code=HTTPStatus.NO_CONTENT, tags=["internal"])
async def take_report(report: SenderReport, service: CallingService, delivery: DeliveryServiceDep) -> None:
    """Keep how the events of the calling service's process fare, in the place of what it reported before."""
    await delivery.take(service.username, report)


@router.get("/analytics/delivery", tags=["analytics"], responses=problem_responses(403))
async def get_delivery(_analyst: Analyst, delivery: DeliveryServiceDep) -> DeliveryState:
    """How events get here: what waits at the senders, what was lost or parked, and how long events take."""
    return await delivery.state()
