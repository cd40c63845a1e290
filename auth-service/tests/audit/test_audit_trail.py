"""Entries form one chain, whoever writes at the same time, and what is rolled back leaves none."""

import asyncio
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from auth_server.audit.chain import NO_ENTRY, ChainedFields, ChainSigner
from auth_server.audit.schemas import Actor, Target
from auth_server.audit.service import AuditTrail
from auth_server.db.models import AuditEntry, AuditHead
from auth_server.dependencies import Parts
from sqlalchemy import select
from sqlalchemy.orm import Session

ADA = Actor("0190-ada", "ada", "192.0.2.7", "request-1")
FIELDS = ChainedFields(
    sequence=1,
    at=datetime(2026, 1, 2, 3, 4, 5, 6, UTC),
    actor_id=None,
    actor_name="ada",
    action="user.created",
    target_kind="user",
    target_id="1",
    target_name="bob",
    address="192.0.2.7",
    request_id="request-1",
    detail="{}",
)
CHANGES: dict[str, Any] = {
    name: "other"
    if isinstance(value, str | None)
    else 2
    if isinstance(value, int)
    else datetime(2027, 1, 1, tzinfo=UTC)
    for name, value in asdict(FIELDS).items()
}


def record(parts: Parts, session: Session, action: str) -> None:
    trail = AuditTrail(session, parts.audit_signer)
    trail.record(ADA, action, target=Target("user", "0190-bob", "bob"), detail={"to": ["admin"], "from": []})


def newest(session: Session) -> tuple[list[AuditEntry], AuditHead]:
    entries = list(
        session.scalars(select(AuditEntry).where(AuditEntry.actor_name == "ada").order_by(AuditEntry.sequence))
    )
    return entries, session.get_one(AuditHead, 1)


class TestCode:
    @pytest.mark.parametrize("name", CHANGES)
    def test_covers_every_field(self, name: str) -> None:
        signer = ChainSigner("a-secret-of-the-tests-with-enough-bytes")
        assert signer.sign(FIELDS, NO_ENTRY) == signer.sign(replace(FIELDS), NO_ENTRY)
        assert signer.sign(replace(FIELDS, **{name: CHANGES[name]}), NO_ENTRY) != signer.sign(FIELDS, NO_ENTRY)

    def test_covers_the_entry_before(self) -> None:
        signer = ChainSigner("a-secret-of-the-tests-with-enough-bytes")
        assert signer.sign(FIELDS, "a" * 64) != signer.sign(FIELDS, NO_ENTRY)

    def test_needs_the_secret(self) -> None:
        one, other = (ChainSigner(f"a-secret-of-the-tests-with-enough-bytes-{number}") for number in (1, 2))
        assert one.sign(FIELDS, NO_ENTRY) != other.sign(FIELDS, NO_ENTRY)

    def test_does_not_depend_on_where_one_field_ends(self) -> None:
        signer = ChainSigner("a-secret-of-the-tests-with-enough-bytes")
        moved = replace(FIELDS, actor_name="ad", action="auser.created")
        assert signer.sign(moved, NO_ENTRY) != signer.sign(FIELDS, NO_ENTRY)


class TestRecord:
    async def test_stores_who_what_whom_when_and_from_where(self, parts: Parts) -> None:
        await parts.database.write(lambda session: record(parts, session, "user.roles_changed"))
        (entry,), head = await parts.database.read(newest)
        assert (entry.actor_id, entry.actor_name, entry.action) == ("0190-ada", "ada", "user.roles_changed")
        assert (entry.target_kind, entry.target_id, entry.target_name) == ("user", "0190-bob", "bob")
        assert (entry.address, entry.request_id) == ("192.0.2.7", "request-1")
        assert entry.detail == '{"from": [], "to": ["admin"]}'
        assert (head.sequence, head.code) == (entry.sequence, entry.code)

    async def test_takes_turns(self, parts: Parts) -> None:
        works = [parts.database.write(lambda session: record(parts, session, "user.changed")) for _ in range(20)]
        await asyncio.gather(*works)
        entries, head = await parts.database.read(newest)
        first = entries[0].sequence
        assert [entry.sequence for entry in entries] == list(range(first, first + 20))
        assert head.sequence == entries[-1].sequence

    async def test_leaves_nothing_of_what_is_rolled_back(self, parts: Parts) -> None:
        def fail(session: Session) -> None:
            record(parts, session, "user.changed")
            raise LookupError

        _, before = await parts.database.read(newest)
        with pytest.raises(LookupError):
            await parts.database.write(fail)
        entries, after = await parts.database.read(newest)
        assert entries == []
        assert (after.sequence, after.code) == (before.sequence, before.code)
