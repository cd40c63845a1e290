"""The route that tells what this installation offers."""

from fastapi import APIRouter

from auth_server.capabilities.schemas import Capabilities
from auth_server.dependencies import PartsDep

router = APIRouter(prefix="/auth", tags=["capabilities"], generate_unique_id_function=lambda route: route.name)


@router.get("/capabilities", summary="Read what is offered here")
async def read_capabilities(parts: PartsDep) -> Capabilities:
    """For anyone: whether one may register, and whether a forgotten password is answered by mail."""
    return Capabilities(registration_open=parts.settings.registration_open, password_reset_by_mail=parts.mailer.is_on)
