"""What ends a session takes effect in every service within ten seconds, and what happens without auth-service."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from launcher.services import AUTH
from support.client import PASSWORD, People, Person, assert_problem, ok, people_of, read_event, unique_name
from support.scripted_openai import ScriptedOpenAI
from support.stack import Stack, metric, running_stack
from support.waiting import eventually

BITE_SECONDS = 10.0
RECOVERY_SECONDS = 5.0
NEW_PASSWORD = "another-pass-456"
LONG_ANSWER = "[[tokens=2000]][[rate=40]]"
Act = Callable[[People, Person], Awaitable[None]]


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """An installation whose auth-service these tests may stop."""
    with running_stack(tmp_path_factory.mktemp("revocation"), provider=provider) as running:
        yield running


@pytest.fixture
async def people(own_stack: Stack) -> AsyncIterator[People]:
    async with people_of(own_stack) as people:
        yield people


async def chat(person: Person) -> int:
    return (await person.chat("GET", "/conversations/")).status_code


async def analytics(person: Person) -> int:
    return (await person.analytics("GET", "/analytics/summary")).status_code


async def until(call: Callable[[Person], Awaitable[int]], person: Person, status: int, seconds: float) -> None:
    """Returns once the call is answered so."""

    async def look() -> bool:
        return await call(person) == status

    await eventually(look, seconds=seconds)


async def known_manager(people: People) -> Person:
    """Someone whom both services have just let in."""
    person = await people.register(roles=["manager", "user"])
    assert (await chat(person), await analytics(person)) == (200, 200)
    return person


async def sign_out(people: People, person: Person) -> None:
    ok(await person.auth("POST", "/auth/logout"))


async def sign_out_from_elsewhere(people: People, person: Person) -> None:
    other = await people.sign_in(person.username, PASSWORD)
    sessions = ok(await other.auth("GET", "/auth/sessions"))
    for session in sessions:
        if not session["is_current"]:
            ok(await other.auth("DELETE", f"/auth/sessions/{session['id']}"))


async def sign_out_everywhere(people: People, person: Person) -> None:
    ok(await person.auth("DELETE", "/auth/sessions"))


async def change_password_elsewhere(people: People, person: Person) -> None:
    other = await people.sign_in(person.username, PASSWORD)
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    ok(await other.auth("PUT", "/users/me/password", json=body))


async def deactivate(people: People, person: Person) -> None:
    admin = await people.admin()
    ok(await admin.auth("PATCH", f"/users/{person.username}", json={"is_active": False}))


async def delete(people: People, person: Person) -> None:
    ok(await (await people.admin()).auth("DELETE", f"/users/{person.username}"))


async def steal_a_refresh_token(people: People, person: Person) -> None:
    """The thief refreshes; the owner's programme comes later with the same token, after its successor was used."""
    sent = [person.refresh_token]
    for _ in range(2):
        answer = await people.http.post(f"{people.stack.auth.address}/auth/refresh", json={"refresh_token": sent[-1]})
        sent.append(ok(answer)["refresh_token"])
    reused = await people.http.post(f"{people.stack.auth.address}/auth/refresh", json={"refresh_token": sent[0]})
    assert_problem(reused, 401, "invalid_refresh_token")


ENDS: list[Act] = [
    sign_out,
    sign_out_from_elsewhere,
    sign_out_everywhere,
    change_password_elsewhere,
    deactivate,
    delete,
    steal_a_refresh_token,
]


