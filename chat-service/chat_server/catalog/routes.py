"""The models on offer over REST."""

from fastapi import APIRouter
from service_kit.authentication import CurrentPrincipal
from service_kit.problems import problem_responses

from chat_server.catalog.schemas import ModelOut
from chat_server.dependencies import CatalogDep

router = APIRouter(tags=["models"])


@router.get("/models", responses=problem_responses(401, 403, 502, 503, 504))
async def list_models(_user: CurrentPrincipal, catalog: CatalogDep) -> list[ModelOut]:
    """The models that a conversation may name, with the default marked."""
    return await catalog.list_models()
