"""What models cost: who may say so, and that a new price changes nothing old."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from chat_server.amounts import nano_of_usd
from chat_server.db.costs import PriceVersion
from chat_server.dependencies import Parts
from chat_server.llm.client import Price
from chat_server.llm.provider_file import read_providers_file
from chat_server.llm.selection import known_prices
from chat_server.prices.service import PriceService, cost_of
from chat_testing.callers import ClientFor
from chat_testing.problems import code_of, fields_of
from hypothesis import given
from hypothesis import strategies as st
from service_kit.clock import utc_now
from sqlalchemy.orm import Session

GPT4 = {"model": "gpt-4", "input_usd_per_million": 10, "output_usd_per_million": 30}


class TestWhoMay:
    async def test_read_them(self, client_for: ClientFor, anonymous: httpx.AsyncClient) -> None:
        assert [(await client_for(name).get("/prices")).status_code for name in ("admin", "manager")] == [200, 200]
        assert code_of(await client_for("ann").get("/prices")) == (403, "role_required")
        assert (await anonymous.get("/prices")).status_code == 401

    async def test_change_them(self, client_for: ClientFor, anonymous: httpx.AsyncClient) -> None:
        for name in ("ann", "manager"):
            assert code_of(await client_for(name).put("/prices", json=GPT4)) == (403, "role_required")
        assert (await anonymous.put("/prices", json=GPT4)).status_code == 401
        (embedded,) = (await client_for("admin").get("/prices")).json()
        assert (embedded["model"], embedded["is_from_file"]) == ("smollm2-135m-instruct", True)


class TestChange:
    async def test_holds_from_now_on_and_keeps_what_was(self, admin: httpx.AsyncClient) -> None:
        first = (await admin.put("/prices", json=GPT4)).json()
        second = (await admin.put("/prices", json=GPT4 | {"output_usd_per_million": 40})).json()
        assert [price["output_usd_per_million"] for price in (first, second)] == [30.0, 40.0]
        assert second in (await admin.get("/prices")).json()
        assert (await admin.get("/prices", params={"model": "gpt-4"})).json() == [second, first]

    async def test_to_the_same_price_makes_no_version(self, admin: httpx.AsyncClient) -> None:
        first = (await admin.put("/prices", json=GPT4)).json()
        assert (await admin.put("/prices", json=GPT4)).json() == first
        assert (await admin.get("/prices", params={"model": "gpt-4"})).json() == [first]

    async def test_of_a_model_that_is_not_on_offer_is_refused(self, admin: httpx.AsyncClient) -> None:
        response = await admin.put("/prices", json=GPT4 | {"model": "gpt-5"})
        assert code_of(response) == (422, "unknown_model")

    @pytest.mark.parametrize("price", [-1, 1e9, "much", None])
    async def test_to_what_is_no_price_is_refused(self, admin: httpx.AsyncClient, price: Any) -> None:
        response = await admin.put("/prices", json=GPT4 | {"input_usd_per_million": price})
        assert (response.status_code, fields_of(response)) == (422, ["body.input_usd_per_million"])

    async def test_of_what_the_file_says_is_refused(self, admin: httpx.AsyncClient, parts: Parts) -> None:
        await parts.database.write(lambda session: PriceService(session).record({"gpt-4": Price(1, 2)}))
        assert code_of(await admin.put("/prices", json=GPT4)) == (409, "price_in_file")


class TestFile:
    async def test_says_what_holds_and_the_same_again_adds_nothing(
        self, admin: httpx.AsyncClient, parts: Parts
    ) -> None:
        for _ in range(2):
            await parts.database.write(lambda session: PriceService(session).record({"a/b": Price(0.15, 0.6)}))
        (version,) = (await admin.get("/prices", params={"model": "a/b"})).json()
        assert (version["input_usd_per_million"], version["output_usd_per_million"]) == (0.15, 0.6)
        assert version["is_from_file"] is True

    async def test_that_no_longer_names_a_model_leaves_its_price_to_admins(
        self, admin: httpx.AsyncClient, parts: Parts
    ) -> None:
        await parts.database.write(lambda session: PriceService(session).record({"gpt-4": Price(1, 2)}))
        await parts.database.write(lambda session: PriceService(session).record({}))
        assert (await admin.put("/prices", json=GPT4)).status_code == 200
        history = (await admin.get("/prices", params={"model": "gpt-4"})).json()
        assert [version["input_usd_per_million"] for version in history] == [10.0, 1.0, 1.0]

    def test_prices_are_kept_under_the_names_of_provider_and_model(self, tmp_path: Path) -> None:
        path = tmp_path / "models.toml"
        path.write_text(
            '[[providers]]\nname = "one"\nbase_url = "http://one/v1"\n'
            '[[providers.models]]\nid = "a"\ninput_usd_per_million = 1.5\n'
            '[[providers.models]]\nid = "b"\n[[providers]]\nname = "own"\nkind = "embedded"\n'
        )
        prices = known_prices(read_providers_file(path, {}), is_embedded=True)
        assert known_prices(None, is_embedded=False) == {}
        assert prices == {"one/a": Price(1.5, 0.0), "own/smollm2-135m-instruct": Price(0.0, 0.0)}


@pytest.fixture
def priced(parts: Parts) -> Callable[[Callable[[PriceService], Any]], Any]:
    """Runs work with prices in a transaction."""

    async def run(work: Callable[[PriceService], Any]) -> Any:
        def within(session: Session) -> Any:
            return work(PriceService(session))

        return await parts.database.write(within)

    return run


class TestCost:
    async def test_is_that_of_the_version_of_its_time(self, priced: Callable[..., Any]) -> None:
        before = utc_now()
        await priced(lambda prices: prices.record({"m": Price(1, 2)}))
        between = utc_now()
        await priced(lambda prices: prices.record({"m": Price(3, 4)}))
        moments = (before - timedelta(days=1), between, utc_now())
        costs = [
            await priced(lambda prices, at=at: prices.cost("m", at, prompt_tokens=1000, completion_tokens=1))
            for at in moments
        ]
        assert costs == [None, 1_002_000, 3_004_000]

    @given(
        st.integers(0, 10**7),
        st.integers(0, 10**7),
        st.floats(0, 100_000, allow_nan=False),
        st.floats(0, 100_000, allow_nan=False),
    )
    def test_is_never_less_than_the_exact_one_nor_a_billionth_more(
        self, prompt: int, completion: int, input_usd: float, output_usd: float
    ) -> None:
        version = PriceVersion(
            input_nano_usd_per_million=nano_of_usd(input_usd), output_nano_usd_per_million=nano_of_usd(output_usd)
        )
        exact = prompt * nano_of_usd(input_usd) + completion * nano_of_usd(output_usd)
        cost = cost_of(version, prompt, completion)
        assert cost * 1_000_000 - exact in range(1_000_000)
