"""The service on a database of its own, and people who call it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from auth_server.dependencies import Parts
from auth_server.main import create_app
from auth_server.settings import AuthSettings
from fastapi import FastAPI
from pydantic import SecretStr
from service_kit.clock import utc_now
from service_kit.tokens import TokenCodec
from support.databases import new_database_url
from support.limit_windows import hold_limit_windows
from support.mail_server import SENDER, MailServer, running_mail_server

ADMIN_PASSWORD = "first-admin-2026"
PASSWORD = "testpass123"
PAGE = "http://page.test"
NOBODY = "http://127.0.0.1:9"  # the discard port: no test talks to a real analytics-service

MakeUser = Callable[..., Awaitable[dict[str, str]]]
StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]


class Clock:
    """The clock that sessions go by: the real one, put forward by the test."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self._still: datetime | None = None

    def __call__(self) -> datetime:
        return (self._still or utc_now()) + self.ahead

    def stand_still(self) -> None:
        """From now on time passes by `advance` alone, however slow the machine is."""
        self._still = utc_now()

    def advance(self, **units: float) -> None:
        """Lets time pass: `days=7`."""
        self.ahead += timedelta(**units)


@pytest.fixture(autouse=True)
def _limit_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    hold_limit_windows(monkeypatch)


@pytest.fixture
def settings(tmp_path: Path) -> AuthSettings:
    """Settings that neither the environment nor a file of this folder changes where it matters."""
    return AuthSettings(
        _env_file=None,  # type: ignore[call-arg]
        environment="test",
        database_url=new_database_url(tmp_path / "auth.db"),
        sqlite_synchronous="NORMAL",
        auth_secret_key=SecretStr("a-secret-of-the-tests-with-enough-bytes"),
        admin_username="admin",
        admin_password=SecretStr(ADMIN_PASSWORD),
        admin_email="admin@example.com",
        access_token_expire_minutes=43_200,
        registration_open=True,
        bcrypt_rounds=4,
        password_hash_threads=2,
        password_queue_length=128,
        requests_per_minute=0,
        refreshes_per_minute=0,
        analytics_service_url=NOBODY,
        chat_service_url=NOBODY,
        log_directory=None,
        smtp_host="",
        public_url=PAGE,
    )


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    """A mail server that listens; `mail_settings` name it."""
    async with running_mail_server() as running:
        yield running


@pytest.fixture
def mail_settings(settings: AuthSettings, mail_server: MailServer) -> AuthSettings:
    """The same settings, with mail."""
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": mail_server.port, "smtp_security": "none", "smtp_from": SENDER}
    return settings.model_copy(update=smtp)


@asynccontextmanager
async def _serve(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://auth.test") as client:
            yield client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start_service(clock: Clock) -> StartService:
    """Starts the service with other settings, or once more on the same database."""
    return lambda settings: _serve(create_app(settings, clock))


@pytest.fixture
def app(settings: AuthSettings, clock: Clock) -> FastAPI:
    """The application that `client` calls."""
    return create_app(settings, clock)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Calls the running service."""
    async with _serve(app) as client:
        yield client


@pytest.fixture
def parts(client: httpx.AsyncClient, app: FastAPI) -> Parts:
    """The parts of the running service."""
    found = app.state.parts
    assert isinstance(found, Parts)
    return found


async def _headers(client: httpx.AsyncClient, username: str, password: str) -> dict[str, str]:
    response = await client.post("/auth/token", data={"username": username, "password": password})
    assert response.status_code == 200, response.text
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


@pytest.fixture
async def admin(client: httpx.AsyncClient) -> dict[str, str]:
    """The headers of the first admin."""
    return await _headers(client, "admin", ADMIN_PASSWORD)


@pytest.fixture
def make_user(client: httpx.AsyncClient, admin: dict[str, str]) -> MakeUser:
    """Adds a user with the roles and answers their headers."""

    async def make(username: str, *roles: str) -> dict[str, str]:
        body = {"username": username, "email": f"{username}@example.com", "password": PASSWORD}
        added = await client.post("/users/", json={**body, "roles": roles or ["user"]}, headers=admin)
        assert added.status_code == 200, added.text
        return await _headers(client, username, PASSWORD)

    return make


@pytest.fixture
def service(settings: AuthSettings) -> dict[str, str]:
    """The headers of another service."""
    codec = TokenCodec(settings.auth_secret_key.get_secret_value())
    return {"Authorization": f"Bearer {codec.sign_service('chat-service')}"}


@pytest.fixture
async def ada(make_user: MakeUser) -> dict[str, str]:
    """The headers of a plain user."""
    return await make_user("ada")


@pytest.fixture
async def bob(make_user: MakeUser) -> dict[str, str]:
    """The headers of another plain user."""
    return await make_user("bob")


@pytest.fixture
async def manager(make_user: MakeUser) -> dict[str, str]:
    """The headers of a manager."""
    return await make_user("mary", "manager", "user")
