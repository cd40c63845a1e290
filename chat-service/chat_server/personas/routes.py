"""Personas over REST: one's own, and those that an admin shares with all."""

from fastapi import APIRouter
from service_kit.authentication import CurrentPrincipal
from service_kit.errors import InvalidInput
from service_kit.idempotency import IdempotencyKey
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses
from service_kit.tokens import Principal

from chat_server.dependencies import CatalogDep, DatabaseDep, IdempotencyDep
from chat_server.personas.schemas import PersonaCreate, PersonaDeleted, PersonaOut, PersonaUpdate
from chat_server.personas.service import Author, PersonaService

router = APIRouter(prefix="/personas", tags=["personas"], responses=problem_responses(401, 403))


@router.post("/", responses=problem_responses(409))
async def create_persona(
    body: PersonaCreate,
    user: CurrentPrincipal,
    database: DatabaseDep,
    catalog: CatalogDep,
    idempotency: IdempotencyDep,
    idempotency_key: IdempotencyKey = None,
) -> PersonaOut:
    """Make a persona."""
    await catalog.require_listed(body.model)
    return await database.write(
        lambda session: idempotency.answer_once(
            session,
            scope=f"personas:{user.user_id}",
            key=idempotency_key,
            body=body,
            answer=PersonaOut,
            work=lambda: PersonaService(session).create(_author(user), body),
        )
    )


@router.get("/")
async def list_personas(user: CurrentPrincipal, database: DatabaseDep, page: PageDep) -> list[PersonaOut]:
    """The caller's own and the shared ones, the oldest first; the next page is in the Link header."""
    position = page.position(1)
    after_id = position[0] if position else None
    if after_id is not None and not isinstance(after_id, str):
        raise InvalidInput("The cursor is not one that this list gave out.", field="cursor")
    personas, following = await database.read(
        lambda session: PersonaService(session).page(user.user_id, after_id=after_id, limit=page.limit)
    )
    if following is not None:
        page.announce_next(following)
    return personas


@router.get("/{persona_id}", responses=problem_responses(404))
async def get_persona(persona_id: str, user: CurrentPrincipal, database: DatabaseDep) -> PersonaOut:
    """One persona, own or shared."""
    return await database.read(lambda session: PersonaService(session).get(user.user_id, persona_id))


@router.patch("/{persona_id}", responses=problem_responses(404))
async def change_persona(
    persona_id: str, body: PersonaUpdate, user: CurrentPrincipal, database: DatabaseDep, catalog: CatalogDep
) -> PersonaOut:
    """Change an own persona, or, as an admin, a shared one. Conversations that began with it stay as they are."""
    changes = body.model_dump(exclude_unset=True)
    await catalog.require_listed(changes.get("model"))
    return await database.write(lambda session: PersonaService(session).update(_author(user), persona_id, changes))


@router.delete("/{persona_id}", responses=problem_responses(404))
async def delete_persona(persona_id: str, user: CurrentPrincipal, database: DatabaseDep) -> PersonaDeleted:
    """Delete an own persona, or, as an admin, a shared one. Conversations that began with it go on."""
    await database.write(lambda session: PersonaService(session).delete(_author(user), persona_id))
    return PersonaDeleted(message="Persona deleted")


def _author(user: Principal) -> Author:
    return Author(user.user_id, user.has_role("admin"))
