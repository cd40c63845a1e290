"""Requests of the access matrix about money: prices and budgets."""

from service_kit.clock import new_id
from support.access_calls import Call, Options
from support.client import People, ok

FREE = {"json": {"model": "scripted-small", "input_usd_per_million": 0, "output_usd_per_million": 0}}


async def new_budget_id(people: People) -> str:
    admin = await people.admin()
    return str(ok(await admin.chat("POST", "/budgets", json=_budget()))["id"])


async def new_budget(_call: Call) -> Options:
    return {"json": _budget()}


def _budget() -> dict[str, object]:
    """One that hinders nobody: of somebody who does not exist."""
    return {"scope": "person", "subject": new_id(), "period": "day", "limit_usd": 1}
