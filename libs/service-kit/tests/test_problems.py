"""Errors as problem documents, through a real application."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, SecretStr
from service_kit.errors import (
    CredentialsRefused,
    DatabaseUnavailable,
    InvalidInput,
    RoleRequired,
    ServiceError,
)
from service_kit.http_metrics import HttpMetrics
from service_kit.problems import Problem, ValidationProblem, install_problem_handlers, problem_responses
from service_kit.request_context import RequestContextMiddleware


class TeapotBusy(ServiceError):
    """One with something to say of its own."""

    status = 418

    @property
    def members(self) -> Mapping[str, object]:
        return {"kinds": ["green", "black"]}


ERRORS = {
    "members": TeapotBusy(),
    "plain": ServiceError(),
    "credentials": CredentialsRefused(),
    "role": RoleRequired(),
    "input": InvalidInput("Choose another colour.", field="body.colour"),
    "database": DatabaseUnavailable(),
    "own": ServiceError("Tea is out.", code="teapot", status=418, retryable=True, retry_after_seconds=9),
    "http": HTTPException(413, "an internal note"),
    "crash": RuntimeError("SELECT secret FROM /etc/passwd"),
}


class Body(BaseModel):
    password: SecretStr
    count: int


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app)
    app.add_middleware(RequestContextMiddleware, metrics=HttpMetrics(CollectorRegistry()))

    @app.get("/errors/{name}")
    async def fail(name: str) -> None:
        raise ERRORS[name]

    @app.post("/bodies")
    async def take(_body: Body) -> None:
        return None

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kit.test") as client:
        yield client


def _fields(response: httpx.Response) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["request_id"] == response.headers["x-request-id"]
    assert problem["status"] == response.status_code
    assert problem["type"] == f"urn:convoai:problem:{problem['code']}"
    assert problem["title"]
    return problem


class TestServiceError:
    @pytest.mark.parametrize(
        ("name", "status", "code"),
        [
            ("plain", 500, "internal_error"),
            ("credentials", 401, "invalid_credentials"),
            ("role", 403, "role_required"),
            ("input", 422, "invalid_input"),
            ("database", 503, "database_unavailable"),
            ("own", 418, "teapot"),
        ],
    )
    async def test_has_its_status_and_code(self, client: httpx.AsyncClient, name: str, status: int, code: str) -> None:
        problem = _fields(await client.get(f"/errors/{name}"))
        assert (problem["status"], problem["code"]) == (status, code)
        Problem.model_validate(problem)

    async def test_credentials_say_how_to_sign_in(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/errors/credentials")).headers["www-authenticate"] == "Bearer"

    async def test_says_when_to_come_back(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/errors/own")).headers["retry-after"] == "9"
        assert (await client.get("/errors/database")).headers["retry-after"] == "5"
        assert "retry-after" not in (await client.get("/errors/plain")).headers

    async def test_says_more_where_a_program_needs_it(self, client: httpx.AsyncClient) -> None:
        assert _fields(await client.get("/errors/members"))["kinds"] == ["green", "black"]
        assert "kinds" not in _fields(await client.get("/errors/own"))

    async def test_input_names_its_field(self, client: httpx.AsyncClient) -> None:
        problem = _fields(await client.get("/errors/input"))
        assert problem["errors"] == [{"field": "body.colour", "message": "Choose another colour."}]


class TestValidation:
    async def test_names_every_field_and_repeats_no_value(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/bodies", json={"password": ["hunter2"], "count": "many"})
        problem = ValidationProblem.model_validate(_fields(response))
        assert [error.field for error in problem.errors] == ["body.password", "body.count"]
        assert "hunter2" not in response.text
        assert "many" not in response.text

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"null", b"NaN"])
    async def test_any_broken_body_is_a_problem(self, client: httpx.AsyncClient, content: bytes) -> None:
        response = await client.post("/bodies", content=content, headers={"Content-Type": "application/json"})
        assert response.status_code in (400, 422)
        _fields(response)


class TestEverythingElse:
    async def test_no_route_and_wrong_method(self, client: httpx.AsyncClient) -> None:
        assert _fields(await client.get("/nothing"))["code"] == "not_found"
        assert _fields(await client.put("/bodies"))["code"] == "method_not_allowed"

    async def test_http_errors_keep_their_text_to_themselves(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/errors/http")
        assert _fields(response)["code"] == "body_too_large"
        assert "internal note" not in response.text

    async def test_a_crash_says_nothing_of_its_cause(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/errors/crash")
        assert _fields(response)["code"] == "internal_error"
        assert "SELECT" not in response.text
        assert "passwd" not in response.text

    def test_routes_can_name_their_problems(self) -> None:
        named = problem_responses(404, 422)
        assert named[404] == {"model": Problem, "description": "Not Found"}
        assert named[422]["model"] is ValidationProblem
