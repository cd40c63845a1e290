"""`verify-audit` finds whatever was done to the trail behind the service's back."""

import httpx
import pytest
from auth_server import commands
from auth_server.audit.schemas import Actor
from auth_server.audit.service import AuditTrail
from auth_server.dependencies import Parts
from auth_server.settings import AuthSettings
from sqlalchemy.orm import Session
from support.databases import change

ENTRIES = 6


@pytest.fixture(autouse=True)
async def _entries(client: httpx.AsyncClient, parts: Parts) -> None:
    """Six entries in all: the first admin's, and five more."""

    def add(session: Session) -> None:
        for number in range(2, ENTRIES + 1):
            AuditTrail(session, parts.audit_signer).record(Actor(None, f"actor-{number}", "", ""), "thing.done")

    await parts.database.write(add)


async def verdict(settings: AuthSettings) -> str:
    try:
        return await commands.verify_audit(settings)
    except commands.CommandRefused as refused:
        return str(refused)


class TestVerifyAudit:
    async def test_says_that_it_holds(self, settings: AuthSettings) -> None:
        assert await verdict(settings) == f"The audit trail holds: {ENTRIES} entries, none changed, missing or moved."

    @pytest.mark.parametrize(
        ("tampering", "found"),
        [
            ("UPDATE audit_entries SET actor_name = 'mallory' WHERE sequence = 3", "entry 3 was changed"),
            ("UPDATE audit_entries SET detail = '{\"to\": []}' WHERE sequence = 1", "entry 1 was changed"),
            ("UPDATE audit_entries SET at = '2020-01-01 00:00:00.000000' WHERE sequence = 2", "entry 2 was changed"),
            ("DELETE FROM audit_entries WHERE sequence = 1", "entry 1 is missing"),
            ("DELETE FROM audit_entries WHERE sequence = 4", "entry 4 is missing"),
            ("DELETE FROM audit_entries WHERE sequence > 4", "the entries 5 to 6 are missing"),
            ("DELETE FROM audit_entries", "the entries 1 to 6 are missing"),
            ("DELETE FROM audit_head", "the record of the trail's end is missing"),
            ("UPDATE audit_head SET sequence = 5", "the record of the trail's end was changed"),
            ("UPDATE audit_head SET code = 'x'", "the record of the trail's end was changed"),
            (
                "UPDATE audit_entries SET sequence = 99 WHERE sequence = 2;"
                "UPDATE audit_entries SET sequence = 2 WHERE sequence = 3;"
                "UPDATE audit_entries SET sequence = 3 WHERE sequence = 99",
                "entry 2 was changed, or does not follow",
            ),
            (
                "DELETE FROM audit_entries WHERE sequence = 3;"
                "UPDATE audit_entries SET sequence = sequence - 1 WHERE sequence > 3;"
                "UPDATE audit_head SET sequence = 5",
                "entry 3 was changed, or does not follow",
            ),
            (
                "INSERT INTO audit_entries SELECT 7, at, actor_id, actor_name, action, target_kind, target_id,"
                " target_name, address, request_id, detail, code FROM audit_entries WHERE sequence = 6;"
                "UPDATE audit_head SET sequence = 7",
                "entry 7 was changed, or does not follow",
            ),
        ],
    )
    async def test_finds(self, settings: AuthSettings, tampering: str, found: str) -> None:
        change(settings.database_url, tampering)
        assert found in await verdict(settings)

    async def test_knows_another_secret(self, settings: AuthSettings) -> None:
        other = settings.model_copy(update={"auth_secret_key": type(settings.auth_secret_key)("x" * 40)})
        assert "entry 1 was changed" in await verdict(other)

    async def test_lets_the_service_go_on_after_a_restart(
        self, settings: AuthSettings, client: httpx.AsyncClient
    ) -> None:
        refused = await client.post("/auth/token", data={"username": "nobody", "password": "wrong-1"})
        assert refused.status_code == 401
        assert f"holds: {ENTRIES + 1} entries" in await verdict(settings)
