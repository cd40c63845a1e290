"""Administration of the running installation: who may register, whose sign-ins end, and what a deletion leaves."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from launcher.services import ANALYTICS, AUTH, CHAT, Service
from service_kit.clock import new_id
from support.client import PASSWORD, People, Person, assert_problem, ok, people_of, unique_name
from support.processes import ServiceProcess
from support.scripted_openai import ScriptedOpenAI
from support.stack import Stack, running_stack
from support.waiting import eventually

BITE_SECONDS = 10.0
LONG_ANSWER = "[[tokens=2000]][[rate=40]]"
SECRET = "The-heron-flies-at-noon"
SERVICES = (AUTH, CHAT, ANALYTICS)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """An installation whose services these tests may stop."""
    with running_stack(tmp_path_factory.mktemp("administration"), provider=provider) as running:
        yield running


@pytest.fixture
async def people(own_stack: Stack) -> AsyncIterator[People]:
    async with people_of(own_stack) as people:
        yield people


@pytest.fixture
async def admin(people: People) -> Person:
    return await people.admin()


@asynccontextmanager
async def without(service: ServiceProcess) -> AsyncIterator[None]:
    """The block runs while the service is away."""
    service.stop()
    try:
        yield
    finally:
        service.start()
        await asyncio.to_thread(service.wait_ready)


def copies_of(stack: Stack, service: Service, text: str) -> dict[str, int]:
    """How many rows of each table of the service hold the text, wherever in the row."""
    found = {}
    for (table,) in stack.query(service, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        rows = stack.query(service, f'SELECT * FROM "{table}"')  # noqa: S608 - a name that the database has just told
        found[str(table)] = sum(any(text in str(value) for value in row) for row in rows)
    return {table: count for table, count in found.items() if count}


async def all_delivered(stack: Stack) -> None:
    """Returns once no event waits any more."""

    async def look() -> bool:
        return stack.waiting_events() == 0

    await eventually(look)


async def completed(admin: Person, erasure_id: str) -> Json:
    """The receipt, once every service has confirmed."""

    async def look() -> Json | None:
        receipt: Json = ok(await admin.auth("GET", f"/erasures/{erasure_id}"))
        return receipt if receipt["completed_at"] else None

    return await eventually(look)


def part(receipt: Json, service: Service) -> Json:
    """What the service says in the receipt."""
    return next(one for one in receipt["services"] if one["service"] == service.name)


async def somebody_with_a_past(people: People) -> Person:
    """A person with two conversations of two and four messages, a key and a further sign-in."""
    person = await people.register()
    for exchanges in (1, 2):
        conversation = await person.new_conversation(title=f"{SECRET} in a title")
        for _ in range(exchanges):
            await person.ask(conversation, f"[[say]]{SECRET}")
    ok(await person.auth("POST", "/api-keys/", json={"name": SECRET, "scopes": ["chat"]}))
    await people.sign_in(person.username, PASSWORD)
    return person


async def deleted(admin: Person, person: Person) -> str:
    """The id of the erasure."""
    return str(ok(await admin.auth("DELETE", f"/users/{person.username}"))["erasure_id"])


class TestDeletionOfAPerson:
    async def test_erases_everywhere_and_ends_in_a_receipt(
        self, people: People, own_stack: Stack, admin: Person
    ) -> None:
        person = await somebody_with_a_past(people)
        await all_delivered(own_stack)
        preview = ok(await admin.auth("GET", f"/users/{person.username}/erasure-preview"))
        events = part(preview, ANALYTICS)["holdings"]["events"]
        assert part(preview, CHAT)["holdings"] == {"conversations": 2, "messages": 6, "personas": 0}
        before = await admin.summary()

        receipt = await completed(admin, await deleted(admin, person))

        assert part(receipt, CHAT)["erased"] == {"conversations": 2, "messages": 6, "personas": 0}
        assert part(receipt, ANALYTICS)["erased"] == {"events": events}
        assert part(receipt, AUTH)["erased"].items() >= {"accounts": 1, "sessions": 2, "api_keys": 1}.items()
        await all_delivered(own_stack)
        for service in (CHAT, ANALYTICS):
            assert copies_of(own_stack, service, person.user_id) == {}, service.name
            assert copies_of(own_stack, service, SECRET) == {}, service.name
        assert copies_of(own_stack, AUTH, person.user_id).keys() <= {"erasures", "audit_entries"}
        after = await admin.summary()
        for figure in ("total_users", "total_messages", "total_tokens_used", "active_users_today"):
            assert after[figure] == before[figure], figure

    async def test_waits_for_services_that_are_away(self, people: People, own_stack: Stack, admin: Person) -> None:
        person = await somebody_with_a_past(people)
        async with without(own_stack.analytics):
            conversation = await person.new_conversation(title=SECRET)
            await person.ask(conversation, "[[say]]This is counted after the erasure has begun")
            async with without(own_stack.chat):
                preview = ok(await admin.auth("GET", f"/users/{person.username}/erasure-preview"))
                assert [one["holdings"] is None for one in preview["services"]] == [False, True, True]
                erasure_id = await deleted(admin, person)

                async def has_failed() -> bool:
                    receipt = ok(await admin.auth("GET", f"/erasures/{erasure_id}"))
                    return all(part(receipt, service)["problem"] for service in (CHAT, ANALYTICS))

                await eventually(has_failed)
                assert ok(await admin.auth("GET", f"/erasures/{erasure_id}"))["completed_at"] is None
        receipt = await completed(admin, erasure_id)
        assert part(receipt, CHAT)["erased"] == {"conversations": 3, "messages": 8, "personas": 0}
        await all_delivered(own_stack)
        assert copies_of(own_stack, ANALYTICS, person.user_id) == {}, "events that came late are nobody's, too"
        assert copies_of(own_stack, CHAT, SECRET) == {}

    async def test_goes_on_after_auth_service_was_killed(self, people: People, own_stack: Stack, admin: Person) -> None:
        person = await somebody_with_a_past(people)
        async with without(own_stack.chat):
            erasure_id = await deleted(admin, person)
            own_stack.auth.kill()
        own_stack.auth.start()
        await asyncio.to_thread(own_stack.auth.wait_ready)
        receipt = await completed(admin, erasure_id)
        assert part(receipt, CHAT)["erased"] == {"conversations": 2, "messages": 6, "personas": 0}
        problems = [one["problem"] for one in receipt["services"]]
        assert problems == [None, None, None]

    async def test_while_an_answer_is_written_leaves_nothing_of_it(
        self, people: People, own_stack: Stack, admin: Person
    ) -> None:
        person = await people.register()
        conversation = await person.new_conversation(title=SECRET)
        async with person.socket(conversation, stream=True) as socket:
            await socket.expect("ready")
            await socket.send("message", content=LONG_ANSWER)
            await socket.until("delta")
            erasure_id = await deleted(admin, person)
            _frames, code, _reason = await asyncio.wait_for(socket.refusal(), BITE_SECONDS)
        assert code == 4401
        await completed(admin, erasure_id)
        for service in (CHAT, ANALYTICS):

            async def is_gone(service: Service = service) -> bool:
                return copies_of(own_stack, service, person.user_id) == {}

            await eventually(is_gone)
        assert copies_of(own_stack, CHAT, conversation).keys() <= {"outbox_events"}

    async def test_the_name_is_free_and_sees_nothing_of_the_old_one(self, people: People, admin: Person) -> None:
        person = await somebody_with_a_past(people)
        conversation = (await person.conversations())[0]["id"]
        await deleted(admin, person)
        body = {"username": person.username, "email": f"{person.username}@example.com", "password": PASSWORD}
        ok(await people.http.post(f"{people.stack.auth.address}/users/", json=body))
        namesake = await people.sign_in(person.username, PASSWORD)
        assert await namesake.conversations() == []
        assert_problem(await namesake.chat("GET", f"/conversations/{conversation}/messages"), 404)
        assert ok(await namesake.analytics("GET", "/analytics/me"))["messages"] == 0
        assert ok(await namesake.auth("GET", "/api-keys/")) == []


class TestOwnData:
    async def test_is_taken_along_whole(self, people: People, own_stack: Stack) -> None:
        person, other = await somebody_with_a_past(people), await somebody_with_a_past(people)
        await all_delivered(own_stack)
        account = ok(await person.auth("GET", "/users/me/export"))
        assert account["profile"]["id"] == person.user_id
        assert len(account["sessions"]) == 2
        assert [key["name"] for key in account["api_keys"]] == [SECRET]
        chats = await person.chat("GET", "/export")
        assert "attachment" in chats.headers["Content-Disposition"]
        document = ok(chats)
        assert document["is_complete"] is True
        assert [len(one["messages"]) for one in document["conversations"]] == [2, 4]
        own = {one["id"] for one in await person.conversations()}
        assert {one["id"] for one in document["conversations"]} == own
        use = ok(await person.analytics("GET", "/analytics/me"))
        assert (use["conversations"], use["messages"], use["answers"]) == (2, 3, 3)
        for text in (json.dumps(account), chats.text, json.dumps(use)):
            assert other.user_id not in text

    async def test_two_hundred_messages_are_all_there(self, people: People) -> None:
        person = await people.register()
        conversation = await person.new_conversation()
        for number in range(100):
            await person.ask(conversation, f"[[say]]{number}")
        (exported,) = ok(await person.chat("GET", "/export"))["conversations"]
        assert [one["content"] for one in exported["messages"] if one["role"] == "user"] == [
            f"[[say]]{number}" for number in range(100)
        ]
        assert len(exported["messages"]) == 200

    async def test_deleting_one_s_own_account_gives_a_receipt_that_needs_no_account(
        self, people: People, admin: Person
    ) -> None:
        person = await somebody_with_a_past(people)
        refused = await person.auth("DELETE", "/users/me", json={"current_password": "not-the-one-1"})
        assert_problem(refused, 400)
        assert len(await person.conversations()) == 2
        answer = ok(await person.auth("DELETE", "/users/me", json={"current_password": PASSWORD}))
        assert (await person.auth("GET", "/users/me")).status_code == 401
        address = f"{people.stack.auth.address}/erasures/receipt"

        async def is_complete() -> Json | None:
            shown: Json = ok(await people.http.post(address, json={"receipt": answer["receipt"]}))
            return shown if shown["completed_at"] else None

        shown = await eventually(is_complete)
        assert part(shown, CHAT)["erased"] == {"conversations": 2, "messages": 6, "personas": 0}
        assert (await completed(admin, answer["erasure_id"]))["is_own_request"] is True
        assert_problem(await people.http.post(address, json={"receipt": f"cve_{new_id()}"}), 404)


class TestRegistration:
    async def test_by_invitation_alone(self, people: People, admin: Person) -> None:
        address = f"{people.stack.auth.address}/users/"
        name = unique_name()
        body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        ok(await admin.auth("PUT", "/settings/registration", json={"mode": "invite_only", "allowed_domains": []}))
        try:
            assert_problem(await people.http.post(address, json=body), 403)
            made = ok(await admin.auth("POST", "/invitations/", json={"roles": ["manager", "user"]}))
            invited = body | {"invitation": made["token"]}
            assert ok(await people.http.post(address, json=invited))["roles"] == ["manager", "user"]
            again = invited | {"username": unique_name(), "email": f"{unique_name()}@example.com"}
            assert_problem(await people.http.post(address, json=again), 403)
        finally:
            ok(await admin.auth("PUT", "/settings/registration", json={"mode": "open", "allowed_domains": []}))
        manager = await people.sign_in(name, PASSWORD)
        assert (await manager.summary())["total_users"] >= 1
        assert_problem(await manager.auth("POST", "/invitations/", json={}), 403)


class TestSignInsOfAPerson:
    async def test_ended_by_an_admin_end_at_once_on_open_sockets_too(self, people: People, admin: Person) -> None:
        person = await people.register()
        conversation = await person.new_conversation()
        async with person.socket(conversation, stream=True) as socket:
            await socket.expect("ready")
            (sign_in,) = ok(await admin.auth("GET", f"/users/{person.username}/sessions"))
            ok(await admin.auth("DELETE", f"/users/{person.username}/sessions/{sign_in['id']}"))
            _frames, code, _reason = await asyncio.wait_for(socket.refusal(), BITE_SECONDS)
        assert code == 4401
        assert (await person.auth("GET", "/users/me")).status_code == 401
        assert (await person.chat("GET", "/conversations/")).status_code == 401


class TestCallsThatAreRefusedElsewhere:
    async def test_are_in_the_audit_trail(self, people: People, own_stack: Stack, admin: Person) -> None:
        person = await people.register()
        answer = await person.analytics("GET", "/analytics/summary")
        assert_problem(answer, 403)

        async def entries() -> list[Json] | None:
            query = {"action": "admin_call.refused", "actor_id": person.user_id}
            return ok(await admin.auth("GET", "/audit/", params=query)) or None

        (entry,) = await eventually(entries)
        assert entry["actor_name"] == person.username
        assert entry["request_id"] == answer.headers["X-Request-ID"]
        assert entry["address"] == "127.0.0.1"
        told = {name: entry["detail"][name] for name in ("service", "method", "route")}
        assert told == {"service": "analytics-service", "method": "GET", "route": "/analytics/summary"}
