"""The internal routes of erasures, for auth-service alone."""

from typing import Annotated

from fastapi import APIRouter, Path
from service_kit.authentication import CallingService
from service_kit.erasures import ErasureOrder, ErasureReport, Holdings
from service_kit.problems import problem_responses

from chat_server.dependencies import PersonErasureDep

router = APIRouter(prefix="/internal", tags=["internal"], responses=problem_responses(401))


@router.post("/erasures")
async def erase_person(order: ErasureOrder, _service: CallingService, erasure: PersonErasureDep) -> ErasureReport:
    """Erase everything of a deleted person. Asked again, it answers what it answered the first time."""
    return await erasure.erase(order)


@router.get("/holdings/{user_id}")
async def read_holdings(
    user_id: Annotated[str, Path(max_length=64)], _service: CallingService, erasure: PersonErasureDep
) -> Holdings:
    """What there is of a person."""
    return await erasure.holdings(user_id)
