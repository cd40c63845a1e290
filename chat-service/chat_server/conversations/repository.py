"""All SQL about conversations."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, false, func, insert, or_, select, true, tuple_, update
from sqlalchemy.orm import Session

from chat_server.conversations.filters import ConversationFilter
from chat_server.db.models import Conversation, ConversationTag

OWN_IMPORT = "convoai:"
LIKE_ESCAPE = "\\"
# What every exchange runs is built once, which costs more than to run it, and `_LOCKED` and `_SET` go past the ORM.
_OWN = select(Conversation).where(
    Conversation.id == bindparam("conversation_id"), Conversation.user_id == bindparam("user_id")
)
_table = cast(Table, Conversation.__table__)
_LOCKED = (
    select(_table)
    .where(_table.c.id == bindparam("conversation_id"), _table.c.user_id == bindparam("user_id"))
    .with_for_update()
)
_SET = update(_table).where(_table.c.id == bindparam("conversation_id"))


class ConversationRepository:
    """Reads and writes conversations, each by its owner; returns rows or None."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, values: Mapping[str, Any]) -> Conversation:
        """Stores a new conversation and returns its row."""
        return self._session.scalars(insert(Conversation).values(**values).returning(Conversation)).one()

    def find(self, conversation_id: str, user_id: str) -> Conversation | None:
        """The conversation, if it is this user's."""
        which = {"conversation_id": conversation_id, "user_id": user_id}
        return self._session.scalars(_OWN, which).one_or_none()

    def find_imported(self, user_id: str, import_key: str) -> str | None:
        """The id of the user's conversation that came with this key, or that was exported from here under it."""
        own_id = import_key.removeprefix(OWN_IMPORT)
        is_it = Conversation.import_key == import_key
        if own_id != import_key:
            is_it = or_(is_it, Conversation.id == own_id)
        query = select(Conversation.id).where(Conversation.user_id == user_id, is_it).limit(1)
        return self._session.scalars(query).one_or_none()

    def lock(self, conversation_id: str, user_id: str) -> Conversation | None:
        """As `find`, and nobody else changes it until this transaction ends (`FOR UPDATE`; SQLite has one writer).

        Only to be read: it is a row of the table, which has the columns alone.
        """
        which = {"conversation_id": conversation_id, "user_id": user_id}
        return cast("Conversation | None", self._session.connection().execute(_LOCKED, which).one_or_none())

    def page(
        self,
        user_id: str,
        which: ConversationFilter,
        *,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> Sequence[Conversation]:
        """The user's conversations that the filter names, newest activity first, following `after`."""
        query = select(Conversation).where(
            Conversation.user_id == user_id, Conversation.is_archived == which.is_archived
        )
        if which.text:
            query = query.where(Conversation.title.ilike(f"%{_escaped(which.text)}%", escape=LIKE_ESCAPE))
        if which.is_pinned is not None:
            # As constants, not parameters: only so the partial index is used.
            query = query.where(Conversation.is_pinned == (true() if which.is_pinned else false()))
        if which.folder is not None:
            query = query.where(Conversation.folder == which.folder)
        if which.tag is not None:
            tag = ConversationTag
            tagged = select(tag.conversation_id).where(tag.user_id == user_id, tag.folded_name == which.tag)
            query = query.where(Conversation.id.in_(tagged))
        if after is not None:
            query = query.where(tuple_(Conversation.activity_at, Conversation.id) < after)
        order = (Conversation.activity_at.desc(), Conversation.id.desc())
        return self._session.scalars(query.order_by(*order).limit(limit)).all()

    def oldest(self, user_id: str, *, after_id: str | None, limit: int) -> Sequence[Conversation]:
        """The user's conversations, archived ones too, the oldest first (ids sort by time), following `after_id`."""
        query = select(Conversation).where(Conversation.user_id == user_id)
        if after_id is not None:
            query = query.where(Conversation.id > after_id)
        return self._session.scalars(query.order_by(Conversation.id).limit(limit)).all()

    def count(self, user_id: str) -> int:
        """How many conversations the user has."""
        query = select(func.count()).select_from(Conversation).where(Conversation.user_id == user_id)
        return self._session.execute(query).scalar_one()

    def set(self, conversation_id: str, values: Mapping[str, Any]) -> None:
        """Sets columns."""
        self._session.connection().execute(_SET, {"conversation_id": conversation_id, **values})

    def change(self, conversation_id: str, values: Mapping[str, Any]) -> Conversation | None:
        """Sets columns and returns the row as it is then, or None when it is gone."""
        statement = update(Conversation).where(Conversation.id == conversation_id).values(**values)
        options = {"synchronize_session": False, "populate_existing": True}
        return self._session.scalars(statement.returning(Conversation), execution_options=options).one_or_none()

    def settle_title(self, conversation_id: str, title: str | None) -> bool:
        """Makes the title final, with None as it is; False when it is final already, or the conversation is gone."""
        values = {"is_title_settled": True, **({"title": title} if title is not None else {})}
        statement = update(Conversation).where(
            Conversation.id == conversation_id, Conversation.is_title_settled == false()
        )
        settled = self._session.execute(
            statement.values(**values).returning(Conversation.id), execution_options={"synchronize_session": False}
        )
        return settled.one_or_none() is not None

    def delete(self, conversation_ids: Collection[str]) -> int:
        """Removes the conversations, and says how many there were; their messages go with them."""
        deleted = self._session.execute(
            delete(Conversation).where(Conversation.id.in_(conversation_ids)).returning(Conversation.id),
            execution_options={"synchronize_session": False},
        )
        return len(deleted.all())


def _escaped(text: str) -> str:
    for character in (LIKE_ESCAPE, "%", "_"):
        text = text.replace(character, LIKE_ESCAPE + character)
    return text
