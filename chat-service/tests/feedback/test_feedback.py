"""`PUT` and `DELETE …/messages/{id}/feedback`: thumbs up or down for an answer, with a comment."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_testing.callers import Connect
from chat_testing.model import FakeModel
from chat_testing.problems import ABSENT_ID, SAME_REQUEST, code_of, exactly, fields_of
from chat_testing.stored import Stored

Json = dict[str, Any]
UP = {"rating": "up"}


@pytest.fixture
def messages_url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/messages"


@pytest.fixture
async def question(ann: httpx.AsyncClient, messages_url: str) -> Json:
    response = await ann.post(messages_url, json={"content": "Hi"})
    assert response.status_code == 200, response.text
    question: Json = response.json()
    return question


@pytest.fixture
def url(messages_url: str, question: Json) -> str:
    return f"{messages_url}/{question['reply']['id']}/feedback"


async def of_history(client: httpx.AsyncClient, messages_url: str) -> list[Json | None]:
    return [one["feedback"] for one in (await client.get(messages_url)).json()]


class TestGiveFeedback:
    async def test_is_kept_with_the_answer_and_changes_nothing_else(
        self, ann: httpx.AsyncClient, conversation_id: str, messages_url: str, question: Json, url: str
    ) -> None:
        before = (await ann.get(f"/conversations/{conversation_id}")).json()
        given = await ann.put(url, json={"rating": "down", "comment": "  That is Lyon, \n not Paris. "})
        expected = {"rating": "down", "comment": "That is Lyon, \n not Paris."}
        assert given.json() == question["reply"] | {"feedback": expected}
        assert await of_history(ann, messages_url) == [None, expected]
        assert (await ann.get(f"/conversations/{conversation_id}")).json() == before
        exported = (await ann.get("/export")).json()["conversations"][0]["messages"]
        assert [one["feedback"] for one in exported] == [None, expected]

    async def test_takes_the_place_of_what_was_said_before(
        self, ann: httpx.AsyncClient, messages_url: str, url: str
    ) -> None:
        await ann.put(url, json={"rating": "down", "comment": "Wrong"})
        for _ in range(2):
            assert (await ann.put(url, json=UP)).json()["feedback"] == {"rating": "up", "comment": None}
        assert await of_history(ann, messages_url) == [None, {"rating": "up", "comment": None}]

    async def test_two_at_once_leave_one_of_the_two_whole(
        self, ann: httpx.AsyncClient, messages_url: str, url: str
    ) -> None:
        both = [{"rating": "up", "comment": "good"}, {"rating": "down", "comment": "bad"}]
        answers = await asyncio.gather(*(ann.put(url, json=body) for body in both * 5))
        assert [answer.json()["feedback"] for answer in answers] == both * 5
        assert (await of_history(ann, messages_url))[1] in both

    async def test_every_change_of_mind_is_told_once_with_what_it_replaces(
        self, ann: httpx.AsyncClient, stored: Stored, question: Json, url: str
    ) -> None:
        await ann.put(url, json=UP)
        await ann.put(url, json=UP | {"comment": "the same opinion, in words"})
        await ann.put(url, json={"rating": "down"})
        await ann.delete(url)
        await ann.delete(url)
        told = await stored.events("message_feedback")
        changes = [(event.get("previous"), event.get("rating")) for event in told]
        assert changes == [(None, "up"), ("up", "down"), ("down", None)]
        assert {event["message_id"] for event in told} == {question["reply"]["id"]}
        assert {event["model"] for event in told} == {question["reply"]["model"]}
        assert "in words" not in str(told)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "body.rating"),
            ({"rating": "sideways"}, "body.rating"),
            ({"rating": None}, "body.rating"),
            ({"rating": "up", "comment": "x" * 2_001}, "body.comment"),
            ({"rating": "up", "comment": "\x00"}, "body.comment"),
            ({"rating": "up", "user_id": "bob"}, "body.user_id"),
        ],
    )
    async def test_refuses_what_is_no_feedback(
        self, ann: httpx.AsyncClient, messages_url: str, url: str, body: Json, field: str
    ) -> None:
        response = await ann.put(url, json=body)
        assert (response.status_code, fields_of(response)) == (422, [field])
        assert await of_history(ann, messages_url) == [None, None]

    @pytest.mark.parametrize(
        ("comment", "kept"), [("x" * 2_000, "x" * 2_000), (" \n ", None), ("", None), (None, None), ("🙂", "🙂")]
    )
    async def test_takes_comments_of_up_to_2000_characters(
        self, ann: httpx.AsyncClient, url: str, comment: str | None, kept: str | None
    ) -> None:
        response = await ann.put(url, json={"rating": "up", "comment": comment})
        assert response.json()["feedback"] == {"rating": "up", "comment": kept}

    async def test_a_message_of_ones_own_has_none(
        self, ann: httpx.AsyncClient, messages_url: str, question: Json
    ) -> None:
        url = f"{messages_url}/{question['id']}/feedback"
        assert code_of(await ann.put(url, json=UP)) == (404, "message_not_found")
        assert code_of(await ann.delete(url)) == (404, "message_not_found")

    async def test_an_answer_that_failed_can_be_rated(
        self, ann: httpx.AsyncClient, messages_url: str, model: FakeModel, stored: Stored, conversation_id: str
    ) -> None:
        model.enter_error = RuntimeError("broken")
        assert (await ann.post(messages_url, json={"content": "Hi"})).status_code == 500
        answer = await stored.answer(conversation_id)
        response = await ann.put(f"{messages_url}/{answer.id}/feedback", json={"rating": "down"})
        assert (response.json()["status"], response.json()["feedback"]["rating"]) == ("failed", "down")

    async def test_waits_for_the_end_of_the_answer(
        self, ann: httpx.AsyncClient, messages_url: str, model: FakeModel, conversation_id: str, stored: Stored
    ) -> None:
        model.hold()
        asking = asyncio.create_task(ann.post(messages_url, json={"content": "Hi"}))
        scripted = await model.answer()
        url = f"{messages_url}/{(await stored.answer(conversation_id)).id}/feedback"
        assert code_of(await ann.put(url, json=UP)) == (409, "busy")
        assert code_of(await ann.delete(url)) == (409, "busy")
        scripted.say("Hello")
        scripted.end()
        assert (await asking).json()["reply"]["feedback"] is None
        assert (await ann.put(url, json=UP)).status_code == 200

    async def test_is_for_the_owner_alone(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, anonymous: httpx.AsyncClient, messages_url: str, url: str
    ) -> None:
        foreign = await bob.put(url, json=UP, headers=SAME_REQUEST)
        absent = await bob.put(
            f"/conversations/{ABSENT_ID}/messages/{ABSENT_ID}/feedback", json=UP, headers=SAME_REQUEST
        )
        assert exactly(foreign) == exactly(absent)
        assert code_of(foreign) == (404, "conversation_not_found")
        assert code_of(await bob.delete(url)) == (404, "conversation_not_found")
        assert code_of(await anonymous.put(url, json=UP)) == (401, "invalid_credentials")
        assert code_of(await anonymous.delete(url)) == (401, "invalid_credentials")
        assert await of_history(ann, messages_url) == [None, None]

    async def test_the_answer_must_be_in_the_conversation(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, question: Json
    ) -> None:
        other = (await ann.post("/conversations/", json={})).json()["id"]
        of_bob = (await bob.post("/conversations/", json={})).json()["id"]
        answer_id = question["reply"]["id"]
        for client, conversation_id in ((ann, other), (bob, of_bob)):
            url = f"/conversations/{conversation_id}/messages/{answer_id}/feedback"
            assert code_of(await client.put(url, json=UP)) == (404, "message_not_found")


class TestTakeBackFeedback:
    async def test_forgets_rating_and_comment(
        self, ann: httpx.AsyncClient, messages_url: str, url: str, stored: Stored, conversation_id: str
    ) -> None:
        await ann.put(url, json={"rating": "down", "comment": "Wrong"})
        for _ in range(2):
            assert (await ann.delete(url)).json()["feedback"] is None
        assert await of_history(ann, messages_url) == [None, None]
        row = await stored.answer(conversation_id)
        assert (row.feedback_rating, row.feedback_comment) == (None, None)


class TestBranches:
    async def test_each_answer_has_its_own(
        self, ann: httpx.AsyncClient, messages_url: str, question: Json, url: str
    ) -> None:
        await ann.put(url, json={"rating": "down"})
        again = (await ann.post(f"{messages_url}/{question['id']}/regenerate", json={})).json()
        assert again["feedback"] is None
        await ann.put(f"{messages_url}/{again['id']}/feedback", json=UP)
        assert await of_history(ann, messages_url) == [None, {"rating": "up", "comment": None}]
        branch = messages_url.replace("/messages", "/branch")
        await ann.put(branch, json={"message_id": question["reply"]["id"]})
        assert await of_history(ann, messages_url) == [None, {"rating": "down", "comment": None}]


class TestOpenPages:
    async def test_are_told(
        self, ann: httpx.AsyncClient, connect: Connect, conversation_id: str, question: Json, url: str
    ) -> None:
        message_id = question["reply"]["id"]
        async with connect(conversation_id) as socket:
            await socket.until("ready")
            await ann.put(url, json={"rating": "up", "comment": "good"})
            told = {"type": "feedback", "message_id": message_id, "feedback": {"rating": "up", "comment": "good"}}
            assert await socket.receive() == told
            await ann.delete(url)
            assert await socket.receive() == told | {"feedback": None}
            await socket.silence()
