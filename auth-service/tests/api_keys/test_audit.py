"""What was done with a key is in the audit trail once, and the key itself is not."""

import json
from typing import Any

import httpx
from auth_server.db.models import AuditEntry
from auth_server.dependencies import Parts
from sqlalchemy import select

Headers = dict[str, str]
BODY = {"name": "script", "scopes": ["chat"]}


async def entries(parts: Parts) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.action.startswith("api_key.")).order_by(AuditEntry.sequence)
    return await parts.database.read(lambda session: list(session.scalars(query)))


def told(entry: AuditEntry) -> tuple[str, str, str | None, dict[str, Any]]:
    return entry.action, entry.actor_name, entry.target_name, json.loads(entry.detail)


class TestAuditTrail:
    async def test_tells_what_the_owner_did(self, client: httpx.AsyncClient, ada: Headers, parts: Parts) -> None:
        end = "2099-01-01T00:00:00+00:00"
        made = (await client.post("/api-keys/", json=BODY | {"expires_at": end}, headers=ada)).json()
        for name in ("backup", "backup"):
            await client.patch(f"/api-keys/{made['id']}", json={"name": name}, headers=ada)
        await client.delete(f"/api-keys/{made['id']}", headers=ada)
        found = await entries(parts)
        assert [told(entry) for entry in found] == [
            ("api_key.created", "ada", "script", {"scopes": ["chat"], "expires_at": end}),
            ("api_key.renamed", "ada", "backup", {"from": "script", "to": "backup"}),
            ("api_key.revoked", "ada", "backup", {}),
        ]
        assert {(entry.target_kind, entry.target_id) for entry in found} == {("api_key", made["id"])}
        assert made["key"][17:] not in str([vars(entry) for entry in found])

    async def test_tells_what_an_admin_did(
        self, client: httpx.AsyncClient, ada: Headers, admin: Headers, parts: Parts
    ) -> None:
        made = (await client.post("/api-keys/", json=BODY, headers=ada)).json()
        owner_id = (await client.get("/users/me", headers=ada)).json()["id"]
        await client.delete(f"/users/ada/api-keys/{made['id']}", headers=admin)
        last = (await entries(parts))[-1]
        assert told(last) == ("api_key.revoked", "admin", "script", {"owner": "ada", "owner_id": owner_id})

    async def test_has_no_second_entry_for_a_replay_and_none_for_what_failed(
        self, client: httpx.AsyncClient, ada: Headers, bob: Headers, parts: Parts
    ) -> None:
        headers = ada | {"Idempotency-Key": "once"}
        made = [(await client.post("/api-keys/", json=BODY, headers=headers)).json() for _ in range(2)]
        await client.delete(f"/api-keys/{made[0]['id']}", headers=bob)
        await client.patch(f"/api-keys/{made[0]['id']}", json={"name": "mine"}, headers=bob)
        await client.post("/api-keys/", json=BODY | {"expires_at": "2020-01-01T00:00:00Z"}, headers=ada)
        assert [entry.action for entry in await entries(parts)] == ["api_key.created"]
