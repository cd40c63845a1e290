"""A priced model."""

import pytest
from chat_server.dependencies import Parts
from chat_server.llm.client import Price
from chat_server.prices.service import PriceService
from chat_testing.money import Books


@pytest.fixture
async def books(parts: Parts) -> Books:
    """With a price: an answer of the fake model (12 tokens read, 3 written) costs 210,000 nano USD."""
    await parts.database.write(lambda session: PriceService(session).record({"gpt-4": Price(10, 30)}))
    return Books(parts)
