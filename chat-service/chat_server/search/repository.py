"""All SQL of the search, on either database. The index itself is kept by triggers: migration 0004."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, cast, column, func, literal, literal_column, select, table, text, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from chat_server.db.models import Conversation, Message, SearchEntry
from chat_server.search import expressions
from chat_server.search.terms import Position, Terms

ADJACENT, SCATTERED, INSIDE = 0, 1, 2
_NUMBER: ColumnElement[int] = SearchEntry.__table__.c.number
_FTS = table("search_words", column("rowid"), column("search_words"))
_WORDS: ColumnElement[object] = literal_column("search_entries.words")  # of PostgreSQL alone


@dataclass(frozen=True, slots=True)
class Hit:
    """A found message. (`rank`, `number`) is its place in the order: the lower rank, then the higher number first."""

    rank: int
    number: int
    message_id: str
    conversation_id: str
    title: str
    role: str
    created_at: datetime
    content: str


class SearchRepository:
    """Finds messages by their words."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._is_sqlite = session.get_bind().dialect.name == "sqlite"

    def find(self, user_id: str, terms: Terms, *, after: Position | None, limit: int) -> list[Hit]:
        """At most `limit` of the user's messages with all of the terms, those behind `after`.

        First those with the words as they were typed, one behind the other, then those with all of them anywhere, then
        those with all of them inside of other scripts; of each the newest first. None of that depends on other
        messages, and an index gives it in this order: a page is never shifted, and costs as much as it answers.
        """
        first, number = after or (ADJACENT, None)
        hits: list[Hit] = []
        for rank in self._ranks(terms):
            if rank >= first and len(hits) < limit:
                below = number if rank == first else None
                hits += self._ranked(user_id, terms, rank, below, limit - len(hits))
        return hits

    def _ranks(self, terms: Terms) -> Sequence[int]:
        if not terms.words:
            return (ADJACENT,)
        return (ADJACENT, SCATTERED, INSIDE) if self._is_sqlite else (ADJACENT, SCATTERED)

    def _ranked(self, user_id: str, terms: Terms, rank: int, below: int | None, limit: int) -> list[Hit]:
        message, conversation = Message.__table__.c, Conversation.__table__.c
        query = select(
            literal(rank),
            _NUMBER,
            message.id,
            message.conversation_id,
            conversation.title,
            message.role,
            message.created_at,
            message.content,
        )
        number = _NUMBER
        if self._is_sqlite and terms.words and rank != INSIDE:
            number = _FTS.c.rowid
            query = query.select_from(_FTS).join(SearchEntry, number == _NUMBER).where(_matches(user_id, terms, rank))
        else:
            query = query.select_from(SearchEntry).where(SearchEntry.user_id == user_id)
        if terms.words and not self._is_sqlite:
            query = query.where(*_tsvector_conditions(terms, rank))
        if rank == INSIDE:
            query = query.where(*_inside_conditions(user_id, terms))
        query = query.join(Message, Message.id == SearchEntry.message_id)
        query = query.join(Conversation, Conversation.id == Message.conversation_id)
        query = query.where(Conversation.user_id == user_id)
        query = query.where(*(Message.content.contains(piece, autoescape=True) for piece in terms.pieces))
        if below is not None:
            query = query.where(number < below)
        return [Hit(*row) for row in self._session.execute(query.order_by(number.desc()).limit(limit))]

    def merge(self, pages: int) -> bool:
        """Merges some pages of FTS5's segments (negative: begins to merge all); False when there is nothing left."""
        before = self._changes()
        command = text("INSERT INTO search_words (search_words, rank) VALUES ('merge', :pages)")
        self._session.execute(command, {"pages": pages})
        return self._changes() - before >= 2  # SQLite's documented sign that something was merged

    def _changes(self) -> int:
        return int(self._session.execute(text("SELECT total_changes()")).scalar_one())

    def leftovers(self) -> int:
        """How many texts were deleted since the index was last merged. On PostgreSQL nothing is left over."""
        if not self._is_sqlite:
            return 0
        return self._session.execute(text("SELECT deletions FROM search_leftovers")).scalar() or 0

    def forget_leftovers(self, deletions: int) -> None:
        """Marks the index as merged, unless more was deleted meanwhile."""
        statement = text("DELETE FROM search_leftovers WHERE deletions = :deletions")
        self._session.execute(statement, {"deletions": deletions})


def _matches(user_id: str, terms: Terms, rank: int) -> ColumnElement[bool]:
    expression = expressions.fts5_adjacent if rank == ADJACENT else expressions.fts5_scattered
    return _FTS.c.search_words.bool_op("MATCH")(expression(user_id, terms))


def _inside_conditions(user_id: str, terms: Terms) -> list[ColumnElement[bool]]:
    found = select(_FTS.c.rowid).where(_FTS.c.search_words.bool_op("MATCH")(expressions.fts5_all(user_id, terms)))
    content = literal(" ") + func.lower(Message.content) + " "
    quick = [func.instr(content, word.lower()) > 0 for word in terms.words]  # spares most texts the slow GLOB
    inside = [content.bool_op("GLOB")(pattern) for pattern in expressions.glob_patterns(terms)]
    return [SearchEntry.is_unspaced == true(), *quick, *inside, _NUMBER.not_in(found)]


def _tsvector_conditions(terms: Terms, rank: int) -> list[ColumnElement[bool]]:
    adjacent = _WORDS.bool_op("@@")(_tsquery(expressions.tsquery_adjacent(terms)))
    if rank == ADJACENT:
        return [adjacent]
    return [_WORDS.bool_op("@@")(_tsquery(expressions.tsquery_all(terms))), ~adjacent]


def _tsquery(expression: str) -> ColumnElement[object]:
    return cast(literal(expression), TSQUERY)
