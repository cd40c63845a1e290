"""Conversations and messages over REST and server-sent events."""

import asyncio
import json

import pytest
from support.client import Json, People, Person, assert_problem, ok, unique_name, until_status
from support.scripted_openai import RecordedRequest
from support.sockets import seqs_of, text_of
from support.stack import Stack
from support.waiting import eventually

CONVERSATION_FIELDS = {
    "id",
    "title",
    "model",
    "system_prompt",
    "archived",
    "pinned",
    "temperature",
    "persona_id",
    "persona_name",
    "folder",
    "tags",
    "created_at",
    "updated_at",
    "last_message_at",
    "cost_usd",
    "message_count",
}
MESSAGE_FIELDS = {
    "id",
    "conversation_id",
    "role",
    "content",
    "status",
    "model",
    "usage",
    "finish_reason",
    "timestamp",
    "client_id",
    "in_reply_to",
    "parent_id",
    "sibling_ids",
    "cost",
    "context",
    "seq",
    "error",
    "feedback",
    "reasoning",
}


def requests_about(stack: Stack, text: str) -> list[RecordedRequest]:
    """What the model was asked about this."""
    return [record for record in stack.provider.requests if text in json.dumps(record.body)]


class TestJourney:
    async def test_register_talk_read_delete_each_step_200(self, people: People) -> None:
        name = unique_name()
        http, auth, chat = people.http, people.stack.auth.address, people.stack.chat.address
        body = {"username": name, "email": f"{name}@example.com", "password": "testpass123"}
        user = ok(await http.post(f"{auth}/users/", json=body))
        token = ok(await http.post(f"{auth}/auth/token", data={"username": name, "password": "testpass123"}))
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        conversation = ok(await http.post(f"{chat}/conversations/", json={"title": "First"}, headers=headers))
        messages_url = f"{chat}/conversations/{conversation['id']}/messages"
        sent = ok(await http.post(messages_url, json={"content": "[[say]]Good day to you"}, headers=headers))
        history = ok(await http.get(messages_url, headers=headers))
        deleted = ok(await http.delete(f"{chat}/conversations/{conversation['id']}", headers=headers))
        assert user["roles"] == ["user"]
        assert [message["role"] for message in history] == ["user", "assistant"]
        assert [message["content"] for message in history] == ["[[say]]Good day to you", "Good day to you"]
        assert history[0]["id"] == sent["id"]
        assert history[1] == sent["reply"]
        assert deleted == {"message": "Conversation deleted"}
        assert_problem(await http.get(messages_url, headers=headers), 404, "conversation_not_found")


