"""`DELETE /users/{username}` and `DELETE /users/me`: nothing of the person stays, and the last admin does."""

from collections.abc import Awaitable, Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from auth_server.db.base import Base
from auth_server.db.models import OutboxEvent, User
from auth_server.dependencies import Parts
from auth_server.settings import AuthSettings
from service_kit.clock import utc_now
from service_kit.events import UserLogin
from service_kit.outbox import OutboxStore, write_event
from sqlalchemy import Table, select
from sqlalchemy.orm import Session
from support.factors import Member, done

Headers = dict[str, str]
Json = dict[str, Any]
MakeUser = Callable[..., Awaitable[Headers]]
PASSWORD = "testpass123"
OWN = {"current_password": PASSWORD}
PAGE = {"X-Requested-With": "convoai", "Origin": "http://localhost:3000"}
# What outlives a person: who did what, and the id on the receipt.
KEPT = {"audit_entries", "audit_head", "erasures", "erasure_tasks"}
PASSING = {"outbox_events", "failure_counts"}


@pytest.fixture
def settings(settings: AuthSettings) -> AuthSettings:
    """With a mail server that is away, so that mails wait."""
    mail = {"smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_security": "none", "smtp_from": "no-reply@convoai.test"}
    return settings.model_copy(update=mail)


async def user_id_of(client: httpx.AsyncClient, headers: Headers) -> str:
    return str(done(await client.get("/users/me", headers=headers))["id"])


async def make_busy_person(client: httpx.AsyncClient, admin: Headers, parts: Parts, name: str = "tess") -> Member:
    """Somebody of whom every table holds something."""
    key, address = {"Idempotency-Key": f"key-{name}"}, f"{name}@example.com"
    invitation = done(await client.post("/invitations/", json={"email": address}, headers=admin | key))
    body = {"username": name, "email": address, "password": PASSWORD, "invitation": invitation["token"]}
    user_id = done(await client.post("/users/", json=body, headers=key))["id"]
    person = Member(client, utc_now, name, {})
    person.take(await person.post_password())
    await person.enrol_totp()
    await person.add_passkey()
    done(await person.call("POST", "/users/me/factors/totp"))
    done(await person.call("POST", "/users/me/factors/passkeys/options"))
    await person.finish(await person.factor_token(), code=person.wrong_code())
    done(await client.post("/api-keys/", json={"name": "script", "scopes": ["chat"]}, headers=person.headers | key))
    done(await client.post(f"/users/{name}/password-reset", headers=admin))
    event = UserLogin(source="auth-service", user_id=user_id)
    await parts.database.write(lambda session: write_event(session, OutboxEvent, event))
    await OutboxStore(parts.database, OutboxEvent).park({event.event_id: "analytics refused it"})
    return person


async def traces(parts: Parts, *marks: str) -> set[str]:
    """The tables in which any of the texts stands; events that still wait to be delivered go by themselves."""

    def read(session: Session) -> set[str]:
        found = set()
        for table in Base.metadata.sorted_tables:
            query = select(table)
            if table is OutboxEvent.__table__:
                query = query.where(table.c.parked_at.is_not(None))
            rows = str(session.execute(query).all())
            if any(mark in rows for mark in marks):
                found.add(table.name)
        return found

    return await parts.database.read(read)


def tables_of_people() -> Iterator[Table]:
    """Every table that hangs on the user."""
    for table in Base.metadata.sorted_tables:
        if any(key.column.table is User.__table__ for key in table.foreign_keys):
            yield table


async def row_counts(parts: Parts) -> dict[str, int]:
    """How many rows there are of anybody, by table; wrong passwords are counted under hashes and run out."""

    def read(session: Session) -> dict[str, int]:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in KEPT | PASSING]
        return {table.name: len(session.execute(select(table)).all()) for table in tables}

    return await parts.database.read(read)


