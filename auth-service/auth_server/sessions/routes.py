"""The session routes: one's own sign-ins, and ending them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from service_kit.authentication import CurrentPrincipal
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses

from auth_server.dependencies import (
    AdminUser,
    CurrentUser,
    DatabaseDep,
    OptionalToken,
    SessionEndingDep,
    SessionRulesDep,
    SignOutDep,
    TokenDeliveryDep,
)
from auth_server.sessions.schemas import SessionOut
from auth_server.sessions.service import SessionService
from auth_server.users.schemas import Confirmation

router = APIRouter(prefix="/auth", tags=["sessions"], generate_unique_id_function=lambda route: route.name)
person_router = APIRouter(
    prefix="/users/{username}/sessions",
    tags=["sessions"],
    responses=problem_responses(401, 403, 404),
    generate_unique_id_function=lambda route: route.name,
)

UsernamePath = Annotated[str, Path(description="The username; the case of its letters does not count.")]


@router.post("/logout", summary="Sign out", responses=problem_responses(401, 403))
async def sign_out(token: OptionalToken, delivery: TokenDeliveryDep, sign_out: SignOutDep) -> Confirmation:
    """Ends the session of the access token, and that of the page's cookie, which is cleared."""
    await sign_out.sign_out(access_token=token, refresh_token=delivery.refresh_cookie)
    delivery.clear_cookie()
    return Confirmation(message="Signed out")


@router.get("/sessions", summary="List your sign-ins", responses=problem_responses(401))
async def list_sessions(
    caller: CurrentUser, principal: CurrentPrincipal, database: DatabaseDep, rules: SessionRulesDep, page: PageDep
) -> list[SessionOut]:
    """Those that still hold, the newest first; the next page is in the `Link` header."""
    before_id = page.last_id()
    sessions, following = await database.read(
        lambda session: SessionService(session, rules).page(
            caller.user_id,
            current_id=principal.session_id,
            before_id=before_id,
            limit=page.limit,
        )
    )
    if following is not None:
        page.announce_next(following)
    return sessions


@router.delete("/sessions/{session_id}", summary="End a sign-in", responses=problem_responses(401, 404))
async def end_session(
    session_id: Annotated[str, Path(description="The `id` that GET /auth/sessions lists.")],
    caller: CurrentUser,
    ending: SessionEndingDep,
) -> Confirmation:
    """Its tokens end with it: here at once, in the other services within ten seconds."""
    await ending.end(caller.user_id, session_id)
    return Confirmation(message="Signed out there")


@router.delete("/sessions", summary="Sign out everywhere", responses=problem_responses(401))
async def end_all_sessions(
    caller: CurrentUser,
    principal: CurrentPrincipal,
    ending: SessionEndingDep,
    except_current: Annotated[bool, Query(description="Keep the session that asks for it.")] = False,
) -> Confirmation:
    """Ends every sign-in of yours, this one included unless `except_current` is true."""
    await ending.end_all(caller, except_id=principal.session_id if except_current else "")
    return Confirmation(message="Signed out everywhere else" if except_current else "Signed out everywhere")


@person_router.get("", summary="List a user's sign-ins")
async def list_user_sessions(
    username: UsernamePath,
    _admin: AdminUser,
    principal: CurrentPrincipal,
    database: DatabaseDep,
    rules: SessionRulesDep,
    page: PageDep,
) -> list[SessionOut]:
    """For admins: those that still hold, the newest first; the next page is in the `Link` header."""
    before_id = page.last_id()
    sessions, following = await database.read(
        lambda session: SessionService(session, rules).page_of(
            username,
            current_id=principal.session_id,
            before_id=before_id,
            limit=page.limit,
        )
    )
    if following is not None:
        page.announce_next(following)
    return sessions


@person_router.delete("/{session_id}", summary="End a user's sign-in")
async def end_user_session(
    username: UsernamePath,
    session_id: Annotated[str, Path(description="The `id` that the list of their sign-ins has.")],
    _admin: AdminUser,
    ending: SessionEndingDep,
) -> Confirmation:
    """For admins. Its tokens end with it: here at once, in the other services within ten seconds."""
    await ending.end_of(username, session_id)
    return Confirmation(message="Signed out there")


@person_router.delete("", summary="Sign a user out everywhere")
async def end_all_user_sessions(username: UsernamePath, _admin: AdminUser, ending: SessionEndingDep) -> Confirmation:
    """For admins. They may sign in again at once: deactivate the user to keep them out."""
    await ending.end_all_of(username)
    return Confirmation(message="Signed out everywhere")
