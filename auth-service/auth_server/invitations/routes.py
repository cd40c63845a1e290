"""The invitation routes: for admins, and one for whoever holds a link."""

from typing import Annotated

from fastapi import APIRouter, Path
from service_kit.idempotency import IdempotencyKey
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses

from auth_server.dependencies import AdminUser, AuditorDep, DatabaseDep, InvitationMakingDep, InvitationRulesDep
from auth_server.invitations.schemas import (
    InvitationCheck,
    InvitationCreate,
    InvitationMade,
    InvitationOut,
    InvitationPreview,
)
from auth_server.invitations.service import Invitations
from auth_server.users.schemas import Confirmation

router = APIRouter(prefix="/invitations", tags=["invitations"], generate_unique_id_function=lambda route: route.name)


@router.post("/", summary="Invite somebody", responses=problem_responses(401, 403, 409))
async def create_invitation(
    body: InvitationCreate, admin: AdminUser, making: InvitationMakingDep, idempotency_key: IdempotencyKey = None
) -> InvitationMade:
    """For admins. The link registers one person, once, with these roles; its token is answered here alone."""
    return await making.make(body, admin, idempotency_key=idempotency_key)


@router.get("/", summary="List the invitations", responses=problem_responses(401, 403))
async def list_invitations(
    _admin: AdminUser, database: DatabaseDep, rules: InvitationRulesDep, page: PageDep
) -> list[InvitationOut]:
    """For admins, the newest first; the next page is in the `Link` header."""
    before_id = page.last_id()
    invitations, following = await database.read(
        lambda session: Invitations(session, rules).page(before_id=before_id, limit=page.limit)
    )
    if following is not None:
        page.announce_next(following)
    return invitations


@router.delete("/{invitation_id}", summary="Withdraw an invitation", responses=problem_responses(401, 403, 404, 409))
async def withdraw_invitation(
    invitation_id: Annotated[str, Path(description="The `id` that GET /invitations/ lists.")],
    _admin: AdminUser,
    database: DatabaseDep,
    rules: InvitationRulesDep,
    auditor: AuditorDep,
) -> Confirmation:
    """For admins. Its link no longer registers anybody; who has registered with it stays."""
    await database.write(lambda session: Invitations(session, rules).withdraw(invitation_id, auditor))
    return Confirmation(message="Invitation withdrawn")


@router.post("/check", summary="Look at an invitation", responses=problem_responses(403))
async def check_invitation(
    body: InvitationCheck, database: DatabaseDep, rules: InvitationRulesDep
) -> InvitationPreview:
    """For whoever holds a link, before they register: whose it is, and for which address. Nothing is used up."""
    token = body.invitation.get_secret_value()
    leave = await database.read(lambda session: Invitations(session, rules).check(token))
    return InvitationPreview(
        invited_by=leave.invited_by, email=leave.email, roles=list(leave.roles), expires_at=leave.expires_at
    )