class TestConversations:
    async def test_begin_empty_under_the_title_given(self, alice: Person) -> None:
        body = {"title": "  Plans  ", "model": "scripted-small", "system_prompt": "Answer in verse."}
        conversation = ok(await alice.chat("POST", "/conversations/", json=body))
        assert conversation.keys() == CONVERSATION_FIELDS
        assert conversation["title"] == "Plans"
        assert (conversation["model"], conversation["system_prompt"]) == ("scripted-small", "Answer in verse.")
        assert (conversation["message_count"], conversation["last_message_at"]) == (0, None)
        assert ok(await alice.chat("GET", f"/conversations/{conversation['id']}")) == conversation

    async def test_without_a_title_are_named_by_the_first_message(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        await alice.ask(conversation, "How do tides work?")
        assert ok(await alice.chat("GET", f"/conversations/{conversation}"))["title"] == "How do tides work?"

    @pytest.mark.parametrize("method", ["PATCH", "PUT"])
    async def test_can_be_renamed_and_keep_what_is_not_named(self, alice: Person, method: str) -> None:
        conversation = await alice.new_conversation(title="Old", system_prompt="Be brief.")
        changed = ok(await alice.chat(method, f"/conversations/{conversation}", json={"title": "New"}))
        assert (changed["title"], changed["system_prompt"]) == ("New", "Be brief.")

    async def test_are_listed_by_newest_activity(self, alice: Person) -> None:
        first, second, third = [await alice.new_conversation(title=title) for title in "abc"]
        await alice.ask(first, "[[say]]Back on top")
        assert [found["id"] for found in await alice.conversations()] == [first, third, second]

    async def test_are_listed_once_each_over_all_pages(self, alice: Person) -> None:
        made = {await alice.new_conversation(title=f"Number {number}") for number in range(7)}
        listed: list[str] = []
        path: str | None = "/conversations/?limit=3"
        while path:
            response = await alice.chat("GET", path)
            listed += [conversation["id"] for conversation in ok(response)]
            path = response.links.get("next", {}).get("url")
        assert sorted(listed) == sorted(made)

    async def test_are_found_by_title_and_hidden_when_archived(self, alice: Person) -> None:
        kept = await alice.new_conversation(title="100% cotton")
        archived = await alice.new_conversation(title="100 per cent wool")
        ok(await alice.chat("PATCH", f"/conversations/{archived}", json={"archived": True}))
        assert [found["id"] for found in await alice.conversations(q="100%")] == [kept]
        assert [found["id"] for found in await alice.conversations(archived=True)] == [archived]
        assert [found["id"] for found in await alice.conversations(q="COTTON")] == [kept]

    async def test_are_created_once_per_idempotency_key(self, alice: Person) -> None:
        headers = {"Idempotency-Key": unique_name()}
        made = [ok(await alice.chat("POST", "/conversations/", json={}, headers=headers)) for _ in range(2)]
        assert made[0] == made[1]
        assert len(await alice.conversations()) == 1
        other = await alice.chat("POST", "/conversations/", json={"title": "Other"}, headers=headers)
        assert_problem(other, 422, "idempotency_key_reused")

    @pytest.mark.parametrize("limit", ["0", "201", "many"])
    async def test_lists_have_limits(self, alice: Person, limit: str) -> None:
        assert_problem(await alice.chat("GET", f"/conversations/?limit={limit}"), 422)

    @pytest.mark.parametrize("cursor", ["x", "WyJhIl0", "bnVsbA"])
    async def test_a_foreign_cursor_is_422(self, alice: Person, cursor: str) -> None:
        assert_problem(await alice.chat("GET", f"/conversations/?cursor={cursor}"), 422)


class TestOwnership:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("GET", "/conversations/{id}", None),
            ("PATCH", "/conversations/{id}", {"title": "Mine now"}),
            ("PUT", "/conversations/{id}", {"title": "Mine now"}),
            ("DELETE", "/conversations/{id}", None),
            ("GET", "/conversations/{id}/messages", None),
            ("POST", "/conversations/{id}/messages", {"content": "Hello?"}),
        ],
    )
    async def test_anothers_conversation_is_exactly_as_absent_as_a_missing_one(
        self, alice: Person, bob: Person, method: str, path: str, body: Json | None
    ) -> None:
        conversation = await alice.new_conversation(title="Private")
        headers = {"X-Request-ID": "same-for-both"}  # the one thing that would differ
        others = await bob.chat(method, path.format(id=conversation), json=body, headers=headers)
        missing = await bob.chat(method, path.format(id=conversation[:-1] + "0"), json=body, headers=headers)
        assert_problem(others, 404, "conversation_not_found")
        assert others.content == missing.content
        volatile = {"date"}
        assert {k: v for k, v in others.headers.items() if k not in volatile} == {
            k: v for k, v in missing.headers.items() if k not in volatile
        }
        assert ok(await alice.chat("GET", f"/conversations/{conversation}"))["title"] == "Private"

    async def test_lists_hold_the_callers_own_alone(self, alice: Person, bob: Person) -> None:
        await alice.new_conversation(title="Private")
        assert await bob.conversations() == []


async def until_models_are_known(person: Person) -> None:
    """A provider that was too busy to list its models is given the benefit of the doubt: any model may be its."""

    async def are_known() -> bool:
        models = ok(await person.chat("GET", "/models"))
        return "scripted-small" in {model["id"] for model in models}

    await eventually(are_known)


