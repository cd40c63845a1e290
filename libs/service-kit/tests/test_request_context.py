"""Request ids, the line and the figures of each request, and the hook behind it."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from service_kit.http_metrics import HttpMetrics
from service_kit.problems import install_problem_handlers
from service_kit.request_context import AnsweredRequest, RequestContextMiddleware, request_id_var
from starlette.websockets import WebSocket


class Service:
    """A small service with its figures and what its hook was told."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answered: list[AnsweredRequest] = []
        self.app = FastAPI()
        install_problem_handlers(self.app)
        self.app.add_middleware(
            RequestContextMiddleware, metrics=HttpMetrics(self.registry), on_answered=self.answered.append
        )

        @self.app.get("/items/{item}")
        async def read_item(item: str, request: Request) -> str:
            if item == "crash":
                raise RuntimeError("broken")
            request.state.user_id = "id-1"
            return request_id_var.get()

        @self.app.get("/health")
        async def health() -> str:
            return "healthy"

        @self.app.websocket("/ws")
        async def socket(websocket: WebSocket) -> None:
            await websocket.accept()
            await websocket.send_text(request_id_var.get())
            await websocket.close()

    def count(self, **labels: str) -> float:
        return self.registry.get_sample_value("http_requests_total", labels) or 0.0


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://kit.test") as client:
        yield client


class TestRequestId:
    @pytest.mark.parametrize("offered", ["a", "Trace-1.2_3", "x" * 128])
    async def test_a_sane_one_is_taken(self, client: httpx.AsyncClient, offered: str) -> None:
        response = await client.get("/items/tea", headers={"X-Request-ID": offered})
        assert (response.headers["x-request-id"], response.json()) == (offered, offered)

    @pytest.mark.parametrize("offered", ["", " ", "x" * 129, "a b", "a\tb", "<script>", "ü", "a;b", "../../etc"])
    async def test_any_other_is_replaced(self, client: httpx.AsyncClient, offered: str) -> None:
        response = await client.get("/items/tea", headers={b"X-Request-ID": offered.encode()})
        assert UUID(response.headers["x-request-id"]).version == 7

    async def test_each_request_has_its_own(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/items/a")).json() != (await client.get("/items/a")).json()

    async def test_errors_and_crashes_have_it_too(self, client: httpx.AsyncClient) -> None:
        for path in ("/nothing", "/items/crash"):
            response = await client.get(path, headers={"X-Request-ID": "trace-1"})
            assert response.headers["x-request-id"] == response.json()["request_id"] == "trace-1"

    def test_sockets_have_one(self, service: Service) -> None:
        with TestClient(service.app).websocket_connect("/ws", headers={"X-Request-ID": "trace-1"}) as socket:
            assert socket.receive_text() == "trace-1"


class TestReport:
    async def test_names_the_template_never_the_path(self, client: httpx.AsyncClient, service: Service) -> None:
        await client.get("/items/private-name")
        request = service.answered[0]
        assert (request.route, request.method, request.status_code) == ("/items/{item}", "GET", 200)
        assert request.user_id == "id-1"
        assert 0 < request.duration_seconds < 60
        assert service.count(method="GET", route="/items/{item}", status="200") == 1

    async def test_unknown_paths_share_one_name(self, client: httpx.AsyncClient, service: Service) -> None:
        await client.get("/scan/1")
        await client.get("/scan/2")
        assert {request.route for request in service.answered} == {"(unmatched)"}
        assert service.count(method="GET", route="(unmatched)", status="404") == 2

    async def test_crashes_count_as_500(self, client: httpx.AsyncClient, service: Service) -> None:
        await client.get("/items/crash")
        assert service.answered[0].status_code == 500

    async def test_anonymous_requests_have_no_user(self, client: httpx.AsyncClient, service: Service) -> None:
        await client.get("/nothing")
        assert service.answered[0].user_id == ""

    async def test_probes_are_counted_but_not_reported(self, client: httpx.AsyncClient, service: Service) -> None:
        await client.get("/health")
        assert service.answered == []
        assert service.count(method="GET", route="/health", status="200") == 1

    async def test_none_is_in_flight_afterwards(self, client: httpx.AsyncClient, service: Service) -> None:
        await client.get("/items/crash")
        assert service.registry.get_sample_value("http_requests_in_progress") == 0
