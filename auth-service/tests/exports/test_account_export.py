"""`GET /users/me/export`: all that is held of the caller, no secret, and of nobody else."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from auth_server.db.base import Base
from auth_server.dependencies import Parts
from auth_server.settings import AuthSettings
from service_kit.clock import utc_now
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.factors import PASSWORD, Member, done, make_member

Headers = dict[str, str]
Json = dict[str, Any]
# What is stored of secrets and of passkeys, by the name of its column.
SECRET_COLUMN = re.compile("hash|secret|seed|code|credential_id|public_key|fingerprint|answer|password_mark")


@pytest.fixture
async def tess(client: httpx.AsyncClient, admin: Headers) -> Member:
    """Somebody with something of every kind."""
    tess = await make_member(client, utc_now, "tess", full_name="Tess T.")
    await tess.enrol_totp()
    await tess.add_passkey("Blue key")
    done(await tess.call("PATCH", "/users/me", {"preferences": {"theme": "dark"}}))
    done(await client.post(f"/users/{tess.username}/password-reset", headers=admin))
    return tess


async def make_key(member: Member, name: str = "script") -> str:
    made = done(
        await member.call("POST", "/api-keys/", {"name": name, "scopes": ["chat"]}, **{"Idempotency-Key": name})
    )
    return str(made["key"])


async def export(member: Member) -> Json:
    exported: Json = done(await member.call("GET", "/users/me/export"))
    return exported


async def stored_secrets(parts: Parts) -> set[str]:
    """Every value of a column that holds a secret or what is made of one, of whomever it is."""

    def read(session: Session) -> set[str]:
        columns = [
            column
            for table in Base.metadata.sorted_tables
            for column in table.columns
            if SECRET_COLUMN.search(column.name) and column.type.python_type is str
        ]
        return {str(value) for column in columns for value in session.scalars(select(column)) if value}

    return await parts.database.read(read)


class TestExport:
    async def test_is_a_file_of_all_that_is_the_callers(self, tess: Member) -> None:
        await make_key(tess)
        response = await tess.call("GET", "/users/me/export")
        assert response.headers["content-disposition"] == 'attachment; filename="convoai-account.json"'
        assert response.headers["content-type"] == "application/json"
        assert response.headers["cache-control"] == "no-store"
        exported = done(response)
        assert set(exported) == {"exported_at", "profile", "sessions", "factors", "api_keys", "activity"}
        assert abs(datetime.fromisoformat(exported["exported_at"]) - datetime.now(UTC)) < timedelta(minutes=5)
        assert exported["profile"] == done(await tess.call("GET", "/users/me"))
        assert exported["factors"] == done(await tess.call("GET", "/users/me/factors"))
        assert exported["api_keys"] == done(await tess.call("GET", "/api-keys/"))
        assert [key["name"] for key in exported["api_keys"]] == ["script"]
        assert [passkey["name"] for passkey in exported["factors"]["passkeys"]] == ["Blue key"]

    async def test_holds_every_sign_in_with_its_end(self, client: httpx.AsyncClient) -> None:
        vera = await make_member(client, utc_now, "vera")
        done(await vera.call("POST", "/auth/logout"))
        vera.take(await vera.post_password())
        newest, first = (await export(vera))["sessions"]
        assert (newest["ended_at"], newest["ended_reason"]) == (None, None)
        assert first["ended_reason"] == "signed_out"
        assert first["created_at"] <= first["ended_at"] <= newest["created_at"]
        assert (first["address"], first["device"].partition("/")[0]) == ("127.0.0.1", "python-httpx")

    async def test_holds_what_the_caller_did_the_newest_first(self, tess: Member) -> None:
        activity = (await export(tess))["activity"]
        assert {"session.begun", "factor.enrolled"} <= {entry["action"] for entry in activity}
        assert {entry["actor_name"] for entry in activity} == {"tess"}
        numbers = [entry["sequence"] for entry in activity]
        assert numbers == sorted(numbers, reverse=True)


class TestSecrets:
    async def test_are_not_in_it(self, tess: Member, parts: Parts, settings: AuthSettings) -> None:
        key = await make_key(tess)
        signed_in = await tess.post_password()
        body = (await tess.call("GET", "/users/me/export")).text
        stored = await stored_secrets(parts)
        assert len(stored) > 20
        shown = {PASSWORD, tess.secret, *tess.codes, key, key.rpartition("_")[2], signed_in.json()["factor_token"]}
        shown |= {tess.headers["Authorization"].removeprefix("Bearer "), settings.auth_secret_key.get_secret_value()}
        assert [secret for secret in stored | shown if secret in body] == []

    async def test_names_of_secret_columns_are_not_either(self, tess: Member) -> None:
        await make_key(tess)
        body = (await tess.call("GET", "/users/me/export")).text
        for name in ("hash", "seed", "sealed", "public_key", "credential_id", '"key"', '"code"'):
            assert name not in body


class TestWhose:
    async def test_is_the_callers_alone(self, client: httpx.AsyncClient, admin: Headers, tess: Member) -> None:
        other = await make_member(client, utc_now, "otto", full_name="Otto O.")
        await make_key(other, "ottos-script")
        await make_key(tess)
        other_id = done(await other.call("GET", "/users/me"))["id"]
        body = (await tess.call("GET", "/users/me/export")).text
        for mark in ("otto", "Otto", other_id, "admin"):
            assert mark not in body
        assert "tess" not in (await other.call("GET", "/users/me/export")).text

    async def test_needs_a_sign_in_that_holds(self, client: httpx.AsyncClient, tess: Member) -> None:
        assert (await client.get("/users/me/export")).status_code == 401
        done(await tess.call("POST", "/auth/logout"))
        assert (await tess.call("GET", "/users/me/export")).status_code == 401

    async def test_no_api_key_reads_it(self, client: httpx.AsyncClient, tess: Member) -> None:
        headers = {"Authorization": f"Bearer {await make_key(tess)}"}
        assert (await client.get("/users/me/export", headers=headers)).status_code in (401, 403)