class TestNothingStays:
    async def test_of_the_person_in_any_table(self, client: httpx.AsyncClient, admin: Headers, parts: Parts) -> None:
        # The kept answer to an invitation went on holding the address that it was for.
        before = await row_counts(parts)
        tess = await make_busy_person(client, admin, parts)
        marks = ("tess", await user_id_of(client, tess.headers))
        held = await traces(parts, *marks)
        assert held >= {table.name for table in tables_of_people()} | {
            "users", "queued_mails", "idempotency_keys", "outbox_events",
        }  # fmt: skip
        done(await tess.call("DELETE", "/users/me", OWN))
        assert await traces(parts, *marks) == {"audit_entries", "erasures"} <= KEPT
        assert await row_counts(parts) == before, "nothing without a name stays either"

    async def test_nor_when_an_admin_deletes_them(
        self, client: httpx.AsyncClient, admin: Headers, parts: Parts
    ) -> None:
        tess = await make_busy_person(client, admin, parts)
        marks = ("tess", await user_id_of(client, tess.headers))
        done(await client.delete("/users/TESS", headers=admin))
        assert await traces(parts, *marks) <= KEPT

    async def test_of_others_everything_does(self, client: httpx.AsyncClient, admin: Headers, parts: Parts) -> None:
        tess = await make_busy_person(client, admin, parts)
        other = await make_busy_person(client, admin, parts, "tessa")
        marks = ("tessa", await user_id_of(client, other.headers))
        held = await traces(parts, *marks)
        before = done(await client.get("/users/tessa/erasure-preview", headers=admin))
        done(await tess.call("DELETE", "/users/me", OWN))
        assert await traces(parts, *marks) == held
        assert done(await client.get("/users/tessa/erasure-preview", headers=admin)) == before
        assert await other.is_signed_in()

    async def test_the_receipt_counts_what_the_preview_showed(
        self, client: httpx.AsyncClient, admin: Headers, parts: Parts
    ) -> None:
        tess = await make_busy_person(client, admin, parts)
        preview = done(await tess.call("GET", "/users/me/erasure-preview"))
        deletion = done(await tess.call("DELETE", "/users/me", OWN))
        own = done(await client.get(f"/erasures/{deletion['erasure_id']}", headers=admin))["services"][0]
        held = preview["services"][0]["holdings"]
        assert (held["passkeys"], held["api_keys"], held["invitations"]) == (1, 1, 1)
        assert own["erased"] == held | {"accounts": 1, "traces": own["erased"]["traces"]}
        # Two kept answers of theirs, the one to the invitation that an admin made for them, and the refused event.
        assert own["erased"]["traces"] == 4


