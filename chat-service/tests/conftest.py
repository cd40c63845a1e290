"""A running application on a database of its own, its model under the test's control, and callers of every kind."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.main import create_app
from chat_server.settings import SERVICE_FOLDER, ChatSettings
from chat_testing.callers import FIVE_MINUTES, ClientFor, Connect, TokenFor
from chat_testing.model import FakeModel
from chat_testing.owners import FakeOwners
from chat_testing.server import RunningServer, serving
from chat_testing.sessions import FakeSessions
from chat_testing.sockets import ChatSocket, open_socket
from chat_testing.stored import Stored
from fastapi import FastAPI
from pydantic import SecretStr
from service_kit.migrations import upgrade_to_head
from service_kit.tokens import TokenCodec
from support.databases import copy_of, new_database_url
from support.limit_windows import hold_limit_windows

SECRET = "a-secret-of-the-tests-with-more-than-32-bytes"
NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _limit_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    hold_limit_windows(monkeypatch)


@pytest.fixture(scope="session")
def migrated_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database with today's schema, to be copied: migrating one takes longer than most tests."""
    url = new_database_url(tmp_path_factory.mktemp("database") / "chat.db")
    upgrade_to_head(SERVICE_FOLDER, url)
    return url


@pytest.fixture
def setting_changes() -> dict[str, Any]:
    """What a test class overrides to run the service with other settings."""
    return {}


@pytest.fixture
def settings(tmp_path: Path, migrated_url: str, setting_changes: dict[str, Any]) -> ChatSettings:
    values: dict[str, Any] = {
        "environment": "test",
        "log_level": "WARNING",
        "auth_secret_key": SecretStr(SECRET),
        "database_url": copy_of(migrated_url, tmp_path / "chat.db"),
        "sqlite_synchronous": "NORMAL",
        "analytics_service_url": NOBODY_LISTENS,
        "messages_per_minute": 0,
        "requests_per_minute": 0,
        "imports_per_hour": 0,
        "shared_reads_per_minute": 0,
        "auto_titles": False,
    }
    return ChatSettings(_env_file=None, **(values | setting_changes))  # type: ignore[call-arg]


@pytest.fixture
def model() -> FakeModel:
    return FakeModel()


@pytest.fixture
def sessions() -> FakeSessions:
    return FakeSessions()


@pytest.fixture
def owners() -> FakeOwners:
    return FakeOwners()


@pytest.fixture
async def app(
    settings: ChatSettings, model: FakeModel, sessions: FakeSessions, owners: FakeOwners
) -> AsyncIterator[FastAPI]:
    app = create_app(settings, model, sessions, owners)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def parts(app: FastAPI) -> Parts:
    parts: Parts = app.state.parts
    return parts


@pytest.fixture
def stored(parts: Parts) -> Stored:
    """What is on disk."""
    return Stored(parts.database)


@pytest.fixture
async def server(app: FastAPI) -> AsyncIterator[RunningServer]:
    """The application behind a real port, which sockets and streamed answers need."""
    async with serving(app) as server:
        yield server


@pytest.fixture
def token_for() -> TokenFor:
    codec = TokenCodec(SECRET)

    def token_for(name: str, lifetime: timedelta = FIVE_MINUTES) -> str:
        role = name if name in ("admin", "manager") else "user"
        return codec.sign_access(username=name, user_id=name, roles=[role], session_id=name, lifetime=lifetime)

    return token_for


@pytest.fixture
async def client_for(app: FastAPI, token_for: TokenFor) -> AsyncIterator[ClientFor]:
    async with AsyncExitStack() as stack:
        clients: dict[str | None, httpx.AsyncClient] = {}

        def client_for(name: str | None) -> httpx.AsyncClient:
            if name not in clients:
                headers = {} if name is None else {"Authorization": f"Bearer {token_for(name)}"}
                clients[name] = httpx.AsyncClient(
                    transport=httpx.ASGITransport(app), base_url="http://chat", headers=headers
                )
                stack.push_async_callback(clients[name].aclose)
            return clients[name]

        yield client_for


@pytest.fixture
def ann(client_for: ClientFor) -> httpx.AsyncClient:
    """The person to whom the conversations belong."""
    return client_for("ann")


@pytest.fixture
def bob(client_for: ClientFor) -> httpx.AsyncClient:
    """Somebody else."""
    return client_for("bob")


@pytest.fixture
def admin(client_for: ClientFor) -> httpx.AsyncClient:
    """Somebody with the role admin."""
    return client_for("admin")


@pytest.fixture
def anonymous(client_for: ClientFor) -> httpx.AsyncClient:
    return client_for(None)


@pytest.fixture
async def conversation_id(ann: httpx.AsyncClient) -> str:
    """A conversation of Ann's without messages."""
    response = await ann.post("/conversations/", json={})
    assert response.status_code == 200, response.text
    return str(response.json()["id"])


@pytest.fixture
def connect(server: RunningServer, token_for: TokenFor) -> Connect:
    def connect(
        conversation_id: str,
        *,
        user: str | None = "ann",
        token: str | None = None,
        stream: bool = True,
        subprotocols: tuple[str, ...] = (),
        origin: str | None = None,
    ) -> AbstractAsyncContextManager[ChatSocket]:
        query = {"stream": "true"} if stream else {}
        if token is None and user is not None:
            token = token_for(user)
        if token is not None:
            query["token"] = token
        url = httpx.URL(f"ws://{server.address}/ws/{conversation_id}", params=query)
        return open_socket(str(url), subprotocols=subprotocols, origin=origin)

    return connect


@pytest.fixture(autouse=True)
def _no_outside_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own environment decides nothing here."""
    for name in ChatSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
