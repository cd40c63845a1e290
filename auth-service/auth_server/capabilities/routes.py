"""The route that tells what this installation offers."""

from fastapi import APIRouter

from auth_server.capabilities.schemas import Capabilities
from auth_server.dependencies import PartsDep, RegistrationModeDep
from auth_server.policies.service import RegistrationPolicies

router = APIRouter(prefix="/auth", tags=["capabilities"], generate_unique_id_function=lambda route: route.name)


@router.get("/capabilities", summary="Read what is offered here")
async def read_capabilities(parts: PartsDep, first_mode: RegistrationModeDep) -> Capabilities:
    """For anyone: who may register, with what addresses, and whether a forgotten password is answered by mail."""
    policy = await parts.database.read(lambda session: RegistrationPolicies(session, first_mode).current())
    return Capabilities(
        registration_open=policy.mode == "open",
        registration=policy.mode,
        registration_domains=policy.allowed_domains,
        password_reset_by_mail=parts.mailer.is_on,
    )
