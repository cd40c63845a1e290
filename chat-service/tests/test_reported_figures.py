"""What is told analytics for alerts: whom this process leaves alone, and how much of the platform's budgets is used."""

from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.llm.circuit_breaker import FAILURES
from chat_server.llm.client import CompletionRequest, ModelMessage, Price
from chat_server.llm.errors import ProviderError
from chat_server.llm.provider_file import ProvidersFile
from chat_server.llm.selection import build_router, circuits_of
from chat_server.llm.time_limits import TimeLimits
from chat_server.prices.service import PriceService
from chat_server.reported_figures import ReportedFigures
from prometheus_client import CollectorRegistry
from support.processes import free_port

KEY = "sk-of-a-provider-that-nobody-may-read"


async def told(figures: ReportedFigures) -> dict[tuple[str, str], float]:
    return {(figure.name, figure.subject): figure.value for figure in await figures.read()}


@pytest.fixture
def file() -> ProvidersFile:
    near = {"name": "near", "base_url": "http://near.example/v1", "api_key": KEY}
    away = {"name": "away", "base_url": "http://away.example/v1", "api_key": KEY}
    return ProvidersFile.model_validate({"providers": [near, away]})


class TestCircuits:
    async def test_are_told_by_the_name_of_the_provider_and_nothing_else(
        self, parts: Parts, file: ProvidersFile
    ) -> None:
        circuits = circuits_of(file)
        figures = ReportedFigures(parts.database, circuits)
        assert await told(figures) == {("open_circuits", "near"): 0.0, ("open_circuits", "away"): 0.0}
        for _ in range(FAILURES):
            circuits["away"].note_failure()
        assert await told(figures) == {("open_circuits", "near"): 0.0, ("open_circuits", "away"): 1.0}
        written = str([figure.model_dump() for figure in await figures.read()])
        assert KEY not in written
        assert "example" not in written

    async def test_are_none_without_a_file(self, parts: Parts) -> None:
        assert await told(ReportedFigures(parts.database, circuits_of(None))) == {}


class TestBudgets:
    @pytest.fixture
    async def figures(self, parts: Parts) -> ReportedFigures:
        """Where an answer of the fake model (12 tokens read, 3 written) costs 210,000 nano USD."""
        await parts.database.write(lambda session: PriceService(session).record({"gpt-4": Price(10, 30)}))
        return ReportedFigures(parts.database, {})

    async def budget(self, admin: httpx.AsyncClient, limit_usd: float, **more: Any) -> None:
        body = {"scope": "platform", "period": "day", "limit_usd": limit_usd} | more
        response = await admin.post("/budgets", json=body)
        assert response.status_code == 200, response.text

    async def test_are_told_as_the_share_that_is_spent(
        self, figures: ReportedFigures, admin: httpx.AsyncClient, ann: httpx.AsyncClient, conversation_id: str
    ) -> None:
        await self.budget(admin, 1)
        await self.budget(admin, 2.1, period="month")
        day, month = ("budget_used_day_percent", ""), ("budget_used_month_percent", "")
        assert await told(figures) == {day: 0.0, month: 0.0}
        await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
        found = await told(figures)
        assert found[day] == pytest.approx(100 * 0.000_21)
        assert found[month] == pytest.approx(0.01)

    async def test_of_others_and_of_nothing_are_not_told(
        self, figures: ReportedFigures, admin: httpx.AsyncClient
    ) -> None:
        await self.budget(admin, 1, scope="role", subject="user")
        await self.budget(admin, 1, scope="person", subject="*")
        await self.budget(admin, 0, period="month")
        assert await told(figures) == {}


class TestRouter:
    async def test_opens_the_circuits_that_are_told(self, parts: Parts) -> None:
        far = {"name": "away", "base_url": f"http://127.0.0.1:{free_port()}/v1", "models": [{"id": "far"}]}
        file = ProvidersFile.model_validate({"providers": [far]})
        circuits = circuits_of(file)
        router = build_router(file, circuits, limits=TimeLimits(), ready_seconds=1, registry=CollectorRegistry())
        request = CompletionRequest("far", [ModelMessage("user", "Hi")], temperature=0.5, max_tokens=10)
        for _ in range(FAILURES):
            with pytest.raises(ProviderError):
                await router.stream(request).__aenter__()
        await router.close()
        assert await told(ReportedFigures(parts.database, circuits)) == {("open_circuits", "away"): 1.0}