class TestEndOfASession:
    @pytest.mark.parametrize("end", ENDS, ids=lambda act: act.__name__)
    async def test_is_felt_in_every_service_and_on_open_sockets(self, people: People, end: Act) -> None:
        person, bystander = await known_manager(people), await known_manager(people)
        conversation, theirs = await person.new_conversation(), await bystander.new_conversation()
        async with (
            person.socket(conversation, stream=True) as streaming,
            person.socket(conversation) as plain,
            bystander.socket(theirs) as untouched,
        ):
            await streaming.expect("ready")
            await end(people, person)
            ended_at = time.monotonic()
            first, second, *_ = await asyncio.gather(
                streaming.close_code(seconds=BITE_SECONDS),
                plain.close_code(seconds=BITE_SECONDS),
                until(chat, person, 401, BITE_SECONDS),
                until(analytics, person, 401, BITE_SECONDS),
            )
            assert time.monotonic() - ended_at < BITE_SECONDS
            assert (first, second) == (4401, 4401)
            assert_problem(await person.auth("GET", "/users/me"), 401)
            await untouched.send("ping")
            await untouched.expect("pong")
        assert (await chat(bystander), await analytics(bystander)) == (200, 200)

    async def test_ends_an_event_stream_but_not_the_answer(self, people: People, own_stack: Stack) -> None:
        person = await known_manager(people)
        conversation = await person.new_conversation()
        events = {"Accept": "text/event-stream"}
        path = f"/conversations/{conversation}/messages"
        asking = asyncio.create_task(person.chat("POST", path, json={"content": LONG_ANSWER}, headers=events))

        async def is_streaming() -> bool:
            messages = await person.messages(conversation)
            return bool(messages) and messages[-1]["seq"] > 5

        await eventually(is_streaming)
        await sign_out(people, person)
        async with asyncio.timeout(BITE_SECONDS):
            frames = [read_event(block) for block in (await asking).text.strip().split("\n\n")]
        assert (frames[-1].type, frames[-1]["code"]) == ("error", "invalid_credentials")
        again = await people.sign_in(person.username, PASSWORD)
        assert (await again.messages(conversation))[-1]["status"] == "streaming"
        async with again.socket(conversation, stream=True) as socket:
            ready = await socket.expect("ready")
            await socket.send("stop", message_id=ready["active"][0]["message_id"])
            assert (await socket.answer())[-1]["status"] == "stopped"


class TestChangedRole:
    async def test_that_is_lost_closes_the_figures_and_nothing_else(self, people: People) -> None:
        person, admin = await known_manager(people), await people.admin()
        async with person.socket(await person.new_conversation()) as socket:
            ok(await admin.auth("PUT", f"/users/{person.username}/roles", json={"roles": ["user"]}))
            await until(analytics, person, 403, BITE_SECONDS)
            await socket.send("ping")
            await socket.expect("pong")
        assert await chat(person) == 200

    async def test_that_is_gained_opens_the_figures_to_the_old_token(self, people: People) -> None:
        person, admin = await people.register(), await people.admin()
        assert await analytics(person) == 403
        ok(await admin.auth("PUT", f"/users/{person.username}/roles", json={"roles": ["manager"]}))
        await until(analytics, person, 200, BITE_SECONDS)


class TestNameRegisteredAnew:
    async def test_sees_nothing_of_the_old_one(self, people: People) -> None:
        old = await people.register()
        conversation = await old.new_conversation(title="Secret plans")
        await old.ask(conversation, "[[say]]Nobody will know")
        await delete(people, old)
        body = {"username": old.username, "email": f"{unique_name()}@example.com", "password": PASSWORD}
        ok(await people.http.post(f"{people.stack.auth.address}/users/", json=body))
        new = await people.sign_in(old.username, PASSWORD)
        assert new.user_id != old.user_id
        assert await new.conversations() == []
        assert await new.conversations(q="Secret") == []
        assert len(ok(await new.auth("GET", "/auth/sessions"))) == 1
        for method, path in (("GET", ""), ("GET", "/messages"), ("DELETE", "")):
            assert_problem(await new.chat(method, f"/conversations/{conversation}{path}"), 404)
        async with new.socket(conversation) as socket:
            assert await socket.close_code() == 4404
        await until(chat, old, 401, BITE_SECONDS)


class TestCost:
    async def test_a_session_is_asked_about_once_in_five_seconds_whatever_it_does(
        self, people: People, own_stack: Stack
    ) -> None:
        async def asked() -> float:
            text = (await people.http.get(f"{own_stack.chat.address}/metrics")).text
            return metric(text, "session_introspections_total")

        person = await people.register()
        conversation = await person.new_conversation()
        async with (
            person.socket(conversation) as _first,
            person.socket(conversation, stream=True) as _second,
        ):
            before, started_at = await asked(), time.monotonic()
            for _ in range(20):
                assert set(await asyncio.gather(*(chat(person) for _ in range(10)))) == {200}
            questions = await asked() - before
        assert questions <= 1 + (time.monotonic() - started_at) / 5


