"""The role routes."""

from typing import Annotated

from fastapi import APIRouter, Path
from service_kit.problems import problem_responses

from auth_server.dependencies import AdminUser, AuditorDep, DatabaseDep, StaffUser
from auth_server.roles.schemas import RoleOut, RolePolicy
from auth_server.roles.service import RoleService

router = APIRouter(
    prefix="/roles",
    tags=["roles"],
    responses=problem_responses(401, 403),
    generate_unique_id_function=lambda route: route.name,
)

RoleName = Annotated[str, Path(max_length=32, description="A name that GET /roles/ lists.")]


@router.get("/", summary="List the roles")
async def list_roles(_staff: StaffUser, database: DatabaseDep) -> list[RoleOut]:
    """For admins and managers."""
    return await database.read(lambda session: RoleService(session).list_roles())


@router.get("/{name}/policy", summary="Read what a role demands", responses=problem_responses(404))
async def read_role_policy(name: RoleName, _staff: StaffUser, database: DatabaseDep) -> RolePolicy:
    """For admins and managers."""
    return await database.read(lambda session: RoleService(session).policy(name))


@router.put("/{name}/policy", summary="Set what a role demands", responses=problem_responses(404))
async def set_role_policy(
    name: RoleName, body: RolePolicy, _admin: AdminUser, database: DatabaseDep, auditor: AuditorDep
) -> RolePolicy:
    """For admins. Sessions that have begun stay; whoever has no factor sets one up at their next sign-in."""
    return await database.write(lambda session: RoleService(session).set_policy(name, body, auditor))
