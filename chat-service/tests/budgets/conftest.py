"""A priced model, and the means to set budgets and to look at the books."""

from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.llm.client import Price
from chat_server.prices.service import PriceService
from chat_testing.money import Books, SetBudget


@pytest.fixture
async def books(parts: Parts) -> Books:
    """With a price: an answer of the fake model (12 tokens read, 3 written) costs 210,000 nano USD."""
    prices = {"gpt-4": Price(10, 30)}
    await parts.database.write(lambda session: PriceService(session).record(prices))
    return Books(parts)


@pytest.fixture
def set_budget(admin: httpx.AsyncClient) -> SetBudget:
    async def set_budget(limit_usd: float, scope: str = "platform", subject: str = "", period: str = "day") -> Any:
        body = {"scope": scope, "subject": subject, "period": period, "limit_usd": limit_usd}
        response = await admin.post("/budgets", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    return set_budget
