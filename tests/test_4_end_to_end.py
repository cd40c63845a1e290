"""The services together: many people at once, restarts, request ids, and what must never be written down."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from launcher.services import ANALYTICS, AUTH, CHAT
from support.client import PASSWORD, Json, People, Person, assert_problem, ok, people_of, unique_name
from support.processes import ServiceProcess
from support.scripted_openai import ScriptedOpenAI
from support.sockets import seqs_of, text_of
from support.stack import ADMIN_PASSWORD, ADMIN_USERNAME, Stack, running_stack
from support.waiting import eventually

NEW_ADMIN_PASSWORD = "changed-by-hand-1"


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """An installation that tests may restart; it logs all it can."""
    settings = {"LOG_LEVEL": "DEBUG"}
    with running_stack(tmp_path_factory.mktemp("restarts"), provider=provider, settings=settings) as running:
        yield running


@pytest.fixture
async def own_people(own_stack: Stack) -> AsyncIterator[People]:
    async with people_of(own_stack) as people:
        yield people


async def restart(process: ServiceProcess) -> None:
    process.stop()
    process.start()
    await asyncio.to_thread(process.wait_ready)


class TestManyPeople:
    async def test_talk_at_once_and_each_gets_the_own_answer(self, people: People) -> None:
        persons = await asyncio.gather(*(people.register() for _ in range(8)))

        async def converse(person: Person) -> tuple[str, list[Json]]:
            conversation = await person.new_conversation()
            async with person.socket(conversation, stream=True) as socket:
                for turn in range(3):
                    await socket.send("message", content=f"[[rate=200]][[say]]{person.username} in turn {turn}")
                    frames = await socket.answer()
                    assert text_of(frames) == frames[-1]["content"] == f"{person.username} in turn {turn}"
            return person.username, await person.messages(conversation)

        for username, messages in await asyncio.gather(*(converse(person) for person in persons)):
            assert len(messages) == 6
            assert all(username in message["content"] for message in messages)

    async def test_one_person_in_many_conversations_at_once(self, alice: Person) -> None:
        conversations = [await alice.new_conversation() for _ in range(6)]
        async with AsyncExitStack() as sockets:
            opened = [await sockets.enter_async_context(alice.socket(id_, stream=True)) for id_ in conversations]
            for id_, socket in zip(conversations, opened, strict=True):
                await socket.send("message", content=f"[[rate=100]][[say]]a b c d e {id_}")
            answers = await asyncio.gather(*(socket.answer() for socket in opened))
        for id_, frames in zip(conversations, answers, strict=True):
            assert text_of(frames) == f"a b c d e {id_}"
            assert seqs_of(frames) == list(range(1, frames[-1]["seq"] + 1))


class TestPrivacy:
    async def test_nothing_of_one_shows_to_another(self, people: People, alice: Person, bob: Person) -> None:
        conversation = await alice.new_conversation(title="Diary")
        reply = await alice.ask(conversation, "[[say]]Nobody may read this")
        manager = await people.register(roles=["manager"])
        for other in (bob, manager, await people.admin()):
            assert conversation not in json.dumps(await other.conversations(limit=200))
            headers = {"X-Request-ID": "equal"}
            found = [
                await other.chat("GET", f"/conversations/{id_}{rest}", headers=headers)
                for rest in ("", "/messages")
                for id_ in (conversation, reply["id"])
            ]
            assert {response.content for response in found} == {found[0].content}
            assert_problem(found[0], 404, "conversation_not_found")
            async with other.socket(conversation) as socket:
                assert await socket.close_code() == 4404

    async def test_nobody_registers_as_admin(self, people: People) -> None:
        name = unique_name()
        body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "roles": ["admin"]}
        assert_problem(await people.http.post(f"{people.stack.auth.address}/users/", json=body), 403)
        assert people.stack.query(AUTH, "SELECT 1 FROM users WHERE username = ?", name) == []


class TestRestart:
    async def test_of_auth_keeps_users_and_their_tokens(self, own_people: People, own_stack: Stack) -> None:
        alice = await own_people.register()
        ok(await alice.auth("PATCH", "/users/me", json={"preferences": {"theme": "dark"}}))
        before = ok(await alice.auth("GET", "/users/me"))
        await restart(own_stack.auth)
        assert ok(await alice.auth("GET", "/users/me")) == before
        again = await own_people.sign_in(alice.username, PASSWORD)
        assert again.user_id == alice.user_id

    async def test_of_auth_leaves_the_admin_as_it_is(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        with running_stack(tmp_path_factory.mktemp("admin"), services=[AUTH]) as stack:
            async with people_of(stack) as people:
                admin = await people.admin()
                change = {"current_password": ADMIN_PASSWORD, "new_password": NEW_ADMIN_PASSWORD}
                ok(await admin.auth("PUT", "/users/me/password", json=change))
                await restart(stack.auth)
                assert_problem(await people.post_token(ADMIN_USERNAME, ADMIN_PASSWORD), 401)
                assert (await people.sign_in(ADMIN_USERNAME, NEW_ADMIN_PASSWORD)).user_id == admin.user_id
                assert stack.query(AUTH, "SELECT count(*) FROM users") == [(1,)]

    async def test_of_chat_keeps_conversations_and_goes_on(self, own_people: People, own_stack: Stack) -> None:
        alice = await own_people.register()
        conversation = await alice.new_conversation(title="Before", system_prompt="Remember.")
        await alice.ask(conversation, "[[say]]Kept")
        listed, messages = await alice.conversations(), await alice.messages(conversation)
        await restart(own_stack.chat)
        assert await alice.conversations() == listed
        assert await alice.messages(conversation) == messages
        seen = json.loads((await alice.ask(conversation, "[[echo_context]]"))["content"])
        assert [message["content"] for message in seen] == ["Remember.", "[[say]]Kept", "Kept", "[[echo_context]]"]

    async def test_of_chat_ends_sockets_with_1012_and_answers_as_interrupted(
        self, own_people: People, own_stack: Stack
    ) -> None:
        alice = await own_people.register()
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=True) as socket:
            await socket.send("message", content="[[tokens=900]][[rate=50]]")
            await socket.until("delta", seq=10)
            own_stack.chat.stop()
            assert await socket.close_code() == 1012
        own_stack.chat.start()
        await asyncio.to_thread(own_stack.chat.wait_ready)
        question, answer = await alice.messages(conversation)
        assert question["content"] == "[[tokens=900]][[rate=50]]"
        assert answer["status"] == "interrupted"
        assert answer["content"].startswith("".join(f"word{number} " for number in range(1, 11)))
        assert (await alice.ask(conversation, "[[say]]On we go"))["status"] == "complete"

    async def test_of_analytics_keeps_the_figures(self, own_people: People, own_stack: Stack) -> None:
        alice, admin = await own_people.register(), await own_people.admin()
        await alice.ask(await alice.new_conversation(), "[[say]]Count me")

        async def all_counted() -> bool:
            return own_stack.waiting_events() == 0

        await eventually(all_counted)
        before = await admin.summary()
        await restart(own_stack.analytics)
        after = await admin.summary()
        lasting = ("total_users", "total_conversations", "total_messages", "total_tokens_used")
        assert {name: before[name] for name in lasting} == {name: after[name] for name in lasting}
        assert before["total_messages"] >= 2

    async def test_of_everything_keeps_a_signed_in_person_going(self, own_people: People, own_stack: Stack) -> None:
        alice = await own_people.register()
        conversation = await alice.new_conversation()
        await alice.ask(conversation, "[[say]]First")
        for process in own_stack.processes:
            process.stop()
        for process in own_stack.processes:
            process.start()
        for process in own_stack.processes:
            await asyncio.to_thread(process.wait_ready)
        await alice.ask(conversation, "[[say]]Second")
        contents = [message["content"] for message in await alice.messages(conversation)]
        assert contents == ["[[say]]First", "First", "[[say]]Second", "Second"]


class TestRequestIds:
    async def test_one_id_is_found_in_every_service_and_in_its_errors(self, alice: Person, stack: Stack) -> None:
        trace = unique_name()
        headers = {"X-Request-ID": trace}
        answers = [
            await alice.auth("GET", "/users/nobody-of-this-name", headers=headers),
            await alice.chat("GET", "/conversations/none", headers=headers),
            await alice.analytics("GET", "/analytics/summary", headers=headers),
        ]
        assert {answer.json()["request_id"] for answer in answers} == {trace}

        async def logged() -> bool:
            names = [f"{service.name}.log" for service in (AUTH, CHAT, ANALYTICS)]
            return all(trace in (stack.log_folder / name).read_text(encoding="utf-8") for name in names)

        await eventually(logged)

    async def test_lines_of_the_log_are_json_with_time_and_level(self, alice: Person, stack: Stack) -> None:
        await alice.new_conversation()
        for service in (AUTH, CHAT, ANALYTICS):
            for line in (stack.log_folder / f"{service.name}.log").read_text(encoding="utf-8").splitlines():
                assert {"event", "level", "timestamp"} <= json.loads(line).keys(), line


class TestSecrets:
    async def test_no_token_password_or_key_reaches_a_log(self, own_people: People, own_stack: Stack) -> None:
        alice = await own_people.register()
        conversation = await alice.new_conversation()
        for stream in (False, True):
            async with alice.socket(conversation, stream=stream) as socket:
                await socket.send("message", content="[[say]]Hello")
                await socket.answer()
        offered = ["convoai", f"bearer.{alice.token}"]
        async with alice.socket(conversation, token=None, subprotocols=offered) as socket:
            await socket.send("ping")
            await socket.expect("pong")
        async with alice.socket(conversation, token=alice.token + "x") as socket:
            assert await socket.close_code() == 4401
        await own_people.post_token(alice.username, "mistyped-secret-1")
        body = {"current_password": "mistyped-secret-1", "new_password": "fresh-secret-22"}
        await alice.auth("PUT", "/users/me/password", json=body)
        await alice.chat("GET", f"/conversations/?token={alice.token}")
        await own_people.http.post(f"{own_stack.auth.address}/users/", json={"password": "mistyped-secret-1"})
        secrets = {
            "token": alice.token,
            "signature": alice.token.rsplit(".", 1)[1],
            "password": PASSWORD,
            "mistyped password": "mistyped-secret-1",
            "new password": "fresh-secret-22",
            "shared secret": own_stack.secret,
            "key of the model": own_stack.model_key,
        }
        for path in own_stack.log_files():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert text, path
            assert [name for name, secret in secrets.items() if secret in text] == [], path
        hashes = own_stack.query(AUTH, "SELECT password_hash FROM users WHERE username = ?", alice.username)
        assert PASSWORD not in str(hashes)

    async def test_the_key_of_the_model_reaches_the_provider_alone(self, alice: Person, stack: Stack) -> None:
        text = f"[[say]]{unique_name()}"
        await alice.ask(await alice.new_conversation(), text)
        record = next(record for record in stack.provider.requests if text in json.dumps(record.body))
        assert record.authorization == f"Bearer {stack.model_key}"


class TestProduction:
    def test_is_refused_with_unsafe_settings(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        short = "only-thirty-one-bytes-long-abcd"
        safe = {"ENVIRONMENT": "production", "ADMIN_PASSWORD": "chosen-by-hand-1"}
        cases: list[tuple[str, dict[str, str], str]] = [
            ("auth", {"AUTH_SECRET_KEY": ""}, "AUTH_SECRET_KEY"),
            ("analytics", {"AUTH_SECRET_KEY": short}, "AUTH_SECRET_KEY"),
            ("auth", {"ADMIN_PASSWORD": ADMIN_PASSWORD}, "ADMIN_PASSWORD"),
            ("chat", {"CORS_ORIGINS": "*"}, "CORS_ORIGINS"),
        ]
        started: list[tuple[ServiceProcess, str]] = []
        for name, unsafe, variable in cases:
            process: ServiceProcess = getattr(Stack(tmp_path_factory.mktemp("production"), services=()), name)
            process.environment |= safe | unsafe
            process.start()
            started.append((process, variable))
        for process, variable in started:
            assert process.wait_ended() != 0
            output = process.log_tail()
            assert variable in output
            assert short not in output
