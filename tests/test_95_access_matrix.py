"""Who may do what: every operation and every frame for every kind of caller, against real processes."""

from typing import Any

import pytest
import pytest_asyncio
from support.access_calls import CALLERS, Caller, Row
from support.access_frames import (
    FRAME_TYPES,
    FREE_FIELDS,
    ID_FIELDS,
    MODES,
    FrameRow,
    field_names,
    first_answer,
    frame_answer,
    keys_to_list,
    metrics_socket_of,
    socket_of,
)
from support.access_matrix import Cast
from support.access_table import FRAMES, METRICS_SOCKET, SOCKETS, TABLE
from support.client import Person, assert_problem, ok
from support.route_tables import routed_operations

pytestmark = pytest.mark.asyncio(loop_scope="session")
SERVICES = ("auth", "chat", "analytics")
SCOPE_OF_ANOTHER = {"auth": "chat", "chat": "analytics:read", "analytics": "chat"}
NOT_PUBLIC = [row for row in TABLE if not row.allows("anonymous")]
Json = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def documents(cast: Cast) -> dict[str, Json]:
    """What each running service says of itself."""
    return {name: ok(await cast.people.http.get(f"{cast.address(name)}/openapi.json")) for name in SERVICES}


async def key_with(person: Person, scope: str) -> str:
    """A new API key of this person that has the one scope."""
    return str(ok(await person.auth("POST", "/api-keys/", json={"name": "a key", "scopes": [scope]}))["key"])


def documented_operations(documents: dict[str, Json]) -> dict[str, Json]:
    """What the documents say of each operation, under the name that it has in the table."""
    return {
        f"{service} {method.upper()} {path}": operation
        for service, document in documents.items()
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


class TestTable:
    async def test_has_the_operations_of_the_documents_and_no_other(self, documents: dict[str, Json]) -> None:
        listed = [row.operation for row in TABLE if row.is_documented]
        assert sorted(listed) == sorted(documented_operations(documents))

    async def test_has_what_is_routed_without_being_documented(self, cast: Cast) -> None:
        listed = {row.operation for row in TABLE} | set(SOCKETS)
        assert listed == routed_operations(cast.people.stack.secret)

    async def test_has_every_frame_in_both_modes_and_no_other(self) -> None:
        listed = [row.key for row in FRAMES]
        assert len(listed) == len(set(listed))
        assert set(listed) == keys_to_list()

    async def test_knows_which_fields_of_frames_are_ids(self) -> None:
        for type_ in FRAME_TYPES:
            assert set(field_names(type_)) <= {*ID_FIELDS, *FREE_FIELDS}


class TestOperation:
    @pytest.mark.parametrize("row", TABLE, ids=lambda row: row.operation)
    async def test_answers_each_caller_as_the_table_says(
        self, cast: Cast, documents: dict[str, Json], row: Row
    ) -> None:
        answers = {kind: await cast.answer(row, kind) for kind in CALLERS}
        assert {kind: answer.status_code for kind, answer in answers.items()} == row.statuses
        for answer in answers.values():
            if answer.status_code >= 400:
                assert_problem(answer, answer.status_code)
            assert (answer.status_code == 401) == ("WWW-Authenticate" in answer.headers)
        if row.is_documented:
            told = documented_operations(documents)[row.operation]["responses"]
            assert {str(status) for status in row.statuses.values()} <= told.keys()


class TestApiKeyWithoutTheScope:
    @pytest.mark.parametrize("row", NOT_PUBLIC, ids=lambda row: row.operation)
    async def test_opens_nothing(self, cast: Cast, row: Row) -> None:
        owner, target = await cast.person("owner"), await cast.target(row)
        caller = Caller("owner", await key_with(owner, SCOPE_OF_ANOTHER[row.service]), owner)
        answer = await cast.send(row, caller, target.values, {})
        is_for_services_alone = not row.allows("admin") and not row.allows("owner")
        assert_problem(answer, 401 if row.service == "auth" or is_for_services_alone else 403)

    async def test_opens_no_socket(self, cast: Cast) -> None:
        owner = await cast.person("owner")
        caller = Caller("owner", await key_with(owner, SCOPE_OF_ANOTHER["chat"]), owner)
        conversation_id = await cast.belonging("owner", "conversation_id")
        for mode in MODES:
            async with socket_of(cast, caller, conversation_id, mode) as socket:
                frames, code, _reason = await socket.refusal()
            assert (len(frames), code) == (1, 4401)

    async def test_opens_no_socket_of_the_figures(self, cast: Cast) -> None:
        admin = await cast.person("admin")
        caller = Caller("admin", await key_with(admin, SCOPE_OF_ANOTHER["analytics"]), admin)
        async with metrics_socket_of(cast, caller) as socket:
            frames, code, _reason = await socket.refusal()
        assert (len(frames), code) == (1, 4401)


class TestMetricsSocket:
    async def test_answers_each_caller_as_the_table_says(self, cast: Cast) -> None:
        answers = {}
        for kind in CALLERS:
            async with metrics_socket_of(cast, await cast.caller(kind)) as socket:
                answers[kind] = await first_answer(socket, [])
        assert answers == METRICS_SOCKET


class TestFrame:
    @pytest.mark.parametrize("row", FRAMES, ids=lambda row: "-".join(row.key))
    async def test_answers_each_caller_as_the_table_says(self, cast: Cast, row: FrameRow) -> None:
        assert {kind: await frame_answer(cast, row, kind) for kind in CALLERS} == row.expected
