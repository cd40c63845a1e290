"""One request is one transaction, committed before the answer, events included."""

import json
from collections.abc import Callable

import httpx
import pytest
from auth_server.db.models import OutboxEvent
from auth_server.dependencies import Parts
from auth_server.settings import AuthSettings
from sqlalchemy import select
from support.databases import change

ADA = {"username": "ada", "email": "ada@example.com", "password": "testpass123"}
# A deferred foreign key that nothing satisfies: every statement succeeds, and the commit fails.
DOOMED = """
    CREATE TABLE absent (id TEXT PRIMARY KEY);
    CREATE TABLE doomed (id TEXT REFERENCES absent (id) DEFERRABLE INITIALLY DEFERRED);
"""
FAILING_COMMIT = {
    "sqlite": """
        CREATE TRIGGER fail_commit AFTER {event} ON users BEGIN INSERT INTO doomed VALUES ('x'); END;
    """,
    "postgresql": """
        CREATE FUNCTION doom() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN INSERT INTO doomed VALUES ('x'); RETURN NULL; END $$;
        CREATE TRIGGER fail_commit AFTER {event} ON users FOR EACH ROW EXECUTE FUNCTION doom();
    """,
}
SUCCEEDING_COMMIT = {"sqlite": "DROP TRIGGER fail_commit", "postgresql": "DROP TRIGGER fail_commit ON users"}
Fault = Callable[[str], None]


@pytest.fixture
def fail_commits(client: httpx.AsyncClient, parts: Parts, settings: AuthSettings) -> Fault:
    """Lets every commit of the running service fail that has done this (`INSERT` …) to a user."""
    change(settings.database_url, DOOMED)
    script = FAILING_COMMIT[parts.database.dialect]
    return lambda event: change(settings.database_url, script.format(event=event))


async def _events(parts: Parts) -> list[tuple[str, str]]:
    rows = await parts.database.read(lambda session: list(session.scalars(select(OutboxEvent.payload))))
    return [(event["event_type"], event["user_id"]) for event in map(json.loads, rows)]


class TestFailingCommit:
    async def test_of_a_registration_is_no_success(
        self, client: httpx.AsyncClient, parts: Parts, settings: AuthSettings, fail_commits: Fault
    ) -> None:
        before = await _events(parts)
        fail_commits("INSERT")
        response = await client.post("/users/", json=ADA)
        assert response.status_code in (500, 503)
        assert "FOREIGN KEY" not in response.text
        change(settings.database_url, SUCCEEDING_COMMIT[parts.database.dialect])
        assert await _events(parts) == before, "no event of what did not happen"
        assert (await client.post("/users/", json=ADA)).status_code == 200

    async def test_of_a_sign_in_gives_no_token(self, client: httpx.AsyncClient, fail_commits: Fault) -> None:
        await client.post("/users/", json=ADA)
        fail_commits("UPDATE")
        response = await client.post("/auth/token", data={"username": "ada", "password": ADA["password"]})
        assert response.status_code in (500, 503)
        assert "access_token" not in response.text

    async def test_of_a_deletion_leaves_the_user(
        self, client: httpx.AsyncClient, admin: dict[str, str], fail_commits: Fault
    ) -> None:
        await client.post("/users/", json=ADA)
        fail_commits("DELETE")
        assert (await client.delete("/users/ada", headers=admin)).status_code in (500, 503)
        assert (await client.get("/users/ada", headers=admin)).status_code == 200

    async def test_of_a_role_change_leaves_the_roles(
        self, client: httpx.AsyncClient, admin: dict[str, str], fail_commits: Fault
    ) -> None:
        await client.post("/users/", json=ADA)
        fail_commits("UPDATE")
        response = await client.put("/users/ada/roles", json={"roles": ["admin"]}, headers=admin)
        assert response.status_code in (500, 503)
        assert (await client.get("/users/ada", headers=admin)).json()["roles"] == ["user"]


class TestEvents:
    async def test_tell_of_each_registration_the_first_admin_included(
        self, client: httpx.AsyncClient, parts: Parts
    ) -> None:
        user_id = (await client.post("/users/", json=ADA)).json()["id"]
        assert [kind for kind, _ in await _events(parts)] == ["user_registered", "user_registered"]
        assert (await _events(parts))[1] == ("user_registered", user_id)

    async def test_tell_nothing_of_what_was_refused(self, client: httpx.AsyncClient, parts: Parts) -> None:
        before = await _events(parts)
        await client.post("/users/", json={**ADA, "password": "password1"})
        await client.post("/users/", json={**ADA, "username": "admin"})
        await client.post("/auth/token", data={"username": "admin", "password": "wrong-password-1"})
        assert await _events(parts) == before

    async def test_are_written_once_for_a_repeated_request(self, client: httpx.AsyncClient, parts: Parts) -> None:
        for _ in range(2):
            await client.post("/users/", json=ADA, headers={"Idempotency-Key": "key-1"})
        assert len(await _events(parts)) == 2


class TestStorageTrouble:
    async def test_is_a_503_that_says_when_to_come_back(
        self, client: httpx.AsyncClient, settings: AuthSettings
    ) -> None:
        change(settings.database_url, "ALTER TABLE users RENAME TO elsewhere")
        response = await client.post("/auth/token", data={"username": "ada", "password": ADA["password"]})
        assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
        assert "retry-after" in response.headers
        assert "users" not in response.text
