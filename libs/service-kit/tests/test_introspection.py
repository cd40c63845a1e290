"""Questions about tokens: which go together, and what becomes of each answer."""

import asyncio
import json
from urllib.parse import parse_qs

import httpx
import pytest
from service_kit.introspection import MOST_AT_ONCE, Introspected, IntrospectionClient
from service_kit.tokens import TokenCodec

CODEC = TokenCodec("a secret of this test that is long enough")


class Auth:
    """An auth-service that knows every token by its own name."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.together: httpx.Response | None = None  # the answer to many, if not an honest one
        self.is_down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("down")
        if request.url.path == "/auth/introspect":
            (token,) = parse_qs(request.content.decode())["token"]
            self.asked.append([token])
            return httpx.Response(200, json=self.say(token))
        tokens = json.loads(request.content)["tokens"]
        self.asked.append(tokens)
        return self.together or httpx.Response(200, json=[self.say(token) for token in tokens])

    @staticmethod
    def say(token: str) -> dict[str, object]:
        return {"active": True, "user_id": token} if token != "ended" else {"active": False}


@pytest.fixture
def auth() -> Auth:
    return Auth()


@pytest.fixture
def client(auth: Auth) -> IntrospectionClient:
    return IntrospectionClient("http://auth", "chat-service", CODEC, httpx.MockTransport(auth))


async def ask(client: IntrospectionClient, *tokens: str) -> list[str | None]:
    """What is said of each, asked about at the same time: whose it is, `nobody` when it has ended, None unknown."""

    def read(said: Introspected | None) -> str | None:
        return None if said is None else said.user_id or "nobody"

    return [read(said) for said in await asyncio.gather(*map(client.introspect, tokens))]


class TestIntrospect:
    async def test_one_alone_is_asked_about_as_the_standard_says(self, client: IntrospectionClient, auth: Auth) -> None:
        assert await ask(client, "a") == ["a"]
        assert auth.asked == [["a"]]

    async def test_those_of_one_moment_go_together_and_each_gets_its_own_answer(
        self, client: IntrospectionClient, auth: Auth
    ) -> None:
        assert await ask(client, "a", "ended", "b") == ["a", "nobody", "b"]
        assert auth.asked == [["a", "ended", "b"]]

    async def test_no_request_asks_about_more_than_auth_service_takes(
        self, client: IntrospectionClient, auth: Auth
    ) -> None:
        tokens = [str(number) for number in range(MOST_AT_ONCE + 1)]

        assert await ask(client, *tokens) == tokens
        assert sorted(map(len, auth.asked)) == [1, MOST_AT_ONCE]

    async def test_one_who_leaves_takes_no_answer_from_the_others(
        self, client: IntrospectionClient, auth: Auth
    ) -> None:
        leaves = asyncio.create_task(client.introspect("a"))
        stays = asyncio.create_task(ask(client, "b"))
        await asyncio.sleep(0)
        leaves.cancel()

        assert await stays == ["b"]

    async def test_an_auth_service_that_knows_no_such_request_yet_is_asked_one_by_one(
        self, client: IntrospectionClient, auth: Auth
    ) -> None:
        auth.together = httpx.Response(404)

        assert await ask(client, "a", "b") == ["a", "b"]
        assert sorted(auth.asked[1:]) == [["a"], ["b"]]

    @pytest.mark.parametrize(
        "answer",
        [
            httpx.Response(500),
            httpx.Response(200, text="<html>"),
            httpx.Response(200, json=[{"active": True}]),
            httpx.Response(200, json={"active": True}),
        ],
        ids=["failed", "no JSON", "too few", "no list"],
    )
    async def test_an_answer_that_is_none_says_nothing_of_any(
        self, client: IntrospectionClient, auth: Auth, answer: httpx.Response
    ) -> None:
        auth.together = answer

        assert await ask(client, "a", "b") == [None, None]

    async def test_nobody_is_known_while_it_is_away(self, client: IntrospectionClient, auth: Auth) -> None:
        auth.is_down = True

        assert await ask(client, "a") == [None]
        assert await ask(client, "a", "b") == [None, None]

    async def test_who_waits_when_it_closes_is_told_nothing(self, auth: Auth) -> None:
        async def answer_never(_: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            return httpx.Response(500)

        client = IntrospectionClient("http://auth", "chat-service", CODEC, httpx.MockTransport(answer_never))
        asking = asyncio.create_task(ask(client, "a"))
        for _ in range(3):
            await asyncio.sleep(0)
        await client.close()

        assert await asking == [None]
