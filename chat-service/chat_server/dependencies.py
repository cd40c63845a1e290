"""What routes and sockets are given; the only reader of `app.state`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from service_kit.database import Database
from service_kit.idempotency import Idempotency
from service_kit.session_watch import SessionWatch
from service_kit.socket_counts import Connections
from starlette.requests import HTTPConnection

from chat_server.budgets.keeper import ReservationKeeper
from chat_server.catalog.service import ModelCatalog
from chat_server.completions.service import CompletionService
from chat_server.erasures.service import PersonErasure
from chat_server.exports.service import PersonExport
from chat_server.generation.service import GenerationService
from chat_server.imports.service import PersonImport
from chat_server.search.tidying import SearchTidier
from chat_server.settings import ChatSettings
from chat_server.sharing.owners import OwnerCheck


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that the lifespan puts together, in one place with their types."""

    settings: ChatSettings
    database: Database
    generation: GenerationService
    completions: CompletionService
    reservations: ReservationKeeper
    catalog: ModelCatalog
    idempotency: Idempotency
    connections: Connections
    session_watch: SessionWatch
    imports: PersonImport
    owners: OwnerCheck
    search_tidier: SearchTidier


async def get_parts(connection: HTTPConnection) -> Parts:
    """The running application's parts."""
    parts = connection.app.state.parts
    if not isinstance(parts, Parts):
        raise TypeError("the application has not been started")
    return parts


PartsDep = Annotated[Parts, Depends(get_parts)]


async def get_database(parts: PartsDep) -> Database:
    return parts.database


async def get_generation(parts: PartsDep) -> GenerationService:
    return parts.generation


async def get_completions(parts: PartsDep) -> CompletionService:
    return parts.completions


async def get_catalog(parts: PartsDep) -> ModelCatalog:
    return parts.catalog


async def get_idempotency(parts: PartsDep) -> Idempotency:
    return parts.idempotency


async def get_person_erasure(parts: PartsDep) -> PersonErasure:
    return PersonErasure(parts.database, parts.generation, parts.search_tidier)


async def get_person_export(parts: PartsDep) -> PersonExport:
    return PersonExport(parts.database)


async def get_owners(parts: PartsDep) -> OwnerCheck:
    return parts.owners


async def get_person_import(parts: PartsDep) -> PersonImport:
    return parts.imports


async def get_session_watch(parts: PartsDep) -> SessionWatch:
    return parts.session_watch


DatabaseDep = Annotated[Database, Depends(get_database)]
GenerationDep = Annotated[GenerationService, Depends(get_generation)]
CompletionsDep = Annotated[CompletionService, Depends(get_completions)]
CatalogDep = Annotated[ModelCatalog, Depends(get_catalog)]
IdempotencyDep = Annotated[Idempotency, Depends(get_idempotency)]
PersonErasureDep = Annotated[PersonErasure, Depends(get_person_erasure)]
PersonExportDep = Annotated[PersonExport, Depends(get_person_export)]
OwnersDep = Annotated[OwnerCheck, Depends(get_owners)]
PersonImportDep = Annotated[PersonImport, Depends(get_person_import)]
SessionWatchDep = Annotated[SessionWatch, Depends(get_session_watch)]
