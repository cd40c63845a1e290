"""Each service runs, says so, and keeps the rules that all of them share."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from support.client import Person, assert_problem, ok
from support.processes import ServiceProcess
from support.stack import Stack, metric
from support.waiting import wait_until

SERVICES = ("auth", "analytics", "chat")
# Contract, sections 3, 4, 6 and 7, as far as this version goes.
ENDPOINTS = {
    "auth": {
        "POST /users/",
        "POST /auth/token",
        "GET /users/me",
        "PATCH /users/me",
        "PUT /users/me/password",
        "GET /users/",
        "GET /users/{username}",
        "PATCH /users/{username}",
        "DELETE /users/{username}",
        "PUT /users/{username}/roles",
        "GET /roles/",
    },
    "chat": {
        "POST /conversations/",
        "GET /conversations/",
        "GET /conversations/{conversation_id}",
        "PATCH /conversations/{conversation_id}",
        "PUT /conversations/{conversation_id}",
        "DELETE /conversations/{conversation_id}",
        "POST /conversations/{conversation_id}/messages",
        "GET /conversations/{conversation_id}/messages",
        "GET /models",
    },
    "analytics": {"POST /events", "GET /analytics/summary"},
}


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, stack: Stack) -> ServiceProcess:
    process: ServiceProcess = getattr(stack, request.param)
    return process


@pytest.fixture
def http(service: ServiceProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.address, trust_env=False) as client:
        yield client


class TestServiceRoutes:
    def test_health_says_who_lives_and_when(self, http: httpx.Client, service: ServiceProcess) -> None:
        body = ok(http.get("/health"))
        assert body["status"] == "healthy"
        assert body["service"] == service.name
        assert re.fullmatch(r"\d+\.\d+\.\d+", body["version"])
        now = datetime.fromisoformat(body["timestamp"])
        assert now.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - now) < timedelta(seconds=30)

    def test_ready_when_the_database_answers(self, http: httpx.Client) -> None:
        assert http.get("/ready").status_code == 200

    def test_root_names_the_service_and_leads_to_its_documentation(
        self, http: httpx.Client, service: ServiceProcess
    ) -> None:
        body = ok(http.get("/"))
        assert body["name"] == service.name
        assert body["version"] == ok(http.get("/health"))["version"]
        assert http.get(body["docs"]).status_code == 200

    @pytest.mark.parametrize("path", ["/docs", "/redoc"])
    def test_documentation_is_a_page(self, http: httpx.Client, path: str) -> None:
        response = http.get(path)
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/html")

    def test_metrics_count_each_request_once(self, http: httpx.Client) -> None:
        def answered() -> float:
            return metric(http.get("/metrics").text, "http_requests_total", method="GET", route="/", status="200")

        before = answered()
        for _ in range(3):
            http.get("/")
        wait_until(lambda: answered() == before + 3)
        assert http.get("/metrics").headers["content-type"].startswith("text/plain")

    async def test_metrics_hold_route_templates_and_no_ids(self, stack: Stack, alice: Person) -> None:
        conversation = await alice.new_conversation()
        ok(await alice.chat("GET", f"/conversations/{conversation}"))
        text = (await alice.chat("GET", "/metrics")).text
        assert metric(text, "http_requests_total", route="/conversations/{conversation_id}") >= 1
        assert conversation not in text


class TestOpenApi:
    @pytest.mark.parametrize("name", SERVICES)
    def test_holds_every_endpoint_of_the_contract(self, stack: Stack, name: str) -> None:
        document = ok(httpx.get(f"{getattr(stack, name).address}/openapi.json", trust_env=False))
        found = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
        assert ENDPOINTS[name] <= found, f"missing: {sorted(ENDPOINTS[name] - found)}"

    def test_names_each_operation_once(self, http: httpx.Client) -> None:
        paths = ok(http.get("/openapi.json"))["paths"]
        names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
        assert len(names) == len(set(names))


class TestErrors:
    def test_unknown_address_is_a_problem_document(self, http: httpx.Client) -> None:
        assert_problem(http.get("/nowhere"), 404, "not_found")

    def test_wrong_method_is_a_problem_document(self, http: httpx.Client) -> None:
        assert_problem(http.put("/health"), 405, "method_not_allowed")

    @pytest.mark.parametrize(
        ("name", "path"),
        [("auth", "/users/me"), ("chat", "/conversations/"), ("chat", "/models"), ("analytics", "/analytics/summary")],
    )
    @pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic YWRtaW46YWRtaW4=", "Bearer"])
    def test_missing_or_bad_credentials_are_401_with_a_challenge(
        self, stack: Stack, name: str, path: str, header: str | None
    ) -> None:
        headers = {"Authorization": header} if header is not None else {}
        response = httpx.get(getattr(stack, name).address + path, headers=headers, trust_env=False)
        assert_problem(response, 401, "invalid_credentials")
        assert response.headers["WWW-Authenticate"] == "Bearer"

    async def test_invalid_body_names_the_fields_and_not_their_values(self, stack: Stack) -> None:
        body = {"username": "x", "email": "no-address", "password": "Secret-but-short-7" * 20}
        async with httpx.AsyncClient(trust_env=False) as http:
            response = await http.post(f"{stack.auth.address}/users/", json=body)
        problem = assert_problem(response, 422, "invalid_input")
        fields = {error["field"] for error in problem["errors"]}
        assert {"body.username", "body.email", "body.password"} <= fields
        assert "Secret-but-short" not in response.text


class TestRequestId:
    def test_is_taken_when_it_is_sane(self, http: httpx.Client) -> None:
        response = http.get("/health", headers={"X-Request-ID": "trace-42.a_B"})
        assert response.headers["X-Request-ID"] == "trace-42.a_B"

    @pytest.mark.parametrize("sent", ["two words", "x" * 129, '{"a":1}', "é".encode().decode("latin-1")])
    def test_is_made_anew_when_it_is_not(self, http: httpx.Client, sent: str) -> None:
        response = http.get("/health", headers=[(b"X-Request-ID", sent.encode("latin-1"))])
        made = response.headers["X-Request-ID"]
        assert re.fullmatch(r"[A-Za-z0-9._-]{16,128}", made)
        assert made != sent

    def test_differs_from_request_to_request(self, http: httpx.Client) -> None:
        assert http.get("/health").headers["X-Request-ID"] != http.get("/health").headers["X-Request-ID"]

    def test_is_logged_with_the_request(self, http: httpx.Client, service: ServiceProcess, stack: Stack) -> None:
        http.get("/openapi.json", headers={"X-Request-ID": "to-be-found-in-the-log"})
        log = stack.log_folder / f"{service.name}.log"
        wait_until(lambda: '"request_id": "to-be-found-in-the-log"' in log.read_text(encoding="utf-8"))


class TestBrowserRules:
    def test_the_page_may_call(self, http: httpx.Client, stack: Stack) -> None:
        headers = {
            "Origin": stack.page_origin,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key,x-request-id",
        }
        response = http.options("/", headers=headers)
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == stack.page_origin

    def test_the_page_may_read_what_is_in_headers(self, http: httpx.Client, stack: Stack) -> None:
        exposed = http.get("/health", headers={"Origin": stack.page_origin}).headers["Access-Control-Expose-Headers"]
        assert {"Link", "Retry-After", "X-Request-ID"} <= {name.strip() for name in exposed.split(",")}

    def test_another_page_may_not(self, http: httpx.Client) -> None:
        headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
        assert "Access-Control-Allow-Origin" not in http.options("/", headers=headers).headers
        assert "Access-Control-Allow-Origin" not in http.get("/health", headers=headers).headers

    def test_errors_may_be_read_by_the_page_too(self, http: httpx.Client, stack: Stack) -> None:
        response = http.get("/nowhere", headers={"Origin": stack.page_origin})
        assert response.headers["Access-Control-Allow-Origin"] == stack.page_origin

    @pytest.mark.parametrize("path", ["/health", "/nowhere"])
    def test_answers_cannot_be_sniffed_framed_or_kept(self, http: httpx.Client, path: str) -> None:
        headers = http.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


class TestTimesAndIds:
    async def test_times_have_an_offset_and_ids_sort_by_time(self, alice: Person) -> None:
        first, second = [await alice.new_conversation() for _ in range(2)]
        assert first < second
        for conversation in await alice.conversations():
            assert datetime.fromisoformat(conversation["created_at"]).utcoffset() == timedelta(0)
