"""Starting, starting again, and what a start refuses."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
import pytest
from auth_server.settings import SERVICE_FOLDER, AuthSettings
from pydantic import SecretStr, ValidationError
from support.databases import change

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
ADMIN_PASSWORD = "first-admin-2026"
NEW_PASSWORD = "difference-engine-1"
START_AND_STOP = """
import asyncio
from auth_server.main import app

async def start_and_stop():
    async with app.router.lifespan_context(app):
        pass

asyncio.run(start_and_stop())
"""


async def _headers(client: httpx.AsyncClient, password: str, username: str = "admin") -> dict[str, str]:
    response = await client.post("/auth/token", data={"username": username, "password": password})
    assert response.status_code == 200
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


class TestFirstStart:
    async def test_makes_the_admin_of_the_settings(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        me = (await client.get("/users/me", headers=admin)).json()
        assert (me["username"], me["email"], me["roles"]) == ("admin", "admin@example.com", ["admin", "user"])

    async def test_of_two_instances_at_once_makes_one(
        self, settings: AuthSettings, start_service: StartService
    ) -> None:
        async def start() -> list[str]:
            async with start_service(settings) as client:
                users = await client.get("/users/", headers=await _headers(client, ADMIN_PASSWORD))
                return [user["username"] for user in users.json()]

        assert list(await asyncio.gather(start(), start())) == [["admin"], ["admin"]]

    async def test_of_three_processes_at_once_makes_one(
        self, settings: AuthSettings, start_service: StartService, tmp_path: Path
    ) -> None:
        environment = os.environ | {
            "CONVOAI_ENV_FILES": "off",
            "DATABASE_URL": settings.database_url,
            "ADMIN_PASSWORD": ADMIN_PASSWORD,
            "BCRYPT_ROUNDS": "4",
            "LOG_FORMAT": "json",
            "LOG_DIRECTORY": str(tmp_path),
            "ANALYTICS_SERVICE_URL": settings.analytics_service_url,
        }
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", START_AND_STOP, env=environment, stderr=asyncio.subprocess.PIPE
            )
            for _ in range(3)
        ]
        outcomes = await asyncio.gather(*(process.communicate() for process in processes))
        assert [process.returncode for process in processes] == [0, 0, 0], outcomes
        assert b"".join(errors for _, errors in outcomes).count(b"first_admin_created") == 1
        async with start_service(settings) as client:
            users = await client.get("/users/", headers=await _headers(client, ADMIN_PASSWORD))
            assert [user["username"] for user in users.json()] == ["admin"]

    async def test_takes_a_name_and_address_of_one_s_own(
        self, settings: AuthSettings, start_service: StartService
    ) -> None:
        own = {"admin_username": "Root", "admin_email": "root@localhost", "admin_password": SecretStr("grace1906")}
        async with start_service(settings.model_copy(update=own)) as client:
            me = (await client.get("/users/me", headers=await _headers(client, "grace1906", "root"))).json()
            assert (me["username"], me["email"]) == ("Root", "root@localhost")


class TestLaterStart:
    async def test_keeps_the_changed_password(self, settings: AuthSettings, start_service: StartService) -> None:
        async with start_service(settings) as client:
            headers = await _headers(client, ADMIN_PASSWORD)
            body = {"current_password": ADMIN_PASSWORD, "new_password": NEW_PASSWORD}
            assert (await client.put("/users/me/password", json=body, headers=headers)).status_code == 200
        async with start_service(settings) as client:
            assert (await client.get("/users/me", headers=headers)).status_code == 200, "the token still holds"
            await _headers(client, NEW_PASSWORD)
            form = {"username": "admin", "password": ADMIN_PASSWORD}
            assert (await client.post("/auth/token", data=form)).status_code == 401

    async def test_does_not_bring_a_deleted_admin_back(
        self, settings: AuthSettings, start_service: StartService
    ) -> None:
        async with start_service(settings) as client:
            headers = await _headers(client, ADMIN_PASSWORD)
            body = {"username": "ada", "email": "a@example.com", "password": NEW_PASSWORD, "roles": ["admin"]}
            await client.post("/users/", json=body, headers=headers)
            assert (await client.delete("/users/admin", headers=headers)).status_code == 200
        async with start_service(settings) as client:
            users = await client.get("/users/", headers=await _headers(client, NEW_PASSWORD, "ada"))
            assert [user["username"] for user in users.json()] == ["ada"]

    async def test_does_not_apply_changed_settings(self, settings: AuthSettings, start_service: StartService) -> None:
        async with start_service(settings):
            pass
        changed = {"admin_username": "root", "admin_password": SecretStr(NEW_PASSWORD)}
        async with start_service(settings.model_copy(update=changed)) as client:
            users = await client.get("/users/", headers=await _headers(client, ADMIN_PASSWORD))
            assert [user["username"] for user in users.json()] == ["admin"]

    async def test_makes_nobody_admin_for_having_that_name(
        self, settings: AuthSettings, start_service: StartService
    ) -> None:
        """Without any admin (which only a restored or edited database has) the name may be a stranger's."""
        async with start_service(settings):
            pass
        change(settings.database_url, "DELETE FROM user_roles WHERE role_name = 'admin'")
        async with start_service(settings) as client:
            headers = await _headers(client, ADMIN_PASSWORD)
            assert (await client.get("/users/me", headers=headers)).json()["roles"] == ["user"]


class TestSettings:
    def test_production_refuses_the_default_admin_password(self) -> None:
        secret = SecretStr("a-secret-of-the-tests-with-enough-bytes")
        with pytest.raises(ValidationError, match="ADMIN_PASSWORD"):
            AuthSettings(
                environment="production",
                auth_secret_key=secret,
                admin_password=SecretStr("admin123"),
                cors_origins=["https://chat.example"],
            )
        assert AuthSettings(
            environment="production",
            auth_secret_key=secret,
            admin_password=SecretStr(NEW_PASSWORD),
            cors_origins=["https://chat.example"],
        ).registration_open

    @pytest.mark.parametrize(
        "wrong",
        [
            {"bcrypt_rounds": 3},
            {"access_token_expire_minutes": 0},
            {"admin_username": "a b"},
            {"admin_email": "nonsense"},
            {"analytics_service_url": "ftp://x"},
            {"password_hash_threads": 0},
        ],
    )
    def test_a_wrong_value_is_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ValidationError, match=next(iter(wrong))):
            AuthSettings.model_validate(wrong)

    def test_every_variable_is_in_an_example(self) -> None:
        folders = (SERVICE_FOLDER, SERVICE_FOLDER.parent)  # what all services share is named at the root
        example = "".join((folder / ".env.example").read_text() for folder in folders)
        missing = [name for name in AuthSettings.model_fields if f"\n#{name.upper()}=" not in example]
        assert missing == []

    def test_the_database_is_in_the_folder_of_the_service(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir("/")
        monkeypatch.delenv("DATABASE_URL", raising=False)
        url = AuthSettings(_env_file=None).resolved_database_url  # type: ignore[call-arg]
        assert Path(url.removeprefix("sqlite:///")) == SERVICE_FOLDER / "data" / "auth-service.db"
