"""The rules of personas, inside one transaction."""

from dataclasses import dataclass
from typing import Any

from service_kit.clock import new_id, utc_now
from sqlalchemy.orm import Session

from chat_server.db.models import Persona
from chat_server.erasures.people import ErasedPeople
from chat_server.errors import PersonaNotFound, SharedPersonaReadOnly, SharingNotAllowed, TooManyPersonas
from chat_server.personas.repository import PersonaRepository
from chat_server.personas.schemas import PersonaCreate, PersonaOut

MOST_PERSONAS = 100


@dataclass(frozen=True, slots=True)
class Author:
    """Who asks, and whether they are an admin, who may share personas and change shared ones."""

    user_id: str
    is_admin: bool


class PersonaService:
    """What a person may do with personas. Another's that is not shared answers PersonaNotFound (404), to admins too."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._personas = PersonaRepository(session)

    def create(self, author: Author, body: PersonaCreate) -> PersonaOut:
        """Stores a new persona.

        Raises: CredentialsRefused (401) for somebody who was erased; SharingNotAllowed (403); TooManyPersonas (409).
        """
        ErasedPeople(self._session).refuse(author.user_id)
        if body.is_shared and not author.is_admin:
            raise SharingNotAllowed()
        if self._personas.count(author.user_id) >= MOST_PERSONAS:
            raise TooManyPersonas(MOST_PERSONAS)
        now = utc_now()
        times = {"created_at": now, "updated_at": now}
        row = self._personas.add({"id": new_id(), "user_id": author.user_id, **body.model_dump(), **times})
        return _shown(row, author.user_id)

    def get(self, user_id: str, persona_id: str) -> PersonaOut:
        """An own or shared persona. Raises PersonaNotFound."""
        row = self._personas.find(persona_id, user_id)
        if row is None:
            raise PersonaNotFound()
        return _shown(row, user_id)

    def page(self, user_id: str, *, after_id: str | None, limit: int) -> tuple[list[PersonaOut], str | None]:
        """At most `limit` own and shared personas, the oldest first, and the id that the next page follows."""
        rows = self._personas.page(user_id, after_id=after_id, limit=limit + 1)
        following = rows[limit - 1].id if len(rows) > limit else None
        return [_shown(row, user_id) for row in rows[:limit]], following

    def own(self, user_id: str) -> list[PersonaOut]:
        """All that the user made, the oldest first."""
        return [_shown(row, user_id) for row in self._personas.own(user_id)]

    def update(self, author: Author, persona_id: str, changes: dict[str, Any]) -> PersonaOut:
        """Applies the fields that the request named.

        Raises: PersonaNotFound (404), SharedPersonaReadOnly, SharingNotAllowed (403).
        """
        row = self._changeable(author, persona_id)
        if changes.get("is_shared") and not author.is_admin:
            raise SharingNotAllowed()
        return _shown(self._personas.change(row.id, {**changes, "updated_at": utc_now()}), author.user_id)

    def delete(self, author: Author, persona_id: str) -> None:
        """Removes the persona; what began with it goes on. Raises PersonaNotFound, SharedPersonaReadOnly."""
        self._personas.delete(self._changeable(author, persona_id).id)

    def count(self, user_id: str) -> int:
        """How many the user has."""
        return self._personas.count(user_id)

    def erase(self, user_id: str) -> int:
        """Removes all of somebody who is erased, shared ones too; answers how many."""
        return self._personas.delete_of(user_id)

    def _changeable(self, author: Author, persona_id: str) -> Persona:
        row = self._personas.lock(persona_id, author.user_id)
        if row is None:
            raise PersonaNotFound()
        if row.is_shared and not author.is_admin:
            raise SharedPersonaReadOnly()
        return row


def _shown(row: Persona, user_id: str) -> PersonaOut:
    return PersonaOut(
        id=row.id,
        name=row.name,
        description=row.description,
        system_prompt=row.system_prompt,
        model=row.model,
        temperature=row.temperature,
        is_shared=row.is_shared,
        is_own=row.user_id == user_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