class TestOwn:
    async def test_needs_the_right_password(self, client: httpx.AsyncClient, ada: Headers, parts: Parts) -> None:
        wrong = {"current_password": "testpass124"}
        response = await client.request("DELETE", "/users/me", json=wrong, headers=ada | PAGE)
        assert (response.status_code, response.json()["code"]) == (400, "wrong_password")
        assert "set-cookie" not in response.headers
        assert (await client.get("/users/me", headers=ada)).status_code == 200
        assert "erasures" not in await traces(parts, await user_id_of(client, ada))

    @pytest.mark.parametrize("body", [None, {}, {"current_password": None}, OWN | {"username": "bob"}])
    async def test_a_wrong_shape_is_refused(self, client: httpx.AsyncClient, ada: Headers, body: Json | None) -> None:
        assert (await client.request("DELETE", "/users/me", json=body, headers=ada)).status_code == 422
        assert (await client.get("/users/me", headers=ada)).status_code == 200

    async def test_is_for_those_who_are_signed_in(self, client: httpx.AsyncClient, ada: Headers) -> None:
        assert (await client.request("DELETE", "/users/me", json=OWN)).status_code == 401
        assert (await client.get("/users/me", headers=ada)).status_code == 200

    async def test_guessing_the_password_here_is_slowed_down(self, client: httpx.AsyncClient, ada: Headers) -> None:
        wrong = {"current_password": "testpass124"}
        statuses = [
            (await client.request("DELETE", "/users/me", json=wrong, headers=ada)).status_code for _ in range(30)
        ]
        assert statuses[0] == 400
        assert statuses[-1] == 429

    async def test_ends_every_sign_in_and_clears_the_cookie(self, client: httpx.AsyncClient, ada: Headers) -> None:
        form = {"username": "ada", "password": PASSWORD}
        signed_in = done(await client.post("/auth/token", data=form))
        response = await client.request("DELETE", "/users/me", json=OWN, headers=ada | PAGE)
        assert (response.status_code, set(response.json())) == (200, {"message", "erasure_id", "receipt"})
        [cookie] = SimpleCookie(response.headers["set-cookie"]).values()
        assert (cookie.key, cookie.value, cookie["max-age"], cookie["path"]) == ("convoai_refresh", "", "0", "/auth")
        other = {"Authorization": f"Bearer {signed_in['access_token']}"}
        for headers in (ada, other):
            assert (await client.get("/users/me", headers=headers)).status_code == 401
        refresh = {"refresh_token": signed_in["refresh_token"]}
        assert (await client.post("/auth/refresh", json=refresh)).status_code == 401
        assert (await client.post("/auth/token", data=form)).status_code == 401

    async def test_the_last_admin_cannot_go(
        self, client: httpx.AsyncClient, admin: Headers, make_user: MakeUser
    ) -> None:
        body = {"current_password": "first-admin-2026"}
        response = await client.request("DELETE", "/users/me", json=body, headers=admin)
        assert (response.status_code, response.json()["code"]) == (409, "last_admin")
        assert done(await client.get("/erasures/", headers=admin)) == []
        second = await make_user("second", "admin")
        assert (await client.request("DELETE", "/users/me", json=body, headers=admin)).status_code == 200
        assert (await client.request("DELETE", "/users/me", json=OWN, headers=second)).status_code == 409

    async def test_is_in_the_audit_trail(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        deletion = done(await client.request("DELETE", "/users/me", json=OWN, headers=ada))
        [entry] = done(await client.get("/audit/", params={"action": "user.deleted"}, headers=admin))
        assert (entry["actor_name"], entry["target_name"]) == ("ada", "ada")
        assert entry["detail"] == {"erasure_id": deletion["erasure_id"]}
        trail = (await client.get("/audit/", params={"limit": 200}, headers=admin)).text
        assert deletion["receipt"] not in trail


class TestByAdmin:
    async def test_is_an_admins_alone(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, bob: Headers, manager: Headers
    ) -> None:
        for headers, status in (({}, 401), (ada, 403), (bob, 403), (manager, 403)):
            assert (await client.delete("/users/ada", headers=headers)).status_code == status
        assert (await client.get("/users/me", headers=ada)).status_code == 200
        assert done(await client.get("/erasures/", headers=admin)) == []

    async def test_answers_the_receipts_id_and_no_token_to_it(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers
    ) -> None:
        user_id = await user_id_of(client, ada)
        deletion = done(await client.delete("/users/ada", headers=admin))
        assert set(deletion) == {"message", "erasure_id"}
        receipt = done(await client.get(f"/erasures/{deletion['erasure_id']}", headers=admin))
        assert (receipt["user_id"], receipt["is_own_request"]) == (user_id, False)
        assert (await client.get("/users/me", headers=ada)).status_code == 401

    async def test_the_last_admin_stays_and_so_does_all_that_is_theirs(
        self, client: httpx.AsyncClient, admin: Headers
    ) -> None:
        response = await client.delete("/users/admin", headers=admin)
        assert (response.status_code, response.json()["code"]) == (409, "last_admin")
        assert done(await client.get("/auth/sessions", headers=admin)) != []
        assert done(await client.get("/erasures/", headers=admin)) == []

    async def test_the_second_of_two_finds_nobody(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers
    ) -> None:
        assert (await client.delete("/users/ada", headers=admin)).status_code == 200
        response = await client.delete("/users/ada", headers=admin)
        assert (response.status_code, response.json()["code"]) == (404, "user_not_found")
        assert len(done(await client.get("/erasures/", headers=admin))) == 1

    async def test_invitations_that_they_made_end(
        self, client: httpx.AsyncClient, admin: Headers, make_user: MakeUser
    ) -> None:
        second = await make_user("second", "admin")
        made = done(await client.post("/invitations/", json={}, headers=second))
        done(await client.delete("/users/second", headers=admin))
        [invitation] = done(await client.get("/invitations/", headers=admin))
        assert (invitation["state"], invitation["created_by"]) == ("withdrawn", None)
        check = await client.post("/invitations/check", json={"invitation": made["token"]})
        assert check.status_code == 403


class TestNameTakenAnew:
    async def test_the_new_person_sees_nothing_of_the_old_one(
        self, client: httpx.AsyncClient, admin: Headers, parts: Parts
    ) -> None:
        old = await make_busy_person(client, admin, parts)
        old_id = await user_id_of(client, old.headers)
        preferences = {"full_name": "Tess the First", "preferences": {"theme": "dark"}}
        done(await client.patch("/users/me", json=preferences, headers=old.headers))
        done(await old.call("DELETE", "/users/me", OWN))
        body = {"username": "tess", "email": "tess@example.com", "password": "another-pass-456"}
        done(await client.post("/users/", json=body, headers={"Idempotency-Key": "key-tess"}))
        new = Member(client, utc_now, "tess", {}, password="another-pass-456")
        new.take(await new.post_password())
        profile = done(await new.call("GET", "/users/me"))
        assert profile["id"] != old_id
        assert (profile["full_name"], profile["preferences"]["theme"]) == (None, "system")
        assert len(done(await new.call("GET", "/auth/sessions"))) == 1
        assert done(await new.call("GET", "/api-keys/")) == []
        export = (await new.call("GET", "/users/me/export")).text
        assert old_id not in export
        assert "Tess the First" not in export
        assert not await old.is_signed_in()
        old_form = {"username": "tess", "password": PASSWORD}
        assert (await client.post("/auth/token", data=old_form)).status_code == 401
