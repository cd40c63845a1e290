"""The role routes."""

from fastapi import APIRouter
from service_kit.problems import problem_responses

from auth_server.dependencies import DatabaseDep, StaffUser
from auth_server.roles.schemas import RoleOut
from auth_server.roles.service import RoleService

router = APIRouter(
    prefix="/roles",
    tags=["roles"],
    responses=problem_responses(401, 403),
    generate_unique_id_function=lambda route: route.name,
)


@router.get("/", summary="List the roles")
async def list_roles(_staff: StaffUser, database: DatabaseDep) -> list[RoleOut]:
    """For admins and managers."""
    return await database.read(lambda session: RoleService(session).list_roles())
