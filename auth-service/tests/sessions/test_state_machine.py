"""Sessions under any order of refresh, reuse, revocation and time, driven over HTTP against a small model."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, TypeVar

import httpx
import pytest
from auth_server.main import create_app
from auth_server.settings import AuthSettings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from pydantic import SecretStr
from service_kit.clock import new_id, utc_now
from service_kit.tokens import TokenCodec

T = TypeVar("T")
SECRET = "a-secret-of-the-tests-with-enough-bytes"
ADMIN = {"username": "admin", "password": "first-admin-2026"}
GRACE, IDLE, ABSOLUTE = timedelta(seconds=10), timedelta(days=7), timedelta(days=30)
NOTED_EVERY = timedelta(seconds=60)


class Installation:
    """One running service for all examples, with the one clock that only goes forward."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._open = AsyncExitStack()
        self._folder = TemporaryDirectory()
        self.now = utc_now()
        service_token = TokenCodec(SECRET).sign_service("chat-service")
        self.as_service = {"Authorization": f"Bearer {service_token}"}
        self.client = self.run(self._start())

    async def _start(self) -> httpx.AsyncClient:
        service_settings = AuthSettings(
            _env_file=None,  # type: ignore[call-arg]
            environment="test",
            database_url=f"sqlite:///{self._folder.name}/auth.db",
            sqlite_synchronous="NORMAL",
            auth_secret_key=SecretStr(SECRET),
            admin_password=SecretStr(ADMIN["password"]),
            bcrypt_rounds=4,
            password_hash_threads=1,
            analytics_service_url="http://127.0.0.1:9",
            log_level="CRITICAL",
            requests_per_minute=0,
            registrations_per_hour=0,
            refreshes_per_minute=0,
            log_directory=None,
        )
        app = create_app(service_settings, lambda: self.now)
        await self._open.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(app)
        return await self._open.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://auth"))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def stop(self) -> None:
        self.run(self._open.aclose())
        self._runner.close()
        self._folder.cleanup()


@dataclass
class SignedIn:
    """What the model knows of a session."""

    access_token: str
    refresh_tokens: list[str]
    began_at: datetime
    used_at: datetime
    spent_at: datetime | None = None
    is_revoked: bool = False

    def is_live(self, now: datetime) -> bool:
        return not self.is_revoked and now < self.began_at + ABSOLUTE and now - self.used_at < IDLE

    def use(self, now: datetime) -> None:
        """Requests with the access token are noted once a minute."""
        if self.is_live(now) and now - self.used_at > NOTED_EVERY:
            self.used_at = now


