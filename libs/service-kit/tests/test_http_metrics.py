"""What `/metrics` of every service tells, and that nobody outside can make it grow."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families
from service_kit.application import create_service_app
from service_kit.http_metrics import HttpMetrics
from service_kit.settings import ServiceSettings

OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}


@asynccontextmanager
async def nothing_to_open(_app: FastAPI) -> AsyncIterator[None]:
    yield


def make_app() -> FastAPI:
    settings = ServiceSettings(environment="test", log_level="CRITICAL", requests_per_minute=0)
    app = create_service_app(settings, title="Kit", version="1.2.3", lifespan=nothing_to_open, checks={})

    @app.get("/items/{item}")
    async def read_item(item: str) -> str:
        if item == "crash":
            raise RuntimeError("broken")
        return item

    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kit.test") as client:
        yield client


async def series(client: httpx.AsyncClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = (await client.get("/metrics")).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class TestHttpMetrics:
    async def test_count_by_method_route_and_status(self, client: httpx.AsyncClient) -> None:
        await client.get("/items/tea")
        await client.get("/items/crash")
        found = await series(client)
        route = {("method", "GET"), ("route", "/items/{item}")}
        assert found["http_requests_total", frozenset(route | {("status", "200")})] == 1
        assert found["http_requests_total", frozenset(route | {("status", "500")})] == 1
        for status_class in ("2xx", "5xx"):
            labels = frozenset(route | {("status_class", status_class)})
            assert found["http_request_duration_seconds_count", labels] == 1
        assert found["http_requests_in_progress", frozenset()] == 1  # the one that asks

    async def test_hostile_paths_and_methods_add_no_series(self, client: httpx.AsyncClient) -> None:
        async def ask(number: int) -> None:
            await client.get(f"/scan/{number}-%22%0A%7B.php?token=secret-{number}")
            await client.request(f"METHOD{number}", f"/items/{number}")

        await ask(0)
        await series(client)  # the first look at the figures is itself a request
        before = set(await series(client))
        for number in range(1, 1_000):
            await ask(number)
        assert set(await series(client)) == before

    def test_know_a_method_by_its_name_alone(self) -> None:
        registry = CollectorRegistry()
        metrics = HttpMetrics(registry)
        for method in ("get", "BREW", "", 'X"} 1'):
            metrics.observe(method=method, route="/", status_code=405, duration_seconds=0.1)
        labels = {"method": "OTHER", "route": "/", "status": "405"}
        assert registry.get_sample_value("http_requests_total", labels) == 4


class TestMetricsRoute:
    async def test_answers_text_unless_openmetrics_is_asked_for(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/metrics")).headers["content-type"].startswith("text/plain; version=")
        answer = await client.get("/metrics", headers=OPENMETRICS)
        assert answer.headers["content-type"].startswith("application/openmetrics-text")
        assert "http_requests" in {family.name for family in read_openmetrics(answer.text)}  # type: ignore[no-untyped-call]

    async def test_tells_of_no_series_when_it_was_made(self, client: httpx.AsyncClient) -> None:
        await client.get("/items/tea")
        assert not [name for name, _ in await series(client) if name.endswith("_created")]

    async def test_names_what_runs(self, client: httpx.AsyncClient) -> None:
        (labels,) = [dict(labels) for name, labels in await series(client) if name == "convoai_build_info"]
        assert (labels["service"], labels["version"]) == ("service", "1.2.3")
        assert labels["python_version"].startswith("3.")

    async def test_every_figure_has_a_base_unit_and_a_description(self, client: httpx.AsyncClient) -> None:
        await client.get("/items/tea")
        for family in text_string_to_metric_families((await client.get("/metrics")).text):
            assert family.documentation, family.name
            assert not family.name.endswith(("_ms", "_milliseconds", "_minutes", "_kb", "_percent")), family.name
            for sample in family.samples:
                assert family.type != "counter" or sample.name.endswith("_total"), sample.name