class TestSend:
    async def test_answers_the_message_with_its_reply(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        sent = ok(await alice.send(conversation, "[[say]]one two three", client_id="mine-1"))
        reply = sent.pop("reply")
        assert sent.keys() == reply.keys() == MESSAGE_FIELDS
        assert (sent["role"], sent["status"], sent["client_id"]) == ("user", "complete", "mine-1")
        assert (reply["role"], reply["status"], reply["in_reply_to"]) == ("assistant", "complete", sent["id"])
        assert (reply["content"], reply["model"], reply["finish_reason"]) == ("one two three", "gpt-4", "stop")
        assert reply["usage"]["completion_tokens"] == 3
        assert sum(list(reply["usage"].values())[:2]) == reply["usage"]["total_tokens"]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"content": ""},
            {"content": " \n\t"},
            {"content": "x" * 32_001},
            {"content": None},
            {"content": "Hi", "role": "assistant"},
            {"content": "Hi", "role": "system"},
            {"content": "Hi", "conversation_id": "01890000-0000-7000-8000-000000000000"},
            {"content": "Hi", "model": "no-such-model"},
        ],
    )
    async def test_refuses_what_is_no_message_and_keeps_nothing(self, alice: Person, body: Json) -> None:
        await until_models_are_known(alice)
        conversation = await alice.new_conversation()
        assert_problem(await alice.chat("POST", f"/conversations/{conversation}/messages", json=body), 422)
        assert await alice.messages(conversation) == []

    async def test_takes_the_longest_message_and_the_own_conversation_id(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        body = {"content": "[[say]]ok" + "." * 31_991, "conversation_id": conversation, "role": "user"}
        ok(await alice.chat("POST", f"/conversations/{conversation}/messages", json=body))
        assert (await alice.messages(conversation))[0]["content"] == body["content"]

    @pytest.mark.parametrize(
        "content", ["[[say]]Grüße, 世界! 👩‍👩‍👧 \u202eabc", "[[say]]<b>'; DROP TABLE users;--</b>"]
    )
    async def test_keeps_every_character(self, alice: Person, content: str) -> None:
        conversation = await alice.new_conversation()
        reply = await alice.ask(conversation, content)
        assert reply["content"] == content.removeprefix("[[say]]")
        assert [message["content"] for message in await alice.messages(conversation)] == [content, reply["content"]]

    async def test_again_under_the_same_client_id_is_stored_and_answered_once(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        text = f"[[say]]Once {unique_name()}"
        answers = [ok(await alice.send(conversation, text, client_id="c-1")) for _ in range(3)]
        assert answers[0] == answers[1] == answers[2]
        assert len(await alice.messages(conversation)) == 2
        other = await alice.send(conversation, "Something else", client_id="c-1")
        assert_problem(other, 422, "client_id_reused")

    async def test_an_idempotency_key_does_the_same(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        path, body = f"/conversations/{conversation}/messages", {"content": "[[say]]Once"}
        headers = {"Idempotency-Key": unique_name()}
        answers = [ok(await alice.chat("POST", path, json=body, headers=headers)) for _ in range(2)]
        assert answers[0] == answers[1]
        assert len(await alice.messages(conversation)) == 2

    async def test_while_an_answer_is_written_is_refused_as_busy(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        slow = asyncio.create_task(alice.send(conversation, "[[tokens=20]][[rate=20]]"))
        await until_status(alice, conversation, "streaming")
        assert_problem(await alice.send(conversation, "Quick!"), 409, "busy")
        assert ok(await slow)["reply"]["status"] == "complete"
        assert len(await alice.messages(conversation)) == 2

    async def test_ends_the_answer_when_the_conversation_is_deleted(self, alice: Person, stack: Stack) -> None:
        conversation = await alice.new_conversation()
        text = f"[[tokens=900]][[rate=30]]{unique_name()}"
        slow = asyncio.create_task(alice.send(conversation, text))
        await until_status(alice, conversation, "streaming")
        ok(await alice.chat("DELETE", f"/conversations/{conversation}"))
        assert_problem(await slow, 404, "conversation_not_found")

        async def is_left() -> bool:
            return requests_about(stack, text)[0].state == "disconnected"

        await eventually(is_left)  # the model's side notices a moment after the answer has ended


class TestContext:
    async def test_is_the_system_prompt_and_the_newest_messages(self, alice: Person) -> None:
        conversation = await alice.new_conversation(system_prompt="Count with me.")
        for number in range(1, 8):
            await alice.ask(conversation, f"[[say]]number {number}")
        seen = json.loads((await alice.ask(conversation, "[[echo_context]]"))["content"])
        assert seen[0] == {"role": "system", "content": "Count with me."}
        assert [message["role"] for message in seen[1:]] == ["assistant", "user"] * 5
        assert seen[1]["content"] == "number 3"
        assert seen[-1] == {"role": "user", "content": "[[echo_context]]"}

    async def test_has_the_documented_defaults(self, alice: Person, stack: Stack) -> None:
        text = f"[[echo_context]]{unique_name()}"
        seen = json.loads((await alice.ask(await alice.new_conversation(), text))["content"])
        assert seen[0] == {"role": "system", "content": "You are a helpful AI assistant."}
        body = requests_about(stack, text)[0].body
        assert (body["model"], body["temperature"], body["max_tokens"]) == ("gpt-4", 0.7, 500)

    async def test_leaves_out_failed_answers(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        assert (await alice.send(conversation, "[[tokens=5]][[cut=2]]")).status_code == 502
        seen = json.loads((await alice.ask(conversation, "[[echo_context]]"))["content"])
        assert [message["role"] for message in seen] == ["system", "user", "user"]


class TestModels:
    async def test_are_those_of_the_provider_with_one_default(self, alice: Person) -> None:
        models = ok(await alice.chat("GET", "/models"))
        assert [(model["id"], model["is_default"]) for model in models] == [("gpt-4", True), ("scripted-small", False)]
        assert not any(model["is_demonstration"] for model in models)

    async def test_a_conversations_model_answers(self, alice: Person, stack: Stack) -> None:
        conversation = await alice.new_conversation(model="scripted-small")
        text = f"[[say]]Small {unique_name()}"
        assert (await alice.ask(conversation, text))["model"] == "scripted-small"
        assert requests_about(stack, text)[0].body["model"] == "scripted-small"

    async def test_one_that_is_not_listed_is_422(self, alice: Person) -> None:
        body = {"model": "gpt-99"}
        assert_problem(await alice.chat("POST", "/conversations/", json=body), 422, "unknown_model")
        conversation = await alice.new_conversation()
        assert_problem(await alice.chat("PATCH", f"/conversations/{conversation}", json=body), 422, "unknown_model")


class TestProviderFailure:
    @pytest.mark.parametrize(
        ("script", "status", "code", "kept"),
        [
            ("[[status=429]][[retry_after=30]]", 503, "provider_rate_limited", ""),
            ("[[status=500]]", 502, "provider_failed", ""),
            ("[[status=401]]", 502, "provider_credentials_refused", ""),
            ("[[tokens=9]][[cut=3]]", 502, "provider_bad_response", "word1 word2 word3 "),
            ("[[tokens=9]][[end=3]]", 502, "provider_bad_response", "word1 word2 word3 "),
            ("[[tokens=9]][[error_event=2]]", 502, "provider_failed", "word1 word2 "),
            ("[[tokens=9]][[garbage]]", 502, "provider_bad_response", "word1 "),
            ("[[html]]", 502, "provider_bad_response", ""),
            ("[[hang]]", 504, "provider_timeout", ""),
            ("[[tokens=9]][[hang_after=2]]", 504, "provider_timeout", "word1 word2 "),
        ],
    )
    async def test_keeps_the_message_and_says_what_went_wrong(
        self, alice: Person, script: str, status: int, code: str, kept: str
    ) -> None:
        conversation = await alice.new_conversation()
        response = await alice.send(conversation, script)
        problem = assert_problem(response, status, code)
        assert ("Retry-After" in response.headers) == (status == 503)
        question, answer = await alice.messages(conversation)
        assert (question["content"], question["status"]) == (script, "complete")
        assert (answer["status"], answer["content"], answer["in_reply_to"]) == ("failed", kept, question["id"])
        assert answer["error"]["code"] == code
        assert answer["error"]["message"] == problem["detail"]

    async def test_says_how_long_to_wait_as_the_provider_does(self, alice: Person) -> None:
        response = await alice.send(await alice.new_conversation(), "[[status=429]][[retry_after=17]]")
        assert response.headers["Retry-After"] == "17"

    async def test_tells_nothing_of_the_providers_address_or_words(self, alice: Person, stack: Stack) -> None:
        for script in ("[[status=500]]", "[[status=401]]", "[[html]]"):
            text = (await alice.send(await alice.new_conversation(), script)).text
            assert "Scripted" not in text
            assert str(stack.provider.port) not in text

    async def test_that_passes_is_tried_again_before_the_first_word(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        reply = await alice.ask(conversation, f"[[status=500]][[times=1]]{unique_name()}")
        assert reply["status"] == "complete"

    async def test_does_not_stop_the_conversation(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        assert (await alice.send(conversation, "[[tokens=5]][[cut=2]]")).status_code == 502
        assert (await alice.ask(conversation, "[[say]]Better now"))["content"] == "Better now"


class TestServerSentEvents:
    async def test_are_the_sockets_frames_of_one_answer(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        frames = await alice.events_of(conversation, "[[tokens=12]][[rate=200]]", client_id="c-1")
        assert [frame.type for frame in frames if frame.type != "delta"] == ["ack", "title", "start", "message"]
        assert frames[0]["client_id"] == "c-1"
        assert seqs_of(frames) == list(range(1, frames[-1]["seq"] + 1))
        assert frames[-1].type == "message"
        assert frames[-1]["content"] == text_of(frames) == "".join(f"word{number} " for number in range(1, 13))
        assert frames[-1]["status"] == "complete"

    async def test_end_with_the_failure(self, alice: Person) -> None:
        frames = await alice.events_of(await alice.new_conversation(), "[[tokens=9]][[cut=4]]")
        assert [frame.type for frame in frames[-2:]] == ["message", "error"]
        assert (frames[-2]["status"], frames[-2]["content"]) == ("failed", text_of(frames))
        assert frames[-1]["code"] == "provider_bad_response"
        assert frames[-1]["message_id"] == frames[-2]["message_id"]

    async def test_a_refusal_before_the_answer_is_a_problem_document(self, alice: Person, bob: Person) -> None:
        conversation = await alice.new_conversation()
        path, headers = f"/conversations/{conversation}/messages", {"Accept": "text/event-stream"}
        response = await bob.chat("POST", path, json={"content": "Hello"}, headers=headers)
        assert_problem(response, 404, "conversation_not_found")


class TestHistory:
    async def test_pages_oldest_first_or_newest_first(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        for number in range(4):
            await alice.ask(conversation, f"[[say]]{number}")
        everything = [message["id"] for message in await alice.messages(conversation)]
        for order, expected in (("asc", everything), ("desc", everything[::-1])):
            listed: list[str] = []
            path: str | None = f"/conversations/{conversation}/messages?limit=3&order={order}"
            while path:
                response = await alice.chat("GET", path)
                listed += [message["id"] for message in ok(response)]
                path = response.links.get("next", {}).get("url")
            assert listed == expected

    async def test_shows_an_answer_in_the_making_with_its_seq(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        slow = asyncio.create_task(alice.send(conversation, "[[tokens=25]][[rate=25]]"))
        answer = (await until_status(alice, conversation, "streaming"))[-1]
        while answer["seq"] < 5:
            answer = (await alice.messages(conversation))[-1]
        assert answer["content"] == "".join(f"word{number} " for number in range(1, answer["seq"] + 1))
        assert ok(await slow)["reply"]["content"].startswith(answer["content"])
