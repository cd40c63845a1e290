"""The search over one's own messages."""

from typing import Annotated

from fastapi import APIRouter, Query
from service_kit.authentication import CurrentPrincipal
from service_kit.errors import InvalidInput
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses

from chat_server.dependencies import DatabaseDep
from chat_server.search.schemas import FoundMessage
from chat_server.search.service import SearchService
from chat_server.search.terms import Position

router = APIRouter(tags=["search"])


@router.get("/search", responses=problem_responses(401, 403))
async def search_messages(
    user: CurrentPrincipal,
    database: DatabaseDep,
    page: PageDep,
    q: Annotated[str, Query(min_length=1, max_length=1_000, description="words that are all in a message")],
) -> list[FoundMessage]:
    """The caller's messages with all of these words, the best first; the next page is in the Link header."""
    after = _position(page)
    found, following = await database.read(
        lambda session: SearchService(session).page(user.user_id, q, after=after, limit=page.limit)
    )
    if following is not None:
        page.announce_next(*following)
    return found


def _position(page: PageDep) -> Position | None:
    position = page.position(2)
    if position is None:
        return None
    rank, number = position
    if not isinstance(rank, int) or not isinstance(number, int):
        raise InvalidInput("The cursor is not one that this list gave out.", field="cursor")
    return rank, number
