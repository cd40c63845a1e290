"""What a restore does to the accounts: everybody is there with their password, and nobody is signed in."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
import pytest
from auth_server import backups, commands
from auth_server.settings import AuthSettings
from support.databases import new_database_url, rows_of

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
ADMIN = {"username": "admin", "password": "first-admin-2026"}


@pytest.fixture(autouse=True)
def _environment(settings: AuthSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands read the process environment, as an operator sets it."""
    monkeypatch.setenv("CONVOAI_ENV_FILES", "off")
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("AUTH_SECRET_KEY", settings.auth_secret_key.get_secret_value())
    monkeypatch.setenv("DATABASE_URL", settings.database_url)


async def command(*words: str) -> int:
    return await asyncio.to_thread(backups.main, words)


class TestRestore:
    async def test_ends_every_session_and_link_and_says_so_in_the_trail(
        self, settings: AuthSettings, start_service: StartService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = str(tmp_path / "auth.zip")
        async with start_service(settings) as client:
            tokens = (await client.post("/auth/token", data=ADMIN)).json()
            headers = {"Authorization": f"Bearer {tokens['access_token']}"}
            made = await client.post("/users/admin/password-reset", headers=headers)
            assert made.status_code == 200, made.text
            assert await command("take", file) == 0
            assert await command("restore", file, "--replace") == 1, "the service runs"

        elsewhere = settings.model_copy(update={"database_url": new_database_url(tmp_path / "restored.db")})
        monkeypatch.setenv("DATABASE_URL", elsewhere.database_url)
        assert await command("restore", file) == 0

        async with start_service(elsewhere) as client:
            assert (await client.get("/users/me", headers=headers)).status_code == 401
            stolen = await client.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
            assert stolen.status_code == 401
            assert (await client.post("/auth/token", data=ADMIN)).status_code == 200
        reasons = rows_of(elsewhere.database_url, "SELECT revoked_reason FROM sessions ORDER BY id")
        assert reasons == [("database_restored",), (None,)]
        assert rows_of(elsewhere.database_url, "SELECT count(*) FROM password_resets WHERE ended_at IS NULL") == [(0,)]
        assert rows_of(
            elsewhere.database_url, "SELECT actor_name FROM audit_entries WHERE action = 'database.restored'"
        ) == [("(operator)",)]
        assert "The audit trail holds" in await commands.verify_audit(elsewhere)
