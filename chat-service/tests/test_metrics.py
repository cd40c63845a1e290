"""What `/metrics` tells of answers: each once, at its end, under names that nobody outside can add to."""

from typing import Any

import httpx
import pytest
from chat_server.answer_metrics import MOST_MODELS, AnswerMetrics
from chat_server.budgets.charging import Tokens
from chat_server.catalog.service import ModelCatalog
from chat_server.llm.client import OfferedModel
from chat_server.llm.errors import ProviderTimeout
from chat_testing.callers import Connect
from chat_testing.faults import failing_commits
from chat_testing.model import FakeModel
from chat_testing.waiting import eventually
from prometheus_client import CollectorRegistry
from support.stack import metric

ONE = {"model": "gpt-4", "provider": "embedded"}


class Figures:
    """What `/metrics` said when it was asked last."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.text = ""

    async def read(self) -> "Figures":
        self.text = (await self._client.get("/metrics")).text
        return self

    def of(self, name: str, **labels: str) -> float:
        return metric(self.text, name, **labels)


@pytest.fixture
def figures(anonymous: httpx.AsyncClient) -> Figures:
    return Figures(anonymous)


async def send(ann: httpx.AsyncClient, conversation_id: str, **more: Any) -> httpx.Response:
    return await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"} | more)


class TestAnswers:
    async def test_are_counted_with_their_tokens_and_times(
        self, ann: httpx.AsyncClient, conversation_id: str, figures: Figures
    ) -> None:
        assert (await send(ann, conversation_id)).status_code == 200
        await figures.read()
        assert figures.of("answers_total", kind="chat", status="complete", **ONE) == 1
        assert figures.of("answer_tokens_total", type="prompt", **ONE) == 12
        assert figures.of("answer_tokens_total", type="completion", **ONE) == 3
        assert figures.of("answer_time_to_first_token_seconds_count", **ONE) == 1
        assert figures.of("answer_duration_seconds_count", **ONE) == 1
        assert figures.of("answers_in_progress") == 0
        assert "Hi" not in figures.text.split()

    async def test_that_fail_name_the_provider_and_why(
        self, ann: httpx.AsyncClient, conversation_id: str, model: FakeModel, figures: Figures
    ) -> None:
        model.enter_error = ProviderTimeout()
        assert (await send(ann, conversation_id)).status_code == 504
        await figures.read()
        assert figures.of("answers_total", kind="chat", status="failed", **ONE) == 1
        assert figures.of("provider_failures_total", provider="embedded", code="provider_timeout") == 1
        assert figures.of("answer_time_to_first_token_seconds_count") == 0

    async def test_that_crash_blame_no_provider(
        self, ann: httpx.AsyncClient, conversation_id: str, model: FakeModel, figures: Figures
    ) -> None:
        model.enter_error = RuntimeError("ours")
        assert (await send(ann, conversation_id)).status_code == 500
        await figures.read()
        assert figures.of("answers_total", status="failed") == 1
        assert figures.of("provider_failures_total") == 0

    async def test_that_go_on_are_told_and_then_counted_as_stopped(
        self, connect: Connect, conversation_id: str, model: FakeModel, figures: Figures
    ) -> None:
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.send(type="message", content="Hi")
            start = await socket.until("start")
            await figures.read()
            assert figures.of("answers_in_progress", kind="chat") == 1
            assert figures.of("answers_total") == 0
            assert figures.of("websockets_open", kind="streaming") == 1
            await socket.send(type="stop", message_id=start[-1]["message_id"])
            await socket.until_answered()
        await figures.read()
        assert figures.of("answers_total", kind="chat", status="stopped") == 1

    async def test_of_programs_are_told_apart(self, ann: httpx.AsyncClient, figures: Figures) -> None:
        body = {"model": "gpt-4", "messages": [{"role": "user", "content": "Hi"}]}
        assert (await ann.post("/v1/chat/completions", json=body)).status_code == 200
        await figures.read()
        assert figures.of("answers_total", kind="api", status="complete", **ONE) == 1
        assert figures.of("answers_total", kind="chat") == 0


class TestTitles:
    @pytest.fixture
    def setting_changes(self) -> dict[str, Any]:
        return {"auto_titles": True}

    async def test_are_counted_too(self, ann: httpx.AsyncClient, conversation_id: str, figures: Figures) -> None:
        await send(ann, conversation_id)

        async def is_counted() -> bool:
            return (await figures.read()).of("answers_total", kind="title", status="complete") == 1

        await eventually(is_counted)


class TestNames:
    """A label that a request can choose would let anybody fill the memory of whoever keeps the figures."""

    def note(self, metrics: AnswerMetrics, model: str) -> None:
        metrics.note(
            "chat",
            status="failed",
            model=model,
            tokens=Tokens(1, 1),
            response_seconds=1.0,
            first_token_seconds=0.5,
            error=ProviderTimeout(),
        )

    def names(self, registry: CollectorRegistry) -> set[tuple[str, str]]:
        return {
            (sample.labels["model"], sample.labels["provider"])
            for family in registry.collect()
            for sample in family.samples
            if "model" in sample.labels
        }

    async def test_that_nobody_offers_share_one(self) -> None:
        registry, client = CollectorRegistry(), FakeModel()
        catalog = ModelCatalog(client, "configured")
        await catalog.list_models()
        metrics = AnswerMetrics(registry, catalog.provider_of, sole_provider="compatible")
        for model in ("gpt-4", "configured", *(f"made-up-{number}" for number in range(1_000))):
            self.note(metrics, model)
        assert self.names(registry) == {(name, "compatible") for name in ("gpt-4", "configured", "other")}

    async def test_of_a_server_that_offers_thousands_are_limited(self) -> None:
        registry, client = CollectorRegistry(), FakeModel()
        client.offered = [OfferedModel(f"m{number}", "", "", False, provider="one") for number in range(1_000)]
        catalog = ModelCatalog(client, "m0")
        await catalog.list_models()
        metrics = AnswerMetrics(registry, catalog.provider_of, sole_provider=None)
        for offered in client.offered:
            self.note(metrics, offered.id)
        names = self.names(registry)
        assert len(names) == MOST_MODELS + 1
        assert {provider for _, provider in names} == {"one", "other"}

    async def test_asked_of_the_service_add_no_series(
        self, ann: httpx.AsyncClient, model: FakeModel, figures: Figures
    ) -> None:
        # A server that cannot be asked gets the benefit of the doubt: then every name reaches the provider.
        model.list_error = ProviderTimeout()
        model.enter_error = ProviderTimeout()
        body = {"messages": [{"role": "user", "content": "Hi"}]}

        async def count_series() -> int:
            return len((await figures.read()).text.splitlines())

        await ann.post("/v1/chat/completions", json=body | {"model": "made-up"})
        await figures.read()  # its own series among the rest
        before = await count_series()
        for number in range(100):
            answer = await ann.post("/v1/chat/completions", json=body | {"model": f"made-up-{number}"})
            assert answer.status_code == 504
        assert await count_series() == before
        assert figures.of("answers_total", model="other", status="failed") == 101


class TestLost:
    async def test_answers_that_no_disk_takes_are_counted_as_lost(
        self,
        connect: Connect,
        conversation_id: str,
        model: FakeModel,
        figures: Figures,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("chat_server.generation.turn.FINISH_RETRY_SECONDS", ())
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.send(type="message", content="Hi")
            await socket.until("start")
            with failing_commits():
                (await model.answer()).end()
                await socket.until("error")
        await figures.read()
        assert figures.of("answers_lost_total") == figures.of("answers_total", status="complete") == 1
