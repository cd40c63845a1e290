"""`/analytics`, for administrators and managers."""

from fastapi import APIRouter
from service_kit.authentication import Analyst, CurrentPrincipal
from service_kit.problems import problem_responses

from analytics.dependencies import RangeDep, ReportServiceDep
from analytics.reports.schemas import OwnUse, Summary

router = APIRouter(prefix="/analytics", tags=["analytics"])


@router.get("/summary", responses=problem_responses(401, 403, 503))
async def get_summary(_analyst: Analyst, reports: ReportServiceDep) -> Summary:
    """The seven figures of this moment."""
    return await reports.summary()


@router.get("/me", responses=problem_responses(401, 503))
async def get_own_use(user: CurrentPrincipal, reports: ReportServiceDep, days: RangeDep) -> OwnUse:
    """The caller's own use so far and in a range of days, for everyone; nobody else's."""
    return await reports.own_use(user.user_id, days)
