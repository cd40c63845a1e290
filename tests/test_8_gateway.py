"""The gateway before the services: what passes and how, what does not, and who a client is."""

import http.client
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from support.browser import visiting
from support.client import PASSWORD, People, Person, assert_problem, ok
from support.gateway import Gateway, require_nginx, running_gateway, site_of
from support.scripted_openai import ScriptedOpenAI
from support.site import require_page
from support.sockets import open_socket
from support.stack import Stack, running_stack

FORGED = "203.0.113.9"
PAGE_POLICY = "default-src 'self'"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """An installation that trusts this machine's gateway; one test ends a service of it for a while."""
    require_nginx()
    with running_stack(
        tmp_path_factory.mktemp("behind"), provider=provider, settings={"TRUSTED_PROXIES": "127.0.0.1"}
    ) as running:
        yield running


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, stack: Stack) -> Iterator[Gateway]:
    with running_gateway(stack, tmp_path_factory.mktemp("gateway"), port=stack.page_port) as running:
        yield running


@pytest.fixture
async def people(gateway: Gateway) -> AsyncIterator[People]:
    """People who know the gateway alone."""
    async with httpx.AsyncClient(base_url=gateway.address, timeout=30, trust_env=False) as client:
        yield People(client, gateway.as_stack)


def raw(gateway: Gateway, method: str, target: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """An answer to exactly this request line, which other clients would tidy."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.process.port, timeout=30)
    try:
        connection.request(method, target, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


class TestPassing:
    async def test_a_conversation_is_held(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        reply = await alice.ask(conversation, "[[tokens=3]]")
        assert [message["content"] for message in await alice.messages(conversation)][-1] == reply["content"]

    async def test_an_answer_comes_while_it_is_written(self, alice: Person, people: People) -> None:
        conversation = await alice.new_conversation()
        url = f"{people.stack.chat.address}/conversations/{conversation}/messages"
        headers = alice.headers | {"Accept": "text/event-stream"}
        body = {"content": "[[tokens=5]][[hang_after=2]]"}
        async with people.http.stream("POST", url, json=body, headers=headers) as response:
            seen = ""
            async for text in response.aiter_text():
                seen += text
                if "event: delta" in seen:
                    break
            assert (await alice.messages(conversation))[-1]["status"] == "streaming"

    @pytest.mark.parametrize("path", ["/ws", "/api/chat/ws"])
    async def test_a_socket_streams(self, gateway: Gateway, alice: Person, path: str) -> None:
        conversation = await alice.new_conversation()
        url = f"{gateway.socket_address}{path}/{conversation}"
        async with open_socket(url, token=alice.token, stream=True, origin=gateway.address) as socket:
            await socket.send("message", content="[[tokens=20]]", client_id="one")
            frames = await socket.answer()
        deltas = "".join(str(frame["content"]) for frame in frames if frame.type == "delta")
        assert deltas == frames[-1]["content"]

    @pytest.mark.parametrize("path", ["/ws/metrics", "/api/analytics/ws/metrics"])
    async def test_a_socket_tells_the_figures(self, gateway: Gateway, admin: Person, path: str) -> None:
        async with open_socket(gateway.socket_address + path, token=admin.token) as socket:
            await socket.expect("summary")

    async def test_a_query_arrives_as_it_was_written(self, stack: Stack, alice: Person, people: People) -> None:
        conversation = await alice.new_conversation()
        await alice.ask(conversation, "100% ça & + more")
        for query in ("q=%C3%A7a%20%26%20%2B&limit=1", "q=%25%C3%A7a"):
            direct = await people.http.get(f"{stack.chat.address}/search?{query}", headers=alice.headers)
            assert ok(await alice.chat("GET", f"/search?{query}")) == ok(direct)
            assert direct.json(), query

    async def test_a_name_with_a_dot_is_no_file_of_the_page(self, admin: Person) -> None:
        answer = await admin.analytics("GET", "/analytics/export.csv", params={"list": "models"})
        assert answer.headers["content-type"].startswith("text/csv"), answer.text

    async def test_a_redirection_leads_through_the_gateway(self, gateway: Gateway, admin: Person) -> None:
        answer = await admin.auth("GET", "/users")
        assert (answer.status_code, answer.headers["location"]) == (307, f"{gateway.address}/api/auth/users/")

    async def test_headers_are_the_services_own(self, gateway: Gateway, alice: Person) -> None:
        answer = await alice.auth("GET", "/users/me")
        assert answer.headers.get_list("content-security-policy") == ["default-src 'none'; frame-ancestors 'none'"]
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
        assert answer.headers.get_list("cache-control") == ["no-store"]

    async def test_a_problem_is_the_services_own(self, alice: Person) -> None:
        assert_problem(await alice.chat("GET", "/conversations/none"), 404)


class TestRefusing:
    @pytest.mark.parametrize(
        "target",
        [
            "/api/auth/internal/senders",
            "/api/auth/%69nternal/senders",
            "/api/auth//internal/senders",
            "/api/auth/x/../internal/senders",
            "/api/auth/x/..%2finternal/senders",
            "/api/chat/../analytics/internal/senders",
            "/x/../api/auth/users/me",
            "//api/auth/users/me",
            "/api/chat/metrics",
            "/api/analytics/metrics/",
            "/api/analytics/events",
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "PUT"])
    def test_what_is_said_inside_stays_there(self, gateway: Gateway, stack: Stack, target: str, method: str) -> None:
        token = stack.codec.sign_service("chat-service")
        status, body = raw(gateway, method, target, {"Authorization": f"Bearer {token}"})
        assert status == 404
        assert b'"code":"not_found"' in body

    async def test_a_large_body_is_refused_as_the_services_do(self, people: People) -> None:
        answer = await people.http.post("/api/auth/users/", content=b"x" * 2_000_000)
        assert_problem(answer, 413, "body_too_large")

    def test_the_page_is_only_read(self, gateway: Gateway) -> None:
        assert raw(gateway, "POST", "/")[0] == 405

    async def test_a_service_that_is_away_is_told_and_found_again(self, stack: Stack, alice: Person) -> None:
        conversation = await alice.new_conversation()
        stack.chat.stop()
        try:
            assert_problem(await alice.chat("GET", "/conversations/"), 503, "service_unavailable")
            ok(await alice.auth("GET", "/users/me"))
        finally:
            stack.chat.start()
            stack.chat.wait_ready()
        assert [item["id"] for item in await alice.conversations()] == [conversation]


class TestClient:
    async def address_of(self, people: People) -> str:
        """Where auth-service thinks a sign-in with a forged header comes from."""
        person = await people.register()
        people.http.headers["X-Forwarded-For"] = FORGED
        again = await people.sign_in(person.username, PASSWORD)
        sessions = ok(await again.auth("GET", "/auth/sessions"))
        return next(str(session["address"]) for session in sessions if session["is_current"])

    async def test_is_not_who_a_client_says(self, people: People) -> None:
        assert await self.address_of(people) == "127.0.0.1"

    async def test_is_whom_a_trusted_proxy_names(self, stack: Stack, people: People, tmp_path: Path) -> None:
        with running_gateway(stack, tmp_path, {"TRUSTED_PROXIES": "127.0.0.0/8"}) as gateway:
            async with httpx.AsyncClient(base_url=gateway.address, timeout=30, trust_env=False) as client:
                assert await self.address_of(People(client, gateway.as_stack)) == FORGED


class TestPage:
    def test_is_served_with_its_own_headers(self, gateway: Gateway) -> None:
        require_page()
        answer = httpx.get(gateway.address, trust_env=False)
        assert answer.headers["content-security-policy"].startswith(PAGE_POLICY)
        assert (answer.status_code, "ConvoAI" in answer.text) == (200, True)

    @pytest_asyncio.fixture(loop_scope="session")
    async def account(self, gateway: Gateway) -> str:
        async with httpx.AsyncClient(base_url=gateway.address, timeout=30, trust_env=False) as client:
            return (await People(client, gateway.as_stack).register()).username

    @pytest.mark.asyncio(loop_scope="session")
    async def test_holds_a_conversation_at_one_address(
        self, browser: Browser, gateway: Gateway, stack: Stack, account: str
    ) -> None:
        require_page()
        async with visiting(browser, site_of(gateway, stack), expects_trouble=True) as visitor:
            await visitor.go("/sign-in")
            await visitor.sign_in(account)
            await visitor.say("[[tokens=5]] through the gateway")
            await visitor.until_answer("complete")
            await visitor.page.reload()  # the session is in a cookie, whose path the gateway has to know
            await expect(visitor.answer).to_be_visible()
            origins = {gateway.address, gateway.socket_address}
            assert {"/".join(url.split("/")[:3]) for url in visitor.requested if not url.startswith("data:")} == origins
