"""The rules of the search, inside one transaction."""

from sqlalchemy.orm import Session

from chat_server.search.repository import Hit, SearchRepository
from chat_server.search.schemas import FoundMessage
from chat_server.search.snippets import snippet_of
from chat_server.search.terms import Position, Terms, terms_of


class SearchService:
    """Finds a person's own messages, in all branches and archived conversations too, once they have ended."""

    def __init__(self, session: Session) -> None:
        self._found = SearchRepository(session)

    def page(
        self, user_id: str, text: str, *, after: Position | None, limit: int
    ) -> tuple[list[FoundMessage], Position | None]:
        """At most `limit` messages with all that `text` names, the best first, and where the next page begins.

        Nothing is found by punctuation alone.
        """
        terms = terms_of(text)
        if not terms.words and not terms.pieces:
            return [], None
        hits = self._found.find(user_id, terms, after=after, limit=limit + 1)
        last = hits[limit - 1] if len(hits) > limit else None
        following = (last.rank, last.number) if last is not None else None
        return [_shown(hit, terms) for hit in hits[:limit]], following


def _shown(hit: Hit, terms: Terms) -> FoundMessage:
    return FoundMessage(
        conversation_id=hit.conversation_id,
        conversation_title=hit.title,
        message_id=hit.message_id,
        role=hit.role,  # type: ignore[arg-type]  # only the two roles are ever written
        timestamp=hit.created_at,
        snippet=snippet_of(hit.content, terms),
    )