class SessionMachine(RuleBasedStateMachine):
    """After each step every session holds exactly when the model says so."""

    installation: ClassVar[Installation]
    sessions = Bundle("sessions")

    def __init__(self) -> None:
        super().__init__()
        self.username = f"user-{new_id()}"
        self.all: list[SignedIn] = []
        self.touched: list[SignedIn] = []

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.installation.run(self.installation.client.request(method, path, **options))

    @property
    def now(self) -> datetime:
        return self.installation.now

    @initialize(target=sessions)
    def register(self) -> SignedIn:
        body = {"username": self.username, "email": f"{self.username}@example.com", "password": "testpass123"}
        assert self.call("POST", "/users/", json=body).status_code == 200
        return self._sign_in()

    @rule(target=sessions)
    def sign_in(self) -> Any:
        return self._sign_in() if len(self.all) < 4 else multiple()

    def _sign_in(self) -> SignedIn:
        response = self.call("POST", "/auth/token", data={"username": self.username, "password": "testpass123"})
        answer = response.json()
        session = SignedIn(answer["access_token"], [answer["refresh_token"]], self.now, self.now)
        self.all.append(session)
        self.touched = [session]
        return session

    def _refresh(self, token: str) -> httpx.Response:
        return self.call("POST", "/auth/refresh", json={"refresh_token": token})

    def _rotated(self, session: SignedIn, answers: list[httpx.Response]) -> None:
        """Takes note of the one successor of the current token."""
        assert {answer.status_code for answer in answers} == {200}
        [successor] = {answer.json()["refresh_token"] for answer in answers}
        assert successor not in session.refresh_tokens
        session.refresh_tokens.append(successor)
        session.access_token = answers[-1].json()["access_token"]
        session.spent_at = session.used_at = self.now

    @rule(session=sessions, at_once=st.sampled_from([1] * 16 + [2, 5, 50]))
    def refresh(self, session: SignedIn, at_once: int) -> None:
        was_live = session.is_live(self.now)
        body = {"refresh_token": session.refresh_tokens[-1]}

        async def all_at_once() -> list[httpx.Response]:
            client = self.installation.client
            return await asyncio.gather(*(client.post("/auth/refresh", json=body) for _ in range(at_once)))

        answers = self.installation.run(all_at_once())
        self.touched = [session]
        if was_live:
            self._rotated(session, answers)
        else:
            assert {answer.status_code for answer in answers} == {401}

    @rule(session=sessions, back=st.integers(1, 4))
    def send_a_spent_token(self, session: SignedIn, back: int) -> None:
        if len(session.refresh_tokens) <= back:
            return
        response = self._refresh(session.refresh_tokens[-1 - back])
        self.touched = [session]
        if not session.is_live(self.now):
            assert response.status_code == 401
        elif back == 1 and session.spent_at is not None and self.now - session.spent_at <= GRACE:
            assert response.json()["refresh_token"] == session.refresh_tokens[-1]
        else:
            assert response.status_code == 401
            session.is_revoked = True

    @rule(session=sessions, position=st.integers(0, 42), which=st.integers(0, 3))
    def send_a_forged_token(self, session: SignedIn, position: int, which: int) -> None:
        token = session.refresh_tokens[max(0, len(session.refresh_tokens) - 1 - which)]
        head, _, mac = token.rpartition(".")
        forged = mac[:position] + ("A" if mac[position] != "A" else "B") + mac[position + 1 :]
        assert self._refresh(f"{head}.{forged}").status_code == 401
        self.touched = [session]

    @rule(session=sessions)
    def sign_out(self, session: SignedIn) -> None:
        headers = {"Authorization": f"Bearer {session.access_token}"}
        assert self.call("POST", "/auth/logout", headers=headers).status_code in (200, 401)
        session.is_revoked = True
        self.touched = [session]

    @rule(session=sessions, other=sessions)
    def end_from_another(self, session: SignedIn, other: SignedIn) -> None:
        session_id = other.refresh_tokens[0].removeprefix("cvr_").partition(".")[0]
        headers = {"Authorization": f"Bearer {session.access_token}"}
        session.use(self.now)
        response = self.call("DELETE", f"/auth/sessions/{session_id}", headers=headers)
        if not session.is_live(self.now):
            assert response.status_code == 401
        elif not other.is_live(self.now):
            assert response.status_code == 404
        else:
            assert response.status_code == 200
            other.is_revoked = True
        self.touched = [session, other]

    @rule(session=sessions, keeps_own=st.booleans())
    def end_all(self, session: SignedIn, keeps_own: bool) -> None:
        headers = {"Authorization": f"Bearer {session.access_token}"}
        session.use(self.now)
        path = f"/auth/sessions?except_current={str(keeps_own).lower()}"
        if self.call("DELETE", path, headers=headers).status_code == 200:
            assert session.is_live(self.now)
            for other in self.all:
                other.is_revoked = other.is_revoked or not (keeps_own and other is session)
        self.touched = list(self.all)

    @rule(seconds=st.sampled_from([1, 4, 9, 11, 59, 61, 3_600, 86_400, 5 * 86_400]))
    def let_time_pass(self, seconds: int) -> None:
        self.installation.now += timedelta(seconds=seconds)
        self.touched = list(self.all)

    @invariant()
    def sessions_hold_as_the_model_says(self) -> None:
        for session in self.touched:
            data = {"token": session.access_token}
            said = self.call("POST", "/auth/introspect", data=data, headers=self.installation.as_service).json()
            assert said["active"] is session.is_live(self.now)
            session.use(self.now)
        self.touched = []


@pytest.fixture
def installation() -> Iterator[None]:
    SessionMachine.installation = Installation()
    yield
    SessionMachine.installation.stop()


@pytest.mark.usefixtures("installation")
class TestSessions:
    def test_hold_as_long_as_they_should_after_two_thousand_steps(self) -> None:
        run_state_machine_as_test(
            SessionMachine,
            settings=settings(
                max_examples=40,
                stateful_step_count=50,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
