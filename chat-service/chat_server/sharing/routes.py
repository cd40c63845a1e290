"""Sharing by link: the owner's part, and the one that everybody may read."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from service_kit.authentication import CurrentPrincipal, RateLimiterDep
from service_kit.client_address import client_group
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses
from service_kit.rate_limits import Limit

from chat_server.dependencies import DatabaseDep, OwnersDep, PartsDep
from chat_server.errors import SharedNotFound, SharingOff
from chat_server.sharing.schemas import SharedConversation, ShareOut, ShareRequest, ShareWithdrawn
from chat_server.sharing.service import ShareService

router = APIRouter(tags=["sharing"])
NO_INDEX = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
SHARE = "/conversations/{conversation_id}/share"


@router.put(SHARE, responses=problem_responses(401, 403, 404, 409, 413))
async def share_conversation(
    conversation_id: str, body: ShareRequest, user: CurrentPrincipal, database: DatabaseDep, parts: PartsDep
) -> ShareOut:
    """Share the branch that is shown as it is now, under a new link; or put it under the link that there is."""
    if not parts.settings.sharing:
        raise SharingOff()
    return await database.write(
        lambda session: ShareService(session).share(user.user_id, conversation_id, body.author_name)
    )


@router.get(SHARE, responses=problem_responses(401, 404))
async def get_share(conversation_id: str, user: CurrentPrincipal, database: DatabaseDep) -> ShareOut:
    """The link of a conversation."""
    return await database.read(lambda session: ShareService(session).get(user.user_id, conversation_id))


@router.delete(SHARE, responses=problem_responses(401, 404))
async def withdraw_share(conversation_id: str, user: CurrentPrincipal, database: DatabaseDep) -> ShareWithdrawn:
    """End the link at once; a later one is another."""
    await database.write(lambda session: ShareService(session).withdraw(user.user_id, conversation_id))
    return ShareWithdrawn(message="Link withdrawn")


@router.get("/shares", responses=problem_responses(401))
async def list_shares(user: CurrentPrincipal, database: DatabaseDep, page: PageDep) -> list[ShareOut]:
    """The caller's links, the newest first; the next page is in the Link header."""
    after = page.last_time_and_id()
    shares, following = await database.read(
        lambda session: ShareService(session).page(user.user_id, after=after, limit=page.limit)
    )
    if following is not None:
        page.announce_next(*following)
    return shares


@router.get("/shared/{token}", responses=problem_responses(404, 429, 503))
async def read_shared(
    token: Annotated[str, Path(max_length=200)],
    request: Request,
    response: Response,
    database: DatabaseDep,
    parts: PartsDep,
    owners: OwnersDep,
    limiter: RateLimiterDep,
) -> SharedConversation:
    """A shared conversation, for everybody who has the link. Every link that shows nothing answers the same 404."""
    address = client_group(request.client.host) if request.client else ""
    await limiter.require(Limit("shared", parts.settings.shared_reads_per_minute), address)
    shared = None
    if parts.settings.sharing:
        shared = await database.read(lambda session: ShareService(session).open(token))
    if shared is None or not await owners.is_active(shared.user_id):
        raise SharedNotFound()
    response.headers.update(NO_INDEX)
    return shared.conversation
