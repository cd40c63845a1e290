"""What people do with ConvoAI, as tests say it: register, sign in, converse, look at the figures."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
from service_kit.clock import new_id
from support.sockets import Frame, Socket, open_socket
from support.stack import ADMIN_PASSWORD, ADMIN_USERNAME, Stack
from support.waiting import eventually

PASSWORD = "testpass123"
ANSWER_SECONDS = 30.0
Json = dict[str, Any]


class Person:
    """Someone who is signed in, and the calls they make."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        stack: Stack,
        *,
        username: str,
        user_id: str,
        token: str,
        refresh_token: str = "",
    ) -> None:
        self._http = http
        self._stack = stack
        self.username = username
        self.user_id = user_id
        self.token = token
        self.refresh_token = refresh_token

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def auth(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await self._request(method, self._stack.auth.address + path, options)

    async def chat(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await self._request(method, self._stack.chat.address + path, options)

    async def analytics(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await self._request(method, self._stack.analytics.address + path, options)

    async def _request(self, method: str, url: str, options: dict[str, Any]) -> httpx.Response:
        headers = self.headers | options.pop("headers", {})
        return await self._http.request(method, url, headers=headers, **options)

    async def new_conversation(self, **fields: Any) -> str:
        """The id of a new conversation."""
        return str(ok(await self.chat("POST", "/conversations/", json=fields))["id"])

    async def send(self, conversation_id: str, content: str, **fields: Any) -> httpx.Response:
        return await self.chat("POST", f"/conversations/{conversation_id}/messages", json={"content": content} | fields)

    async def ask(self, conversation_id: str, content: str) -> Json:
        """The answer to a message that the model does answer."""
        reply = ok(await self.send(conversation_id, content))["reply"]
        assert isinstance(reply, dict)
        return reply

    async def messages(self, conversation_id: str, **query: Any) -> list[Json]:
        found = ok(await self.chat("GET", f"/conversations/{conversation_id}/messages", params=query))
        assert isinstance(found, list)
        return found

    async def conversations(self, **query: Any) -> list[Json]:
        found = ok(await self.chat("GET", "/conversations/", params=query))
        assert isinstance(found, list)
        return found

    async def events_of(self, conversation_id: str, content: str, **fields: Any) -> list[Frame]:
        """The frames of an answer that is asked for as server-sent events."""
        response = await self.chat(
            "POST",
            f"/conversations/{conversation_id}/messages",
            json={"content": content} | fields,
            headers={"Accept": "text/event-stream"},
        )
        assert response.headers["content-type"].startswith("text/event-stream"), response.text
        return [read_event(block) for block in response.text.strip().split("\n\n")]

    async def summary(self) -> Json:
        summary: Json = ok(await self.analytics("GET", "/analytics/summary"))
        return summary

    def socket(self, conversation_id: str, **options: Any) -> AbstractAsyncContextManager[Socket]:
        """An open socket; `stream=True` for streaming mode. Options: see `open_socket`; the token is one's own."""
        return open_socket(f"{self._stack.socket_address}/ws/{conversation_id}", **{"token": self.token} | options)


class People:
    """Makes persons on one stack; everyone has a name of their own, so that tests do not meet."""

    def __init__(self, http: httpx.AsyncClient, stack: Stack) -> None:
        self.http = http
        self.stack = stack

    async def register(self, *, roles: Sequence[str] = ()) -> Person:
        """Someone new who has registered and signed in; with `roles`, an admin has given them these."""
        username = unique_name()
        body = {"username": username, "email": f"{username}@example.com", "password": PASSWORD}
        ok(await self.http.post(f"{self.stack.auth.address}/users/", json=body))
        if roles:
            admin = await self.admin()
            ok(await admin.auth("PUT", f"/users/{username}/roles", json={"roles": list(roles)}))
        return await self.sign_in(username, PASSWORD)

    async def sign_in(self, username: str, password: str) -> Person:
        answer = ok(await self.post_token(username, password))
        token, refresh_token = str(answer["access_token"]), str(answer["refresh_token"])
        user_id = self.stack.codec.verify(token, "access").user_id
        return Person(
            self.http, self.stack, username=username, user_id=user_id, token=token, refresh_token=refresh_token
        )

    async def post_token(self, username: str, password: str) -> httpx.Response:
        form = {"username": username, "password": password}
        return await self.http.post(f"{self.stack.auth.address}/auth/token", data=form)

    async def admin(self) -> Person:
        return await self.sign_in(ADMIN_USERNAME, ADMIN_PASSWORD)

    def with_token_alone(self, roles: Sequence[str] = ("user",), lifetime: timedelta = timedelta(hours=1)) -> Person:
        """Someone whom auth-service never saw."""
        username, user_id = unique_name(), new_id()
        token = self.stack.codec.sign_access(
            username=username, user_id=user_id, roles=roles, session_id=new_id(), lifetime=lifetime
        )
        return Person(self.http, self.stack, username=username, user_id=user_id, token=token)

    def with_short_token(self, person: Person, lifetime: timedelta) -> Person:
        """The same person in the same session, with a token that ends soon."""
        session_id = self.stack.codec.verify(person.token, "access").session_id
        token = self.stack.codec.sign_access(
            username=person.username, user_id=person.user_id, roles=["user"], session_id=session_id, lifetime=lifetime
        )
        return Person(self.http, self.stack, username=person.username, user_id=person.user_id, token=token)


@asynccontextmanager
async def people_of(stack: Stack) -> AsyncIterator[People]:
    """People with one HTTP client for as long as the block lasts; an address without a host is auth-service's."""
    async with httpx.AsyncClient(base_url=stack.auth.address, timeout=ANSWER_SECONDS, trust_env=False) as http:
        yield People(http, stack)


def ok(response: httpx.Response) -> Any:
    """The body of a 200."""
    assert response.status_code == 200, f"{response.request.method} {response.url}: {response.text}"
    return response.json()


def assert_problem(response: httpx.Response, status: int, code: str | None = None) -> Json:
    """The body of a problem document, whose fixed members are all there."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: Json = response.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= problem.keys()
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["X-Request-ID"]
    assert problem["detail"].endswith((".", "denied", "password")), problem["detail"]
    assert code is None or problem["code"] == code, problem
    return problem


def unique_name() -> str:
    return f"person_{uuid.uuid4().hex[:12]}"


def read_event(block: str) -> Frame:
    """The frame in one server-sent event. Its name and id repeat what the frame says."""
    fields = dict(line.split(": ", 1) for line in block.splitlines())
    frame = Frame.read(fields["data"])
    assert fields["event"] == frame["type"]
    assert "id" not in fields or int(fields["id"]) == frame["seq"]
    return frame


async def until_status(person: Person, conversation_id: str, *statuses: str) -> list[Json]:
    """The conversation's messages once the last of them has one of the statuses."""

    async def look() -> list[Json] | None:
        messages = await person.messages(conversation_id)
        return messages if messages and messages[-1]["status"] in statuses else None

    return await eventually(look)
