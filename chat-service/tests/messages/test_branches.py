"""Branches over REST: edit, regenerate, continue, and which branch is shown."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.db.models import Message
from chat_server.llm.client import ModelMessage
from chat_server.messages.exchanges import CONTINUE
from chat_testing.callers import ClientFor
from chat_testing.model import FakeModel
from chat_testing.problems import ABSENT_ID, SAME_REQUEST, code_of, exactly
from chat_testing.stored import Stored
from service_kit.database import Database
from sqlalchemy import update

Json = dict[str, Any]


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/messages"


async def ask(client: httpx.AsyncClient, url: str, content: str) -> tuple[Json, Json]:
    """The stored message and its answer."""
    question = (await client.post(url, json={"content": content})).json()
    return question, question.pop("reply")


async def post(client: httpx.AsyncClient, url: str, **body: Any) -> Json:
    response = await client.post(url, json=body)
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def shown(client: httpx.AsyncClient, url: str) -> list[str]:
    """The contents of the branch that is shown, which must be a path, and the same read from either end."""
    oldest_first = (await client.get(url)).json()
    newest_first = (await client.get(url, params={"order": "desc"})).json()
    assert oldest_first == newest_first[::-1]
    parents = [None, *(one["id"] for one in oldest_first[:-1])]
    assert [one["parent_id"] for one in oldest_first] == parents
    for one in oldest_first:
        assert one["id"] in one["sibling_ids"]
    return [one["content"] for one in oldest_first]


def asked(model: FakeModel) -> list[tuple[str, str]]:
    """What the model was shown last, but for the system prompt."""
    return [(message.role, message.content) for message in model.answers[-1].request.messages[1:]]


async def cut_off(database: Database, message_id: str, *, status: str = "interrupted", **values: Any) -> None:
    """Makes a stored answer one that was cut off."""
    statement = update(Message).where(Message.id == message_id).values(status=status, finish_reason=None, **values)
    await database.write(lambda session: session.execute(statement))


class TestRegenerate:
    async def test_puts_another_answer_beside_the_first(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        question, first = await ask(ann, url, "Why?")
        second = await post(ann, f"{url}/{first['id']}/regenerate")
        assert second["id"] != first["id"]
        assert second["parent_id"] == second["in_reply_to"] == question["id"]
        assert second["sibling_ids"] == [first["id"], second["id"]]
        assert asked(model) == [("user", "Why?")], "the first answer is no part of what the second one answers"
        assert [one["id"] for one in (await ann.get(url)).json()] == [question["id"], second["id"]]

    async def test_in_the_middle_leaves_what_followed_in_its_branch(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        _, first = await ask(ann, url, "One?")
        await ask(ann, url, "Two?")
        await post(ann, f"{url}/{first['id']}/regenerate")
        assert asked(model) == [("user", "One?")]
        assert await shown(ann, url) == ["One?", "Hello there."]
        await ask(ann, url, "Another two?")
        assert asked(model) == [("user", "One?"), ("assistant", "Hello there."), ("user", "Another two?")]
        assert await shown(ann, url) == ["One?", "Hello there.", "Another two?", "Hello there."]

    async def test_of_a_message_answers_that(self, ann: httpx.AsyncClient, url: str) -> None:
        question, first = await ask(ann, url, "Why?")
        second = await post(ann, f"{url}/{question['id']}/regenerate", model="gpt-4-mini")
        assert (second["sibling_ids"], second["model"]) == ([first["id"], second["id"]], "gpt-4-mini")

    async def test_the_same_client_id_answers_once(
        self, ann: httpx.AsyncClient, url: str, stored: Stored, conversation_id: str
    ) -> None:
        _, first = await ask(ann, url, "Why?")
        path = f"{url}/{first['id']}/regenerate"
        answers = await asyncio.gather(*(ann.post(path, json={"client_id": "again"}) for _ in range(8)))
        later = await post(ann, path, client_id="again")
        good = {answer.json()["id"] for answer in answers if answer.status_code == 200}
        assert good == {later["id"]}
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert len(await stored.messages(conversation_id)) == 3

    async def test_by_the_key_of_a_header(self, ann: httpx.AsyncClient, url: str) -> None:
        _, first = await ask(ann, url, "Why?")
        path, headers = f"{url}/{first['id']}/regenerate", {"Idempotency-Key": "k"}
        answers = [(await ann.post(path, json={}, headers=headers)).json()["id"] for _ in range(2)]
        assert answers[0] == answers[1]

    async def test_a_client_id_of_something_else_is_refused(self, ann: httpx.AsyncClient, url: str) -> None:
        await ann.post(url, json={"content": "One?", "client_id": "c"})
        _, second = await ask(ann, url, "Two?")
        response = await ann.post(f"{url}/{second['id']}/regenerate", json={"client_id": "c"})
        assert code_of(response) == (422, "client_id_reused")

    async def test_counts_as_an_answer_and_not_as_a_question(
        self, ann: httpx.AsyncClient, url: str, stored: Stored, conversation_id: str
    ) -> None:
        _, first = await ask(ann, url, "Why?")
        await post(ann, f"{url}/{first['id']}/regenerate")
        roles = [event["role"] for event in await stored.events("message_created")]
        assert sorted(roles) == ["assistant", "assistant", "user"]
        assert (await ann.get(f"/conversations/{conversation_id}")).json()["message_count"] == 3


class TestEdit:
    async def test_puts_another_message_beside_the_first(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        await ask(ann, url, "Before")
        question, _ = await ask(ann, url, "Wrog?")
        edited = await post(ann, f"{url}/{question['id']}/edit", content="Right?")
        assert edited["parent_id"] == question["parent_id"]
        assert edited["sibling_ids"] == [question["id"], edited["id"]]
        assert edited["reply"]["parent_id"] == edited["id"]
        assert asked(model) == [("user", "Before"), ("assistant", "Hello there."), ("user", "Right?")]
        assert await shown(ann, url) == ["Before", "Hello there.", "Right?", "Hello there."]

    async def test_of_the_first_message_begins_another_conversation_in_the_same(
        self, ann: httpx.AsyncClient, url: str
    ) -> None:
        question, _ = await ask(ann, url, "One?")
        edited = await post(ann, f"{url}/{question['id']}/edit", content="Uno?")
        assert (edited["parent_id"], edited["sibling_ids"]) == (None, [question["id"], edited["id"]])
        assert await shown(ann, url) == ["Uno?", "Hello there."]

    async def test_of_an_answer_is_refused_as_an_absent_one(self, ann: httpx.AsyncClient, url: str) -> None:
        _, answer = await ask(ann, url, "One?")
        for message_id in (answer["id"], ABSENT_ID):
            response = await ann.post(f"{url}/{message_id}/edit", json={"content": "Mine"})
            assert code_of(response) == (404, "message_not_found")

    @pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": " "}, {"content": "x" * 32_001}])
    async def test_needs_a_text(self, ann: httpx.AsyncClient, url: str, body: Json) -> None:
        question, _ = await ask(ann, url, "One?")
        assert (await ann.post(f"{url}/{question['id']}/edit", json=body)).status_code == 422
        assert await shown(ann, url) == ["One?", "Hello there."]

    async def test_the_same_client_id_stores_once(
        self, ann: httpx.AsyncClient, url: str, stored: Stored, conversation_id: str
    ) -> None:
        question, _ = await ask(ann, url, "One?")
        path = f"{url}/{question['id']}/edit"
        edited = [await post(ann, path, content="Uno?", client_id="e") for _ in range(2)]
        assert edited[0] == edited[1]
        assert len(await stored.messages(conversation_id)) == 4
        response = await ann.post(path, json={"content": "Due?", "client_id": "e"})
        assert code_of(response) == (422, "client_id_reused")


class TestContinue:
    @pytest.mark.parametrize("status", ["interrupted", "stopped", "failed"])
    async def test_begins_with_the_text_that_was_there(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored, status: str
    ) -> None:
        _, first = await ask(ann, url, "Count.")
        await cut_off(stored.database, first["id"], status=status)
        rest = await post(ann, f"{url}/{first['id']}/continue")
        assert (rest["content"], rest["status"]) == ("Hello there." * 2, "complete")
        assert rest["seq"] == 2 * first["seq"]
        assert rest["sibling_ids"] == [first["id"], rest["id"]]
        assert asked(model) == [("user", "Count."), ("assistant", "Hello there."), ("user", CONTINUE)]
        assert rest["usage"] == first["usage"], "what was billed before is not billed again"
        assert await shown(ann, url) == ["Count.", "Hello there." * 2]

    async def test_of_an_answer_without_a_word_is_another_answer(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored
    ) -> None:
        _, first = await ask(ann, url, "Count.")
        await cut_off(stored.database, first["id"], content="", seq=0, piece_lengths="")
        assert (await post(ann, f"{url}/{first['id']}/continue"))["content"] == "Hello there."
        assert asked(model) == [("user", "Count.")]

    async def test_of_what_reached_the_limit_of_tokens(self, ann: httpx.AsyncClient, url: str, stored: Stored) -> None:
        _, first = await ask(ann, url, "Count.")
        statement = update(Message).where(Message.id == first["id"]).values(finish_reason="length")
        await stored.database.write(lambda session: session.execute(statement))
        assert (await post(ann, f"{url}/{first['id']}/continue"))["content"] == "Hello there." * 2

    async def test_of_a_complete_answer_is_refused(self, ann: httpx.AsyncClient, url: str) -> None:
        question, first = await ask(ann, url, "Count.")
        assert code_of(await ann.post(f"{url}/{first['id']}/continue", json={})) == (409, "nothing_to_continue")
        assert code_of(await ann.post(f"{url}/{question['id']}/continue", json={})) == (404, "message_not_found")
        assert await shown(ann, url) == ["Count.", "Hello there."]

    async def test_that_dies_as_well_keeps_the_text_and_can_be_continued(
        self, ann: httpx.AsyncClient, url: str, stored: Stored
    ) -> None:
        _, first = await ask(ann, url, "Count.")
        await cut_off(stored.database, first["id"])
        second = await post(ann, f"{url}/{first['id']}/continue")
        await cut_off(stored.database, second["id"])
        third = await post(ann, f"{url}/{second['id']}/continue")
        assert third["content"] == "Hello there." * 3
        assert third["sibling_ids"] == [first["id"], second["id"], third["id"]]


class TestShow:
    async def test_goes_to_the_newest_end_of_the_branch(self, ann: httpx.AsyncClient, url: str) -> None:
        first_question, _ = await ask(ann, url, "One?")
        await ask(ann, url, "Two?")
        edited = await post(ann, f"{url}/{first_question['id']}/edit", content="Uno?")
        branch = url.replace("/messages", "/branch")
        for message_id, contents in (
            (first_question["id"], ["One?", "Hello there.", "Two?", "Hello there."]),
            (edited["id"], ["Uno?", "Hello there."]),
            (first_question["id"], ["One?", "Hello there.", "Two?", "Hello there."]),
        ):
            leaf_id = (await ann.put(branch, json={"message_id": message_id})).json()["leaf_id"]
            assert await shown(ann, url) == contents
            assert (await ann.get(url)).json()[-1]["id"] == leaf_id

    async def test_does_not_move_the_conversation_in_the_list(
        self, ann: httpx.AsyncClient, url: str, conversation_id: str
    ) -> None:
        question, _ = await ask(ann, url, "One?")
        before = (await ann.get(f"/conversations/{conversation_id}")).json()
        await ann.put(url.replace("/messages", "/branch"), json={"message_id": question["id"]})
        assert (await ann.get(f"/conversations/{conversation_id}")).json() == before


class TestPages:
    async def test_of_a_long_branch_hold_each_once_from_either_end(self, ann: httpx.AsyncClient, url: str) -> None:
        for number in range(6):
            _, answer = await ask(ann, url, f"{number}?")
            if number % 2:
                await post(ann, f"{url}/{answer['id']}/regenerate")
        whole = [one["id"] for one in (await ann.get(url)).json()]
        assert len(whole) == 12
        for order, expected in (("asc", whole), ("desc", whole[::-1])):
            found, address = [], f"{url}?limit=5&order={order}"
            while address:
                response = await ann.get(address)
                found += [one["id"] for one in response.json()]
                address = response.links.get("next", {}).get("url", "")
            assert found == expected

    async def test_go_on_in_the_branch_that_they_began_in(self, ann: httpx.AsyncClient, url: str) -> None:
        question, _ = await ask(ann, url, "One?")
        await ask(ann, url, "Two?")
        first = await ann.get(f"{url}?limit=2&order=desc")
        await post(ann, f"{url}/{question['id']}/edit", content="Uno?")
        second = await ann.get(first.links["next"]["url"])
        assert [one["content"] for one in (first.json() + second.json())[::-1]] == [
            "One?", "Hello there.", "Two?", "Hello there.",
        ]  # fmt: skip


class TestContext:
    async def test_is_of_the_branch_alone_and_its_newest(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        for number in range(20):
            question, answer = await ask(ann, url, f"{number}?")
            if number == 17:
                await post(ann, f"{url}/{answer['id']}/regenerate")
                await post(ann, f"{url}/{question['id']}/edit", content="seventeen?")
        contents = [content for role, content in asked(model) if role == "user"]
        assert contents == ["15?", "16?", "seventeen?", "18?", "19?"][-len(contents) :]
        assert len(asked(model)) == 10
        assert ModelMessage("user", "17?") not in model.answers[-1].request.messages


class TestOwnership:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "/messages/{id}/edit", {"content": "Hi"}),
            ("POST", "/messages/{id}/regenerate", {}),
            ("POST", "/messages/{id}/continue", {}),
            ("PUT", "/branch", {"message_id": "{id}"}),
        ],
    )
    async def test_anothers_message_is_as_an_absent_one(
        self, client_for: ClientFor, url: str, conversation_id: str, method: str, path: str, body: Json
    ) -> None:
        ann, bob = client_for("ann"), client_for("bob")
        question, _ = await ask(ann, url, "One?")
        own = (await bob.post("/conversations/", json={})).json()["id"]
        said = []
        for conversation, message_id in (
            (conversation_id, question["id"]),
            (ABSENT_ID, ABSENT_ID),
            (own, question["id"]),
            (own, ABSENT_ID),
        ):
            address = f"/conversations/{conversation}{path}".replace("{id}", message_id)
            sent = {name: value.replace("{id}", message_id) for name, value in body.items()}
            said.append(await bob.request(method, address, json=sent, headers=SAME_REQUEST))
        assert [one.status_code for one in said] == [404] * 4
        assert exactly(said[0]) == exactly(said[1])
        assert exactly(said[2]) == exactly(said[3])
        assert await shown(ann, url) == ["One?", "Hello there."]

    async def test_a_message_of_another_conversation_of_ones_own_is_absent(
        self, ann: httpx.AsyncClient, url: str
    ) -> None:
        question, _ = await ask(ann, url, "One?")
        other = (await ann.post("/conversations/", json={})).json()["id"]
        response = await ann.post(f"/conversations/{other}/messages/{question['id']}/regenerate", json={})
        assert code_of(response) == (404, "message_not_found")
