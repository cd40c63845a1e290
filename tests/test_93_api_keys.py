"""API keys against the running installation: what they open, how soon they stop to, and what is written of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from launcher.services import ANALYTICS, AUTH, CHAT
from service_kit.api_keys import ApiKeyCodec
from service_kit.clock import utc_now
from support.client import People, Person, assert_problem, ok, people_of, read_event
from support.scripted_openai import ScriptedOpenAI
from support.sockets import text_of
from support.stack import Stack, metric, running_stack
from support.waiting import eventually

BITE_SECONDS = 10.0
RECOVERY_SECONDS = 5.0
LONG_ANSWER = "[[tokens=2000]][[rate=40]]"
BOTH = ("chat", "analytics:read")


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """An installation whose auth-service these tests may stop; it logs all it can."""
    settings = {"LOG_LEVEL": "DEBUG"}
    with running_stack(tmp_path_factory.mktemp("api-keys"), provider=provider, settings=settings) as running:
        yield running


@pytest.fixture
async def people(own_stack: Stack) -> AsyncIterator[People]:
    async with people_of(own_stack) as people:
        yield people


@dataclass(frozen=True)
class Key:
    """An API key: its id, its owner, and a program that uses it."""

    id: str
    owner: Person
    program: Person


async def make_key(people: People, owner: Person, *scopes: str, lasts: timedelta | None = None) -> Key:
    expires_at = (utc_now() + lasts).isoformat() if lasts else None
    body = {"name": "script", "scopes": scopes, "expires_at": expires_at}
    made = ok(await owner.auth("POST", "/api-keys/", json=body))
    program = Person(people.http, people.stack, username=owner.username, user_id=owner.user_id, token=made["key"])
    return Key(made["id"], owner, program)


async def managers_key(people: People, *scopes: str, lasts: timedelta | None = None) -> Key:
    """A key of someone who may read the figures."""
    owner = await people.register(roles=["manager", "user"])
    return await make_key(people, owner, *(scopes or BOTH), lasts=lasts)


async def chat(person: Person) -> int:
    return (await person.chat("GET", "/conversations/")).status_code


async def analytics(person: Person) -> int:
    return (await person.analytics("GET", "/analytics/summary")).status_code


async def until(call: Callable[[Person], Awaitable[int]], person: Person, status: int, seconds: float) -> None:
    """Returns once the call is answered so."""

    async def look() -> bool:
        return await call(person) == status

    await eventually(look, seconds=seconds)


class TestChat:
    async def test_over_rest_as_events_and_on_sockets(self, people: People) -> None:
        owner = await people.register()
        program = (await make_key(people, owner, "chat")).program
        conversation = await program.new_conversation(title="By a program")
        assert (await program.ask(conversation, "[[say]]Over REST"))["content"] == "Over REST"
        assert (await program.events_of(conversation, "[[say]]As events"))[-1]["content"] == "As events"
        async with program.socket(conversation) as plain:
            await plain.send("message", content="[[say]]On a plain socket")
            assert (await plain.receive())["content"] == "On a plain socket"
        pair = ["convoai", f"bearer.{program.token}"]
        async with program.socket(conversation, token=None, subprotocols=pair, stream=True) as streaming:
            assert streaming.subprotocol == "convoai"
            await streaming.expect("ready")
            await streaming.send("message", content="[[say]]In a stream")
            assert text_of(await streaming.answer()) == "In a stream"
        assert [one["title"] for one in await owner.conversations()] == ["By a program"]
        assert len(await owner.messages(conversation)) == 8

    async def test_sees_nothing_of_others(self, people: People) -> None:
        program = (await make_key(people, await people.register(), "chat")).program
        theirs = await (await people.register()).new_conversation()
        assert_problem(await program.chat("GET", f"/conversations/{theirs}"), 404, "conversation_not_found")
        async with program.socket(theirs) as socket:
            assert await socket.close_code() == 4404

    async def test_notes_when_the_key_was_used(self, people: People) -> None:
        key = await make_key(people, await people.register(), "chat")
        assert ok(await key.owner.auth("GET", "/api-keys/"))[0]["last_used_at"] is None
        assert await chat(key.program) == 200
        assert ok(await key.owner.auth("GET", "/api-keys/"))[0]["last_used_at"] is not None


class TestScope:
    async def test_for_chat_opens_no_figures(self, people: People) -> None:
        program = (await managers_key(people, "chat")).program
        assert await chat(program) == 200
        problem = assert_problem(await program.analytics("GET", "/analytics/summary"), 403, "scope_required")
        assert "analytics:read" in problem["detail"]

    async def test_for_figures_opens_no_chat(self, people: People) -> None:
        key = await managers_key(people, "analytics:read")
        conversation = await key.owner.new_conversation()
        assert await analytics(key.program) == 200
        problem = assert_problem(await key.program.chat("GET", "/conversations/"), 403, "scope_required")
        assert "the scope chat" in problem["detail"]
        async with key.program.socket(conversation, stream=True) as socket:
            assert (await socket.receive())["code"] == "scope_required"
            assert await socket.close_code() == 4401

    async def test_lends_no_role(self, people: People) -> None:
        program = (await make_key(people, await people.register(), *BOTH)).program
        assert_problem(await program.analytics("GET", "/analytics/summary"), 403, "role_required")

    @pytest.mark.parametrize("path", ["/users/me", "/api-keys/", "/auth/sessions", "/users/", "/roles/"])
    async def test_opens_nothing_in_auth_service(self, people: People, path: str) -> None:
        owner = await people.register(roles=["admin"])
        program = (await make_key(people, owner, *BOTH)).program
        assert_problem(await program.auth("GET", path), 401, "session_required")


async def delete_key(people: People, key: Key) -> None:
    ok(await key.owner.auth("DELETE", f"/api-keys/{key.id}"))


async def delete_as_admin(people: People, key: Key) -> None:
    ok(await (await people.admin()).auth("DELETE", f"/users/{key.owner.username}/api-keys/{key.id}"))


async def deactivate_owner(people: People, key: Key) -> None:
    admin = await people.admin()
    ok(await admin.auth("PATCH", f"/users/{key.owner.username}", json={"is_active": False}))


async def delete_owner(people: People, key: Key) -> None:
    ok(await (await people.admin()).auth("DELETE", f"/users/{key.owner.username}"))


async def wait_for_its_end(people: People, key: Key) -> None:
    """Nothing to do: the key was made with an end that comes by itself."""


ENDS = [delete_key, delete_as_admin, deactivate_owner, delete_owner, wait_for_its_end]


class TestEnd:
    @pytest.mark.parametrize("end", ENDS, ids=lambda act: act.__name__)
    async def test_is_felt_in_every_service_and_on_open_sockets(
        self, people: People, end: Callable[[People, Key], Awaitable[None]]
    ) -> None:
        lasts = timedelta(seconds=8) if end is wait_for_its_end else None
        key = await managers_key(people, lasts=lasts)
        bystander = await managers_key(people)
        assert [await call(one.program) for one in (key, bystander) for call in (chat, analytics)] == [200] * 4
        conversation, theirs = await key.program.new_conversation(), await bystander.program.new_conversation()
        async with (
            key.program.socket(conversation, stream=True) as streaming,
            key.program.socket(conversation) as plain,
            bystander.program.socket(theirs) as untouched,
        ):
            await streaming.expect("ready")
            await end(people, key)
            first, second, *_ = await asyncio.gather(
                streaming.close_code(seconds=BITE_SECONDS),
                plain.close_code(seconds=BITE_SECONDS),
                until(chat, key.program, 401, BITE_SECONDS),
                until(analytics, key.program, 401, BITE_SECONDS),
            )
            assert (first, second) == (4401, 4401)
            await untouched.send("ping")
            await untouched.expect("pong")
        assert_problem(await key.program.chat("GET", "/conversations/"), 401, "invalid_api_key")
        assert (await chat(bystander.program), await analytics(bystander.program)) == (200, 200)

    async def test_of_an_account_that_was_closed_is_over_when_it_is_opened_again(self, people: People) -> None:
        key, admin = await make_key(people, await people.register(), "chat"), await people.admin()
        await deactivate_owner(people, key)
        await until(chat, key.program, 401, BITE_SECONDS)
        ok(await admin.auth("PATCH", f"/users/{key.owner.username}", json={"is_active": True}))
        await until(chat, key.program, 200, BITE_SECONDS)

    async def test_ends_an_event_stream_but_not_the_answer(self, people: People) -> None:
        key = await make_key(people, await people.register(), "chat")
        conversation = await key.program.new_conversation()
        path, events = f"/conversations/{conversation}/messages", {"Accept": "text/event-stream"}
        asking = asyncio.create_task(key.program.chat("POST", path, json={"content": LONG_ANSWER}, headers=events))

        async def is_streaming() -> bool:
            messages = await key.owner.messages(conversation)
            return bool(messages) and messages[-1]["seq"] > 5

        await eventually(is_streaming)
        await delete_key(people, key)
        async with asyncio.timeout(BITE_SECONDS):
            last = read_event((await asking).text.strip().split("\n\n")[-1])
        assert (last.type, last["code"]) == ("error", "invalid_api_key")
        message = (await key.owner.messages(conversation))[-1]
        assert message["status"] == "streaming"
        async with key.owner.socket(conversation, stream=True) as socket:
            await socket.expect("ready")
            await socket.send("stop", message_id=message["id"])
            assert (await socket.answer())[-1]["status"] == "stopped"

    async def test_leaves_the_owner_s_own_session_alone(self, people: People) -> None:
        key = await managers_key(people)
        await delete_key(people, key)
        await until(chat, key.program, 401, BITE_SECONDS)
        assert (await chat(key.owner), await analytics(key.owner)) == (200, 200)


class TestChangedRole:
    async def test_closes_and_opens_the_figures_to_the_same_key(self, people: People) -> None:
        key, admin = await managers_key(people), await people.admin()
        assert await analytics(key.program) == 200
        path = f"/users/{key.owner.username}/roles"
        ok(await admin.auth("PUT", path, json={"roles": ["user"]}))
        await until(analytics, key.program, 403, BITE_SECONDS)
        ok(await admin.auth("PUT", path, json={"roles": ["manager"]}))
        await until(analytics, key.program, 200, BITE_SECONDS)
        assert await chat(key.program) == 200


class TestCost:
    async def test_rubbish_is_never_asked_about_and_a_deleted_key_once_in_five_seconds(
        self, people: People, own_stack: Stack
    ) -> None:
        async def asked() -> float:
            text = (await people.http.get(f"{own_stack.auth.address}/metrics")).text
            return metric(text, "http_requests_total", route="/auth/introspect")

        async def refused(text: str) -> None:
            program = Person(people.http, own_stack, username="x", user_id="x", token=text)
            assert_problem(await program.chat("GET", "/conversations/"), 401, "invalid_api_key")
            assert_problem(await program.analytics("GET", "/analytics/summary"), 401, "invalid_api_key")

        never_stored = ApiKeyCodec(own_stack.secret).make().text
        before, started_at = await asked(), time.monotonic()
        for text in (never_stored[:-1] + "-", never_stored[:-1], ApiKeyCodec("x" * 32).make().text, "cvo_x"):
            await refused(text)
        assert await asked() == before
        for _ in range(20):
            await refused(never_stored)
        assert await asked() - before <= 2 * (1 + (time.monotonic() - started_at) / 5)


class TestAuthServiceAway:
    async def test_chat_goes_on_for_known_keys_and_analytics_waits(self, people: People, own_stack: Stack) -> None:
        known, unseen = await managers_key(people), await managers_key(people)
        assert (await chat(known.program), await analytics(known.program)) == (200, 200)
        conversation = await known.program.new_conversation()
        async with known.program.socket(conversation) as socket:
            own_stack.auth.stop()
            try:
                await until(analytics, known.program, 503, BITE_SECONDS)
                assert await chat(known.program) == 200
                assert_problem(await unseen.program.chat("GET", "/conversations/"), 503, "identity_unavailable")
                await socket.send("message", content="[[say]]Still here")
                assert (await socket.receive())["content"] == "Still here"
            finally:
                own_stack.auth.start()
                await asyncio.to_thread(own_stack.auth.wait_ready)
            await asyncio.gather(
                until(analytics, known.program, 200, RECOVERY_SECONDS),
                until(chat, unseen.program, 200, RECOVERY_SECONDS),
            )
            await delete_key(people, known)
            assert await socket.close_code(seconds=BITE_SECONDS) == 4401


def everything_written(stack: Stack) -> list[Path]:
    """The logs and the databases, with what of these is not yet in their main files."""
    databases = [stack.database(service) for service in (AUTH, CHAT, ANALYTICS)]
    parts = [database.with_name(database.name + end) for database in databases for end in ("", "-wal")]
    return [*stack.log_files(), *(path for path in parts if path.exists())]


class TestTraces:
    async def test_no_key_is_written_down_anywhere(self, people: People, own_stack: Stack) -> None:
        key = await managers_key(people)
        key_text = key.program.token
        conversation = await key.program.new_conversation()
        async with key.program.socket(conversation, stream=True) as socket:
            await socket.expect("ready")
        async with key.program.socket(
            conversation, token=None, subprotocols=["convoai", f"bearer.{key_text}"]
        ) as plain:
            await plain.send("ping")
            await plain.expect("pong")
        assert await analytics(key.program) == 200
        assert (await key.program.chat("GET", f"/nothing/{key_text}?token={key_text}")).status_code == 404
        assert_problem(await key.program.auth("GET", f"/users/{key_text}"), 401)
        await delete_key(people, key)
        await until(chat, key.program, 401, BITE_SECONDS)
        secret = key_text[17:60].encode()
        files = everything_written(own_stack)
        assert len(files) > 6
        assert [path.name for path in files if secret in path.read_bytes()] == []
        for process in own_stack.processes:
            assert secret not in (await people.http.get(f"{process.address}/metrics")).content
