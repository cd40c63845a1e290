"""The limit on request bodies, by the announced length and by the real one."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request
from service_kit.body_limit import LARGEST_BODY_BYTES, BodyLimitMiddleware
from service_kit.problems import install_problem_handlers


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app)
    app.add_middleware(BodyLimitMiddleware, larger={"/large": 2 * LARGEST_BODY_BYTES})

    @app.post("/length")
    async def length(request: Request) -> int:
        return len(await request.body())

    app.post("/large")(length)

    @app.post("/parsed")
    async def parsed(body: dict[str, str]) -> int:
        return len(body)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


async def _pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * (LARGEST_BODY_BYTES // 4)


class TestBodyLimit:
    async def test_a_body_of_the_limit_passes(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/length", content=b"x" * LARGEST_BODY_BYTES)
        assert (response.status_code, response.json()) == (200, LARGEST_BODY_BYTES)

    @pytest.mark.parametrize("path", ["/length", "/parsed"])
    async def test_an_announced_length_over_it_is_refused(self, client: httpx.AsyncClient, path: str) -> None:
        response = await client.post(path, content=b"x" * (LARGEST_BODY_BYTES + 1))
        assert response.status_code == 413
        assert response.json()["code"] == "body_too_large"

    @pytest.mark.parametrize("path", ["/length", "/parsed"])
    async def test_a_body_without_a_length_is_refused_when_it_passes_it(
        self, client: httpx.AsyncClient, path: str
    ) -> None:
        response = await client.post(path, content=_pieces(5))
        assert response.status_code == 413
        assert response.json()["code"] == "body_too_large"

    async def test_a_length_that_is_no_number_is_left_to_the_server(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/length", content=_pieces(1), headers={"Content-Length": "many"})
        assert response.status_code == 200

    async def test_a_path_may_take_more(self, client: httpx.AsyncClient) -> None:
        limit = 2 * LARGEST_BODY_BYTES
        assert (await client.post("/large", content=b"x" * limit)).json() == limit
        for content in (b"x" * (limit + 1), _pieces(9)):
            response = await client.post("/large", content=content)
            assert response.status_code == 413
            assert response.json()["detail"] == "The request's body is over 8 MiB. Send less at once."
