"""Prices over REST: admins and managers read them, admins change them."""

from typing import Annotated

from fastapi import APIRouter, Query
from service_kit.authentication import Administrator, Analyst
from service_kit.problems import problem_responses

from chat_server.dependencies import CatalogDep, DatabaseDep
from chat_server.prices.schemas import PriceChange, PriceOut
from chat_server.prices.service import PriceService

router = APIRouter(prefix="/prices", tags=["prices"], responses=problem_responses(401, 403))


@router.get("")
async def list_prices(
    _analyst: Analyst, database: DatabaseDep, model: Annotated[str | None, Query(max_length=200)] = None
) -> list[PriceOut]:
    """The prices that hold now; with `model`, all versions of its price, the newest first."""
    return await database.read(
        lambda session: PriceService(session).history(model) if model is not None else PriceService(session).all()
    )


@router.put("", responses=problem_responses(409, 502, 503, 504))
async def change_price(
    body: PriceChange, _admin: Administrator, database: DatabaseDep, catalog: CatalogDep
) -> PriceOut:
    """Say what a model costs from now on. What earlier answers cost stays as it is."""
    await catalog.require_listed(body.model)
    key = catalog.price_keys(body.model)[0]
    return await database.write(lambda session: PriceService(session).change(key, body))