class TestRestartOfAuth:
    async def test_keeps_sessions_and_refresh_tokens(self, people: People, own_stack: Stack) -> None:
        person = await people.register()
        own_stack.auth.restart()
        ok(await person.auth("GET", "/users/me"))
        address = f"{own_stack.auth.address}/auth/refresh"
        pair = ok(await people.http.post(address, json={"refresh_token": person.refresh_token}))
        assert pair["refresh_token"] != person.refresh_token


class TestAuthServiceAway:
    """The known go on in chat; nobody sees figures; both recover at once."""

    @pytest.mark.parametrize("is_silent", [False, True], ids=["stopped", "silent"])
    async def test_chat_goes_on_for_the_known_and_analytics_waits(
        self, people: People, own_stack: Stack, is_silent: bool
    ) -> None:
        known, unseen = await known_manager(people), await people.register(roles=["manager"])
        conversation = await known.new_conversation()
        async with known.socket(conversation) as socket:
            if is_silent:
                own_stack.auth.pause()
            else:
                own_stack.auth.stop()
            try:
                await self._go_on(known, own_stack)
                await until(analytics, known, 503, BITE_SECONDS)
                for response in (
                    await known.analytics("GET", "/analytics/summary"),
                    await unseen.chat("GET", "/conversations/"),
                    await unseen.analytics("GET", "/analytics/summary"),
                ):
                    assert_problem(response, 503, "identity_unavailable")
                    assert int(response.headers["Retry-After"]) > 0
                await socket.send("message", content="[[say]]Still here")
                assert (await socket.receive())["content"] == "Still here"
            finally:
                if is_silent:
                    own_stack.auth.go_on()
                else:
                    own_stack.auth.start()
                    await asyncio.to_thread(own_stack.auth.wait_ready)
            returned_at = time.monotonic()
            await asyncio.gather(
                until(analytics, known, 200, RECOVERY_SECONDS),
                until(analytics, unseen, 200, RECOVERY_SECONDS),
                until(chat, unseen, 200, RECOVERY_SECONDS),
            )
            assert time.monotonic() - returned_at < RECOVERY_SECONDS
            await sign_out(people, known)
            assert await socket.close_code(seconds=BITE_SECONDS) == 4401

    async def _go_on(self, person: Person, stack: Stack) -> None:
        """Uses chat until it has had to do without auth-service, and every request was answered in good time."""

        async def is_without() -> bool:
            began_at = time.monotonic()
            assert await chat(person) == 200
            assert time.monotonic() - began_at < 4, "nobody waits for a service that is away"
            text = (await person.chat("GET", "/metrics")).text
            return metric(text, "session_outage_acceptances_total") > accepted

        text = (await person.chat("GET", "/metrics")).text
        accepted = metric(text, "session_outage_acceptances_total")
        await eventually(is_without)

    async def test_what_ended_meanwhile_is_refused_on_its_return(self, people: People, own_stack: Stack) -> None:
        person = await known_manager(people)
        await until(chat, person, 200, BITE_SECONDS)
        ok(await person.auth("POST", "/auth/logout"))
        own_stack.auth.stop()
        own_stack.auth.start()
        await asyncio.to_thread(own_stack.auth.wait_ready)
        await until(chat, person, 401, BITE_SECONDS)
        assert own_stack.query(AUTH, "SELECT revoked_reason FROM sessions WHERE user_id = ?", person.user_id) == [
            ("signed_out",)
        ]


class TestHostileTokens:
    async def test_are_not_asked_about(self, people: People, own_stack: Stack) -> None:
        async def asked() -> float:
            text = (await people.http.get(f"{own_stack.auth.address}/metrics")).text
            return metric(text, "http_requests_total", route="/auth/introspect")

        person = await people.register()
        before = await asked()
        header, payload, signature = person.token.split(".")
        hostile = ("x", f"{header}.{payload}.", f"{header}.{payload}.{signature[::-1]}", person.refresh_token)
        for token in hostile:
            headers = {"Authorization": f"Bearer {token}"}
            assert_problem(await person.chat("GET", "/conversations/", headers=headers), 401, "invalid_credentials")
            assert_problem(await person.analytics("GET", "/analytics/summary", headers=headers), 401)
        assert await asked() - before == 0
