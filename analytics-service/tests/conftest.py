"""A running application on a database of its own, and callers of every kind."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from analytics.main import create_app
from analytics.settings import SERVICE_FOLDER, AnalyticsSettings
from fastapi import FastAPI
from pydantic import SecretStr
from service_kit.credentials import Credential
from service_kit.events import AnyEvent, encode_event
from service_kit.migrations import upgrade_to_head
from service_kit.tokens import Principal, TokenCodec
from support.databases import copy_of, new_database_url

SECRET = "a-secret-of-the-tests-with-more-than-32-bytes"
NO_FILES: dict[str, Any] = {"_env_file": None}  # a developer's own .env is none of a test's business

HeadersFor = Callable[[str], dict[str, str]]


class FakeSessions:
    """A SessionCheck that finds every session active, as auth-service would for people who are signed in.

    An API key holds when it is among `keys`; who is among `ended` has signed out, and `roles` are what people have now.
    """

    def __init__(self) -> None:
        self.keys: dict[str, Principal] = {}
        self.ended: set[str] = set()
        self.roles: dict[str, tuple[str, ...]] = {}

    async def check(self, credential: Credential) -> Principal:
        principal = credential.claims or self.keys.get(credential.text)
        if principal is None or self.has_ended(credential):
            raise credential.refusal()
        return replace(principal, roles=self.roles.get(principal.username, principal.roles))

    def is_due(self, credential: Credential) -> bool:
        return False

    def has_ended(self, credential: Credential) -> bool:
        return credential.claims is not None and credential.claims.username in self.ended

    async def close(self) -> None:
        return None


@pytest.fixture(scope="session")
def migrated_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database with today's tables, to be copied."""
    url = new_database_url(tmp_path_factory.mktemp("migrated") / "analytics.db")
    upgrade_to_head(SERVICE_FOLDER, url)
    return url


@pytest.fixture
def settings(tmp_path: Path, migrated_url: str) -> AnalyticsSettings:
    return AnalyticsSettings(
        **NO_FILES,
        environment="test",
        auth_secret_key=SecretStr(SECRET),
        cors_origins=["http://localhost:3000"],
        auth_service_url="http://127.0.0.1:9",  # nobody's: what is reported there stays here
        database_url=copy_of(migrated_url, tmp_path / "analytics.db"),
    )


@pytest.fixture
def sessions() -> FakeSessions:
    return FakeSessions()


@pytest.fixture
async def app(settings: AnalyticsSettings, sessions: FakeSessions) -> AsyncIterator[FastAPI]:
    app = create_app(settings, sessions)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://analytics") as client:
        yield client


@pytest.fixture
def headers_for() -> HeadersFor:
    """The headers of a caller: `service`, `anonymous`, or a person with the role of that name."""
    codec = TokenCodec(SECRET)

    def headers(caller: str) -> dict[str, str]:
        if caller == "anonymous":
            return {}
        if caller == "service":
            return {"Authorization": f"Bearer {codec.sign_service('chat-service')}"}
        token = codec.sign_access(
            username=caller, user_id=f"id-{caller}", roles=[caller], session_id="s", lifetime=timedelta(minutes=5)
        )
        return {"Authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
def send(client: httpx.AsyncClient, headers_for: HeadersFor) -> Callable[..., Awaitable[httpx.Response]]:
    """Sends events as chat-service does: each encoded on its own, joined into one body."""

    async def send(*events: AnyEvent) -> httpx.Response:
        body = '{"events":[' + ",".join(encode_event(event) for event in events) + "]}"
        return await client.post("/events", content=body, headers=headers_for("service"))

    return send


@pytest.fixture
def send_raw(client: httpx.AsyncClient, headers_for: HeadersFor) -> Callable[..., Awaitable[httpx.Response]]:
    """Sends events as plain objects, right or wrong."""

    async def send_raw(*events: Any) -> httpx.Response:
        return await client.post("/events", json={"events": list(events)}, headers=headers_for("service"))

    return send_raw


@pytest.fixture
def summary(client: httpx.AsyncClient, headers_for: HeadersFor) -> Callable[[], Awaitable[dict[str, Any]]]:
    """The seven figures, as an administrator gets them."""

    async def summary() -> dict[str, Any]:
        response = await client.get("/analytics/summary", headers=headers_for("admin"))
        assert response.status_code == 200, response.text
        figures: dict[str, Any] = response.json()
        return figures

    return summary
