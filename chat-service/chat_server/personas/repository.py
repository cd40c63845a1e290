"""All SQL about personas."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from chat_server.db.models import Persona

_NO_SYNC = {"synchronize_session": False}


class PersonaRepository:
    """Reads and writes personas; returns rows or None."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, values: Mapping[str, Any]) -> Persona:
        """Stores a new persona and returns its row."""
        return self._session.scalars(insert(Persona).values(**values).returning(Persona)).one()

    def find(self, persona_id: str, user_id: str) -> Persona | None:
        """The persona, if it is this user's or shared."""
        query = select(Persona).where(Persona.id == persona_id, _is_visible_to(user_id))
        return self._session.scalars(query).one_or_none()

    def lock(self, persona_id: str, user_id: str) -> Persona | None:
        """As `find`, and nobody else changes it until this transaction ends."""
        query = select(Persona).where(Persona.id == persona_id, _is_visible_to(user_id))
        return self._session.scalars(query.with_for_update()).one_or_none()

    def page(self, user_id: str, *, after_id: str | None, limit: int) -> Sequence[Persona]:
        """The user's and the shared ones, the oldest first (ids sort by time), following `after_id`."""
        query = select(Persona).where(_is_visible_to(user_id))
        if after_id is not None:
            query = query.where(Persona.id > after_id)
        return self._session.scalars(query.order_by(Persona.id).limit(limit)).all()

    def own(self, user_id: str) -> Sequence[Persona]:
        """All of the user's own, the oldest first."""
        return self._session.scalars(select(Persona).where(Persona.user_id == user_id).order_by(Persona.id)).all()

    def count(self, user_id: str) -> int:
        """How many the user has."""
        query = select(func.count()).select_from(Persona).where(Persona.user_id == user_id)
        return self._session.execute(query).scalar_one()

    def change(self, persona_id: str, values: Mapping[str, Any]) -> Persona:
        """Sets columns of a locked persona and returns the row as it is then."""
        statement = update(Persona).where(Persona.id == persona_id).values(**values).returning(Persona)
        options = _NO_SYNC | {"populate_existing": True}
        return self._session.scalars(statement, execution_options=options).one()

    def delete(self, persona_id: str) -> None:
        """Removes the persona."""
        self._session.execute(delete(Persona).where(Persona.id == persona_id), execution_options=_NO_SYNC)

    def delete_of(self, user_id: str) -> int:
        """Removes all of the user's own, shared ones too, and says how many there were."""
        deleted = self._session.execute(
            delete(Persona).where(Persona.user_id == user_id).returning(Persona.id), execution_options=_NO_SYNC
        )
        return len(deleted.all())


def _is_visible_to(user_id: str) -> ColumnElement[bool]:
    return or_(Persona.user_id == user_id, Persona.is_shared)
