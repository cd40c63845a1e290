"""Fields that are none of the caller's business: in any body that writes they have no effect or are refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from support.access_calls import Caller, Options, Row
from support.access_frames import FRAME_TYPES, MODES, Mode, fields_of
from support.access_matrix import Cast
from support.access_table import TABLE
from support.client import Person, ok
from support.json_records import Json, body_fields, records_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
MARKED_ID = "01900000-dead-7000-8000-000000000000"
MARKED_TIME = "2001-02-03T04:05:06Z"
MARKED_USAGE = {"prompt_tokens": 987_654, "completion_tokens": 987_654, "total_tokens": 1_975_308}
VICTIM = "other user"
CHANGES_BY_ITSELF = ("last_used_at", "expires_at", "exported_at")  # of a session, each minute; of an export, each time
COUNTS_LATE = ("auth GET /users/me/erasure-preview", "analytics GET /analytics/me")  # events that are still under way
WRITES = [row for row in TABLE if row.request and row.method != "GET"]
READS = [
    row
    for row in TABLE
    if row.method == "GET"
    and row.is_documented
    and row.allows("owner")
    and not row.allows("anonymous")
    and row.operation not in COUNTS_LATE
]


@dataclass(frozen=True)
class Extra:
    """A field that is added to a body."""

    name: str
    value: Any

    def is_obeyed_in(self, record: Json, sent: str) -> bool:
        """Whether an object looks as if the field had counted. `sent` is the text of the message, if one was sent."""
        if self.name == "created_at":
            return str(record.get("created_at", "")).startswith(MARKED_TIME[:10])
        if self.value == "assistant":
            return record.get("role") == "assistant" and record.get("content") == sent
        return self.name in record and record[self.name] == self.value


def extras(victim: Person) -> list[Extra]:
    return [
        Extra("id", MARKED_ID),
        Extra("user_id", victim.user_id),
        Extra("roles", ["manager"]),  # which none of the callers has
        Extra("is_active", False),
        Extra("created_at", MARKED_TIME),
        Extra("usage", MARKED_USAGE),
        Extra("role", "assistant"),
        Extra("role", "system"),
    ]


EXTRA_NAMES = {"id", "user_id", "roles", "is_active", "created_at", "usage", "role"}
# Where one of the names is documented: the status that it gives to whoever writes there, or None where it is meant.
DOCUMENTED: Mapping[tuple[str, str], int | None] = {
    ("auth POST /users/", "roles"): 403,
    ("auth PATCH /users/{username}", "is_active"): None,
    ("auth PUT /users/{username}/roles", "roles"): None,
    ("auth POST /invitations/", "roles"): None,
    ("chat POST /internal/erasures", "user_id"): None,
    ("analytics POST /internal/erasures", "user_id"): None,
    ("chat POST /conversations/{conversation_id}/messages", "role"): 422,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def documented(cast: Cast) -> dict[str, set[str]]:
    """The fields of each operation that takes a body."""
    fields: dict[str, set[str]] = {}
    for service in ("auth", "chat", "analytics"):
        document = ok(await cast.people.http.get(f"{cast.address(service)}/openapi.json"))
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if "requestBody" in operation:
                    fields[f"{service} {method.upper()} {path}"] = body_fields(document, operation)
    return fields


async def seen_by(cast: Cast, caller: Caller, values: Mapping[str, str]) -> dict[str, Any]:
    """All that someone can read of their own and of what `values` name."""
    seen = {}
    for row in READS:
        if set(row.path_names) <= values.keys():
            answer = await cast.send(row, caller, values, {})
            if answer.status_code == 200:
                is_json = answer.headers["Content-Type"].startswith("application/json")
                seen[row.operation] = answer.json() if is_json else answer.text
    return seen


async def all_of(cast: Cast, kind: str) -> dict[str, Any]:
    """All that the caller of that kind can read and that nothing but a write changes."""
    names = {name for row in READS for name in row.path_names}
    values = {name: await cast.belonging(kind, name) for name in sorted(names)}
    seen = await seen_by(cast, await cast.caller(kind), values)
    for record in records_in(seen):
        for name in CHANGES_BY_ITSELF:
            record.pop(name, None)
    return seen


def with_extra(request: Options, extra: Extra) -> Options:
    form = "json" if "json" in request else "data"
    return {**request, form: {**request[form], extra.name: extra.value}}


class TestBody:
    async def test_of_each_operation_that_takes_one_is_tried(self, documented: dict[str, set[str]]) -> None:
        assert {row.operation for row in WRITES} == documented.keys()

    async def test_documents_no_such_field_that_is_not_listed(self, documented: dict[str, set[str]]) -> None:
        found = {(operation, name) for operation, names in documented.items() for name in names & EXTRA_NAMES}
        assert found == DOCUMENTED.keys()

    @pytest.mark.parametrize("row", WRITES, ids=lambda row: row.operation)
    async def test_with_more_than_it_should_have_changes_nothing_by_it(self, cast: Cast, row: Row) -> None:
        victim_before = await all_of(cast, VICTIM)
        for extra in extras(await cast.person(VICTIM)):
            status = DOCUMENTED.get((row.operation, extra.name), 200)
            if status is not None:
                await self._try(cast, row, extra, status)
        assert await all_of(cast, VICTIM) == victim_before

    async def _try(self, cast: Cast, row: Row, extra: Extra, status: int) -> None:
        # Where even services are refused, for want of a mail server, they are the ones who may ask.
        kind = next((kind for kind in ("owner", "admin") if row.allows(kind)), "service")
        caller, target = await cast.parties(row, kind)
        request = await cast.request(row, caller, target)
        answer = await cast.send(row, caller, target.values, with_extra(request, extra))
        assert answer.status_code in ((row.statuses[kind], 422) if status == 200 else (status,)), answer.text
        after = [
            answer.json() if answer.status_code < 400 and answer.content else {},
            await seen_by(cast, caller, target.values),
            await self._new_user(cast, answer),
        ]
        sent = str(request.get("json", {}).get("content", ""))
        obeyed = [record for record in records_in(after) if extra.is_obeyed_in(record, sent)]
        assert obeyed == [], extra

    async def _new_user(self, cast: Cast, answer: httpx.Response) -> Json:
        """How an admin sees the user whom the operation has made, if it has."""
        username = answer.json().get("username") if answer.status_code == 200 else None
        if username is None:
            return {}
        profile: Json = ok(await (await cast.admin()).auth("GET", f"/users/{username}"))
        return profile


class TestFrame:
    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("type_", FRAME_TYPES)
    async def test_with_more_than_it_should_have_changes_nothing_by_it(
        self, cast: Cast, type_: str, mode: Mode
    ) -> None:
        victim_before = await all_of(cast, VICTIM)
        owner = await cast.person("owner")
        conversation_id = await owner.new_conversation()
        answer = await owner.ask(conversation_id, "[[say]]Yes")
        for extra in extras(await cast.person(VICTIM)):
            frame = {"type": type_, **fields_of(type_, answer["id"]), extra.name: extra.value}
            async with owner.socket(conversation_id, stream=mode == "streaming") as socket:
                await socket.send_raw(json.dumps(frame))
                await socket.send("ping")
                await socket.until("pong")
            sent = str(frame.get("content", ""))
            seen = await seen_by(cast, await cast.caller("owner"), {"conversation_id": conversation_id})
            assert [record for record in records_in(seen) if extra.is_obeyed_in(record, sent)] == [], extra
        assert await all_of(cast, VICTIM) == victim_before
