"""Events and figures: counted exactly, whatever happens to analytics-service meanwhile, and shown to few."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Self

import httpx
import msgspec
import pytest
from aiohttp import web
from launcher.services import AUTH, CHAT
from service_kit.clock import new_id, utc_now
from service_kit.events import (
    AnyEvent,
    ApiRequest,
    ConversationCreated,
    ConversationDeleted,
    MessageCreated,
    MessageFeedback,
    TitleGenerated,
    UserLogin,
    UserRegistered,
)
from support.client import Json, People, Person, assert_problem, ok, people_of
from support.processes import free_port
from support.scripted_openai import ScriptedOpenAI
from support.settling import answered, let_midnight_pass, nothing_waits, settled
from support.stack import Stack, metric, running_stack
from support.waiting import eventually

FIGURES = {
    "total_users",
    "active_users_today",
    "total_conversations",
    "total_messages",
    "total_tokens_used",
    "avg_response_time",
    "error_rate",
}
LASTING = ("total_users", "total_conversations", "total_messages", "total_tokens_used")
# The dispatcher gives up on a silent analytics-service after 5 s: requests that waited for it would take longer.
PATIENCE_SECONDS = 4.0


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """An installation whose every request is known to these tests."""
    with running_stack(tmp_path_factory.mktemp("counted"), provider=provider) as running:
        yield running


@pytest.fixture
async def crowd(counted: Stack) -> AsyncIterator[People]:
    await let_midnight_pass()
    async with people_of(counted) as people:
        yield people


class TestSummary:
    async def test_moves_exactly_by_what_happened(self, crowd: People) -> None:
        before, errors_before = await settled(crowd), (await answered(crowd)).errors
        alice, bob = await crowd.register(), await crowd.register()
        conversations = [await alice.new_conversation(), await alice.new_conversation()]
        usages = [
            (await alice.ask(id_, f"[[say]]{'word ' * 7}"))["usage"] for id_ in (*conversations, conversations[0])
        ]
        assert (await bob.send(await bob.new_conversation(), "[[status=400]]")).status_code == 502
        assert (await bob.chat("GET", f"/conversations/{conversations[0]}")).status_code == 404
        after, sums = await settled(crowd), await answered(crowd)
        assert after.keys() == FIGURES
        moved = {name: after[name] - before[name] for name in (*LASTING, "active_users_today")}
        assert moved == {
            "total_users": 2,
            "active_users_today": 2,
            "total_conversations": 3,
            "total_messages": 8,  # three answered, one failed: each a question and an answer
            "total_tokens_used": sum(usage["total_tokens"] for usage in usages),
        }
        assert sums.errors - errors_before == 1
        assert after["error_rate"] == pytest.approx(sums.errors / sums.requests, abs=1e-12)
        assert after["avg_response_time"] == pytest.approx(sums.seconds / sums.requests, rel=0.01)

    async def test_counts_the_first_admin_and_closed_accounts(self, crowd: People) -> None:
        admin, alice = await crowd.admin(), await crowd.register()
        ok(await admin.auth("PATCH", f"/users/{alice.username}", json={"is_active": False}))
        summary = await settled(crowd)
        assert summary["total_users"] == crowd.stack.query(AUTH, "SELECT count(*) FROM users")[0][0]

    async def test_never_falls_when_something_is_deleted(self, crowd: People) -> None:
        admin, alice = await crowd.admin(), await crowd.register()
        conversation = await alice.new_conversation()
        await alice.ask(conversation, "[[say]]Soon gone")
        before = await settled(crowd)
        ok(await alice.chat("DELETE", f"/conversations/{conversation}"))
        ok(await admin.auth("DELETE", f"/users/{alice.username}"))
        after = await settled(crowd)
        assert {name: after[name] for name in LASTING} == {name: before[name] for name in LASTING}

    async def test_counts_a_resent_message_once(self, crowd: People) -> None:
        alice = await crowd.register()
        conversation = await alice.new_conversation()
        before = await settled(crowd)
        for _ in range(3):
            ok(await alice.send(conversation, "[[say]]Once", client_id="c-1"))
        assert (await settled(crowd))["total_messages"] == before["total_messages"] + 2


@dataclass
class Load:
    """What a load did, and how long each of its requests took."""

    conversations: int = 0
    exchanges: int = 0
    seconds: list[float] = field(default_factory=list)


async def converse(person: Person, turns: int, load: Load) -> None:
    """A new conversation and a message in it, `turns` times one after the other."""
    for turn in range(turns):
        started_at = time.perf_counter()
        conversation = await person.new_conversation()
        load.conversations += 1
        load.seconds.append(time.perf_counter() - started_at)
        started_at = time.perf_counter()
        await person.ask(conversation, f"[[say]]Turn {turn}")
        load.exchanges += 1
        load.seconds.append(time.perf_counter() - started_at)


async def load_until(people: People, is_enough: "asyncio.Future[None]") -> Load:
    """Four people converse, each three times at least and then until told that it is enough."""
    load = Load()
    persons = [await people.register() for _ in range(4)]
    while True:
        await asyncio.gather(*(converse(person, 3, load) for person in persons))
        if is_enough.done():
            return load


class ForgetfulRoad:
    """Carries batches to analytics-service and loses every other answer: what was stored is sent again."""

    def __init__(self) -> None:
        port = free_port()
        self.address, self.target = f"http://127.0.0.1:{port}", ""
        self.duplicates = 0
        self._batches = 0
        self._port = port

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/events", self._carry)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def has_doubled(self) -> bool:
        return self.duplicates > 0

    async def _carry(self, request: web.Request) -> web.Response:
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type")}
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(f"{self.target}/events", content=await request.read(), headers=headers)
        self.duplicates += answer.json()["duplicates"]
        self._batches += 1
        if self._batches % 2 and request.transport is not None:
            request.transport.abort()
        return web.Response(status=answer.status_code, body=answer.content, content_type="application/json")


class TestOutage:
    async def assert_exact(self, crowd: People, before: Json, load: Load) -> None:
        after = await settled(crowd)
        assert after["total_users"] - before["total_users"] == 4
        assert after["active_users_today"] - before["active_users_today"] == 4
        assert after["total_conversations"] - before["total_conversations"] == load.conversations
        assert after["total_messages"] - before["total_messages"] == 2 * load.exchanges
        # The median: on a busy machine single requests are slow for reasons of their own.
        assert median(load.seconds) < PATIENCE_SECONDS

    async def test_of_a_service_that_is_gone_costs_nothing_and_loses_nothing(self, crowd: People) -> None:
        before, analytics = await settled(crowd), crowd.stack.analytics
        enough = asyncio.get_running_loop().create_future()
        load_task = asyncio.create_task(load_until(crowd, enough))
        await eventually(lambda: events_wait(crowd.stack, 1))
        analytics.kill()
        await eventually(lambda: events_wait(crowd.stack, 40))
        enough.set_result(None)
        load = await load_task
        analytics.start()
        await asyncio.to_thread(analytics.wait_ready)
        await self.assert_exact(crowd, before, load)

    async def test_of_a_service_that_hangs_delays_nobody_and_loses_nothing(self, crowd: People) -> None:
        before, analytics = await settled(crowd), crowd.stack.analytics
        unreachable_before = unreachable_lines(crowd.stack)
        analytics.pause()
        try:
            enough = asyncio.get_running_loop().create_future()
            load_task = asyncio.create_task(load_until(crowd, enough))

            async def has_been_given_up() -> bool:
                # By then a request that waited for it would have waited in vain, and the batch is sent again.
                return unreachable_lines(crowd.stack) > unreachable_before

            await eventually(has_been_given_up)
            enough.set_result(None)
            load = await load_task
        finally:
            analytics.go_on()
        await self.assert_exact(crowd, before, load)

    async def test_of_the_way_back_alone_counts_nothing_twice(
        self, tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI
    ) -> None:
        async with ForgetfulRoad() as road:
            settings = {"ANALYTICS_SERVICE_URL": road.address}
            with running_stack(tmp_path_factory.mktemp("road"), provider=provider, settings=settings) as stack:
                road.target = stack.analytics.address
                async with people_of(stack) as people:
                    before, road.duplicates = await settled(people), 0
                    enough = asyncio.get_running_loop().create_future()
                    load_task = asyncio.create_task(load_until(people, enough))
                    await eventually(road.has_doubled)
                    enough.set_result(None)
                    await self.assert_exact(people, before, await load_task)

    async def test_outlives_the_sender(
        self, tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI
    ) -> None:
        folder = tmp_path_factory.mktemp("outbox")
        with running_stack(folder, services=[AUTH, CHAT], provider=provider) as stack:
            async with people_of(stack) as people:
                alice = await people.register()
                await alice.ask(await alice.new_conversation(), "[[say]]Written down")
                for process in stack.processes:
                    process.kill()
                for process in (*stack.processes, stack.analytics):
                    process.start()
                for process in (*stack.processes, stack.analytics):
                    await asyncio.to_thread(process.wait_ready)
                await eventually(lambda: nothing_waits(stack))
                summary = await (await people.admin()).summary()
        assert {name: summary[name] for name in LASTING[:3]} == {
            "total_users": 2,
            "total_conversations": 1,
            "total_messages": 2,
        }


async def events_wait(stack: Stack, count: int) -> bool:
    return stack.waiting_events() >= count


def unreachable_lines(stack: Stack) -> int:
    text = (stack.log_folder / f"{CHAT.name}.log").read_text(encoding="utf-8")
    return text.count("analytics_unreachable")


class TestAccess:
    async def test_admin_and_manager_see_the_figures(self, people: People) -> None:
        for person in (await people.admin(), await people.register(roles=["manager"])):
            assert (await person.summary()).keys() == FIGURES

    async def test_a_user_does_not(self, alice: Person) -> None:
        assert_problem(await alice.analytics("GET", "/analytics/summary"), 403, "role_required")

    async def test_a_service_does_not_either(self, stack: Stack, alice: Person) -> None:
        headers = {"Authorization": f"Bearer {stack.codec.sign_service('chat-service')}"}
        assert_problem(await alice.analytics("GET", "/analytics/summary", headers=headers), 401)

    async def test_no_person_may_send_events(self, people: People) -> None:
        event = msgspec.to_builtins(UserLogin(source="a-person", user_id=new_id()))
        for person in (await people.register(), await people.admin()):
            assert_problem(await person.analytics("POST", "/events", json={"events": [event]}), 401)
        anonymous = await people.http.post(f"{people.stack.analytics.address}/events", json={"events": [event]})
        assert_problem(anonymous, 401)


def one_of_each() -> list[AnyEvent]:
    """An event of every type, as chat and auth make them."""
    source, user_id, conversation_id = "chat-service", new_id(), new_id()
    about: dict[str, Any] = {"source": source, "user_id": user_id, "conversation_id": conversation_id}
    return [
        ApiRequest(
            source=source,
            user_id=user_id,
            endpoint="/conversations/{conversation_id}",
            method="GET",
            status_code=200,
            response_time=0.1,
        ),
        ApiRequest(source="auth-service", user_id="", endpoint="/", method="GET", status_code=404, response_time=0.0),
        UserRegistered(source=source, user_id=user_id),
        UserLogin(source=source, user_id=user_id),
        ConversationCreated(source=source, user_id=user_id, conversation_id=conversation_id),
        MessageCreated(**about, message_id=new_id(), role="user"),
        MessageCreated(
            source=source,
            user_id=user_id,
            conversation_id=conversation_id,
            message_id=new_id(),
            role="assistant",
            model="gpt-4",
            prompt_tokens=3,
            completion_tokens=4,
            total_tokens=7,
            response_time=0.5,
            time_to_first_token=0.1,
            status="stopped",
        ),
        MessageFeedback(**about, message_id=new_id(), message_at=utc_now(), rating="up"),
        TitleGenerated(source=source, user_id=user_id, conversation_id=conversation_id, total_tokens=5),
        ConversationDeleted(source=source, user_id=user_id, conversation_id=conversation_id),
    ]


class TestEvents:
    @staticmethod
    async def post(people: People, events: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {people.stack.codec.sign_service('chat-service')}"}
        body = {"events": msgspec.to_builtins(events)}
        return await people.http.post(f"{people.stack.analytics.address}/events", json=body, headers=headers)

    async def test_of_every_type_are_accepted_and_known_when_they_come_again(self, people: People) -> None:
        events = one_of_each()
        first, second = await self.post(people, events), await self.post(people, events)
        assert (first.status_code, first.json()) == (202, {"accepted": len(events), "duplicates": 0, "parked": 0})
        assert (second.status_code, second.json()) == (202, {"accepted": 0, "duplicates": len(events), "parked": 0})

    async def test_sent_by_several_at_once_count_once(self, people: People) -> None:
        events = [UserLogin(source="auth-service", user_id=new_id()) for _ in range(50)]
        answers = await asyncio.gather(*(self.post(people, events) for _ in range(6)))
        assert {answer.status_code for answer in answers} == {202}
        assert sum(answer.json()["accepted"] for answer in answers) == 50

    @pytest.mark.parametrize(
        "change",
        [
            {"event_type": "invented"},
            {"occurred_at": "2026-01-01T00:00:00"},
            {"occurred_at": "yesterday"},
            {"user_id": 7},
            {"event_id": ""},
            {"source": None},
        ],
        ids=str,
    )
    async def test_a_malformed_one_is_parked_and_the_others_count(self, people: People, change: Json) -> None:
        good = UserLogin(source="auth-service", user_id=new_id())
        bad = msgspec.to_builtins(UserLogin(source="auth-service", user_id=new_id())) | change
        answer = await self.post(people, [good, bad])
        assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "duplicates": 0, "parked": 1})
        parked = ok(await (await people.admin()).analytics("GET", "/analytics/parked", params={"limit": 200}))
        assert json.loads(parked[-1]["event"]) == bad

    async def test_come_in_batches_of_at_most_a_thousand(self, people: People) -> None:
        events = [UserLogin(source="auth-service", user_id="someone") for _ in range(1_001)]
        assert_problem(await self.post(people, events), 422, "too_many_events")
        assert (await self.post(people, events[:1_000])).json() == {"accepted": 1_000, "duplicates": 0, "parked": 0}

    async def test_that_services_really_send_are_never_refused(self, people: People) -> None:
        alice = await people.register()
        conversation = await alice.new_conversation()
        await alice.ask(conversation, "[[say]]Hello")
        await alice.send(conversation, "[[status=500]]")
        ok(await alice.chat("DELETE", f"/conversations/{conversation}"))
        await eventually(lambda: nothing_waits(people.stack))
        for service in (AUTH, CHAT):
            assert people.stack.query(service, "SELECT * FROM outbox_events WHERE parked_at IS NOT NULL") == []
            text = (await people.http.get(f"{people.stack.address_of(service)}/metrics")).text
            assert "events_dropped_total" in text
            assert metric(text, "events_dropped_total") == 0
