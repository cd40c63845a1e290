"""Another user's id is answered as an absent one is, to the byte: in every path, in bodies and in frames."""

import json
from collections.abc import Mapping

import httpx
import pytest
from service_kit.clock import new_id
from support.access_calls import CALLERS, Row
from support.access_frames import FRAME_TYPES, ID_FIELDS, MODES, Mode, field_names, fields_of, socket_of
from support.access_matrix import Cast
from support.access_table import WITH_PATH_VALUES
from support.client import unique_name

pytestmark = pytest.mark.asyncio(loop_scope="session")
OF_THE_MOMENT = {b"date", b"x-request-id", b"ratelimit-limit", b"ratelimit-remaining", b"ratelimit-reset"}
OTHERS = ("other user", "manager", "admin")  # who have things of their own
STRANGE_VALUES = [
    "%20", "%00", "null", "0", "-1", "..%5C..", "%2e%2e", "%27%20OR%201=1--", "%F0%9F%A6%8A", "%FF", "x" * 3_000,
]  # fmt: skip
LONG_ANSWER = "[[tokens=4000]][[rate=40]]"
REFUSING = [row for row in WITH_PATH_VALUES if not all(row.allows(kind) for kind in CALLERS)]
WITH_ID = [type_ for type_ in FRAME_TYPES if set(field_names(type_)) & set(ID_FIELDS)]


def absent(name: str) -> str:
    """A value of that name which is nobody's and looks like all others."""
    return unique_name() if name == "username" else new_id()


def to_the_byte(response: httpx.Response) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """All that a caller can see, but for what differs from one request to the next of the very same kind."""
    request_id = response.headers["X-Request-ID"].encode()
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in OF_THE_MOMENT]
    return response.status_code, headers, response.content.replace(request_id, b"")


async def said_of(cast: Cast, row: Row, kind: str, values: Mapping[str, str]) -> httpx.Response:
    """The answer to a valid request whose path has these values."""
    return await cast.call(row, await cast.caller(kind), await cast.target(row), **values)


class TestPath:
    @pytest.mark.parametrize("row", REFUSING, ids=lambda row: row.operation)
    async def test_of_another_is_as_an_absent_one_to_all_who_are_refused(self, cast: Cast, row: Row) -> None:
        for kind in (kind for kind in CALLERS if not row.allows(kind)):
            foreign = await said_of(cast, row, kind, {})
            nothing = await said_of(cast, row, kind, {name: absent(name) for name in row.path_names})
            assert foreign.status_code == row.statuses[kind]
            assert to_the_byte(foreign) == to_the_byte(nothing), kind

    @pytest.mark.parametrize("row", WITH_PATH_VALUES, ids=lambda row: row.operation)
    async def test_of_another_beside_one_s_own_is_as_an_absent_one(self, cast: Cast, row: Row) -> None:
        """One value of several is another's: a thing of theirs under what is one's own, or the other way round."""
        for kind in (kind for kind in OTHERS if not row.allows(kind)):  # the others may know what there is
            names = row.path_names if len(row.path_names) > 1 else []
            own = {name: await cast.belonging(kind, name) for name in names}
            for name in names:
                foreign = await said_of(cast, row, kind, {**own, name: await cast.belonging("owner", name)})
                nothing = await said_of(cast, row, kind, {**own, name: absent(name)})
                assert foreign.status_code in (403, 404)
                assert to_the_byte(foreign) == to_the_byte(nothing), (kind, name)

    @pytest.mark.parametrize("row", WITH_PATH_VALUES, ids=lambda row: row.operation)
    async def test_that_is_none_is_told_so_and_breaks_nothing(self, cast: Cast, row: Row) -> None:
        for kind in ("anonymous", "owner", "admin"):
            for value in STRANGE_VALUES:
                response = await said_of(cast, row, kind, dict.fromkeys(row.path_names, value))
                assert response.status_code in (401, 403, 404, 405, 422), response.text


class TestIdempotencyKey:
    async def test_of_another_is_as_a_new_one(self, cast: Cast) -> None:
        owner, other = await cast.person("owner"), await cast.person("other user")
        headers = {"Idempotency-Key": new_id()}
        made = [
            (await person.chat("POST", "/conversations/", json={"title": title}, headers=headers)).json()
            for person, title in ((owner, "Mine"), (other, "Mine"), (other, "Mine"))
        ]
        assert made[0]["id"] != made[1]["id"]
        assert made[1]["id"] == made[2]["id"]


class TestConversationInTheBody:
    async def test_of_another_is_as_an_absent_one(self, cast: Cast) -> None:
        other = await cast.person("other user")
        own = await cast.belonging("other user", "conversation_id")
        path = f"/conversations/{own}/messages"
        foreign, nothing = [
            await other.chat("POST", path, json={"content": "Hello", "conversation_id": conversation_id})
            for conversation_id in (await cast.belonging("owner", "conversation_id"), new_id())
        ]
        assert foreign.status_code == 422
        assert to_the_byte(foreign) == to_the_byte(nothing)


class TestSocket:
    @pytest.mark.parametrize("mode", MODES)
    async def test_of_anothers_conversation_is_as_of_an_absent_one(self, cast: Cast, mode: Mode) -> None:
        conversation_id = await cast.belonging("owner", "conversation_id")
        for kind in OTHERS:
            foreign = await self._refusal(cast, kind, conversation_id, mode)
            assert foreign[1] == 4404
            assert foreign == await self._refusal(cast, kind, new_id(), mode)

    async def _refusal(
        self, cast: Cast, kind: str, conversation_id: str, mode: Mode
    ) -> tuple[list[str | bytes], int | None, str | None]:
        async with socket_of(cast, await cast.caller(kind), conversation_id, mode) as socket:
            return await socket.refusal()

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("type_", WITH_ID)
    async def test_frame_about_anothers_message_is_as_about_an_absent_one(
        self, cast: Cast, type_: str, mode: Mode
    ) -> None:
        await cast.belonging("owner", "conversation_id")
        complete = await cast.belonging("owner", "message_id")
        owner = await cast.person("owner")
        async with owner.socket(await owner.new_conversation(), stream=True) as writing:
            await writing.expect("ready")
            await writing.send("message", content=LONG_ANSWER)
            streaming = (await writing.until("delta"))[-1]["message_id"]
            for kind in OTHERS:
                nothing = await self._said_of(cast, kind, type_, mode, new_id())
                for message_id in (complete, streaming):
                    assert await self._said_of(cast, kind, type_, mode, message_id) == nothing
            # Nobody has stopped it, and it ends when its owner says so.
            await writing.until("delta")
            await writing.send("stop", message_id=streaming)
            assert (await writing.answer())[-1]["status"] == "stopped"

    async def _said_of(self, cast: Cast, kind: str, type_: str, mode: Mode, message_id: str) -> str:
        """The frame's answer in a conversation of one's own, without the id that was sent."""
        own = await cast.belonging(kind, "conversation_id")
        async with socket_of(cast, await cast.caller(kind), own, mode) as socket:
            if mode == "streaming":
                await socket.expect("ready")
            await socket.send(type_, **fields_of(type_, message_id))
            text = str(await socket.receive_raw())
            assert json.loads(text)["type"] == "error"
            return text.replace(message_id, "")
