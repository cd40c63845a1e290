"""GET /conversations/{id}/messages."""

import asyncio
import itertools

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_testing.model import FakeModel
from chat_testing.plans import noted_selects, plan_of
from chat_testing.problems import ABSENT_ID, SAME_REQUEST, code_of, exactly, fields_of
from chat_testing.waiting import eventually
from service_kit.pagination import encode_cursor


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/messages"


async def talk(client: httpx.AsyncClient, url: str, exchanges: int) -> None:
    for number in range(exchanges):
        response = await client.post(url, json={"content": f"question {number}"})
        assert response.status_code == 200, response.text


async def walk(client: httpx.AsyncClient, url: str, **query: str | int) -> list[list[str]]:
    """The contents on each page, from the first to the last."""
    response = await client.get(url, params=query or None)
    pages = [[message["content"] for message in response.json()]]
    while "next" in response.links:
        response = await client.get(response.links["next"]["url"])
        assert response.status_code == 200, response.text
        pages.append([message["content"] for message in response.json()])
    return pages


class TestList:
    async def test_it_is_empty_at_first(self, ann: httpx.AsyncClient, url: str) -> None:
        assert (await ann.get(url)).json() == []

    async def test_the_oldest_comes_first(self, ann: httpx.AsyncClient, url: str) -> None:
        await talk(ann, url, 2)
        messages = (await ann.get(url)).json()

        contents = [message["content"] for message in messages]
        assert contents == ["question 0", "Hello there.", "question 1", "Hello there."]
        assert [message["role"] for message in messages] == ["user", "assistant"] * 2
        assert all(older["timestamp"] <= newer["timestamp"] for older, newer in itertools.pairwise(messages))

    async def test_the_newest_comes_first_when_asked_for(self, ann: httpx.AsyncClient, url: str) -> None:
        await talk(ann, url, 2)
        messages = (await ann.get(url)).json()

        assert (await ann.get(url, params={"order": "desc"})).json() == messages[::-1]

    async def test_an_anonymous_caller_is_refused(self, anonymous: httpx.AsyncClient, url: str) -> None:
        assert code_of(await anonymous.get(url)) == (401, "invalid_credentials")

    async def test_another_persons_looks_absent(self, bob: httpx.AsyncClient, url: str) -> None:
        others = await bob.get(url, headers=SAME_REQUEST)
        absent = await bob.get(f"/conversations/{ABSENT_ID}/messages", headers=SAME_REQUEST)

        assert code_of(others) == (404, "conversation_not_found")
        assert exactly(others) == exactly(absent)

    async def test_messages_of_other_conversations_stay_out(self, ann: httpx.AsyncClient, url: str) -> None:
        other = (await ann.post("/conversations/", json={})).json()["id"]
        await ann.post(f"/conversations/{other}/messages", json={"content": "elsewhere"})

        assert (await ann.get(url)).json() == []


class TestPages:
    async def test_walking_them_shows_each_once_in_order(self, ann: httpx.AsyncClient, url: str) -> None:
        await talk(ann, url, 5)
        expected = [text for number in range(5) for text in (f"question {number}", "Hello there.")]

        up, down = await walk(ann, url, limit=3), await walk(ann, url, limit=3, order="desc")

        assert [len(page) for page in up] == [len(page) for page in down] == [3, 3, 3, 1]
        assert list(itertools.chain(*up)) == expected
        assert list(itertools.chain(*down)) == expected[::-1]

    async def test_new_messages_do_not_move_older_pages(self, ann: httpx.AsyncClient, url: str) -> None:
        await talk(ann, url, 3)
        first = await ann.get(url, params={"limit": 2, "order": "desc"})
        await talk(ann, url, 2)
        rest = await walk(ann, first.links["next"]["url"])

        assert rest == [["Hello there.", "question 1"], ["Hello there.", "question 0"]]

    async def test_a_page_that_is_just_full_is_the_last(self, ann: httpx.AsyncClient, url: str) -> None:
        await talk(ann, url, 1)

        assert "Link" not in (await ann.get(url, params={"limit": 2})).headers

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"limit": "0"}, "query.limit"),
            ({"limit": "201"}, "query.limit"),
            ({"order": "sideways"}, "query.order"),
            ({"cursor": "nonsense"}, "cursor"),
            ({"cursor": encode_cursor("one")}, "cursor"),
            ({"cursor": encode_cursor(1, 2)}, "cursor"),
            ({"cursor": encode_cursor(10**30)}, "cursor"),
        ],
        ids=str,
    )
    async def test_a_wrong_query_is_refused(
        self, ann: httpx.AsyncClient, url: str, query: dict[str, str], field: str
    ) -> None:
        response = await ann.get(url, params=query)

        assert code_of(response) == (422, "invalid_input")
        assert fields_of(response) == [field]


class TestCost:
    @pytest.mark.sqlite  # whose planner is asked
    async def test_of_a_page_is_that_of_its_messages_however_many_there_are(
        self, ann: httpx.AsyncClient, url: str, parts: Parts
    ) -> None:
        # The siblings of a page were sorted along the index of positions: the whole conversation was read for it.
        await talk(ann, url, 3)
        with noted_selects(of="messages") as selects:
            await ann.get(url, params={"order": "desc", "limit": 2})
        # The keeper looks for abandoned answers at the same time.
        (about_siblings,) = [made for made in selects if "parent_id IN" in made[0] and "path" not in made[0]]
        plan = await plan_of(parts.database, about_siblings)
        assert "ix_messages_children (conversation_id=? AND parent_id=?)" in plan


class TestWhileAnAnswerIsWritten:
    async def test_text_and_seq_belong_together_at_every_moment(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, parts: Parts, conversation_id: str
    ) -> None:
        model.hold()
        sending = asyncio.create_task(ann.post(url, json={"content": "Hi"}))
        answer = await model.answer()
        seen = set()
        for number in range(1, 30):
            answer.say(f"<{number}>")
            message = (await ann.get(url)).json()[1]
            assert message["status"] == "streaming"
            assert message["content"] == "".join(f"<{count}>" for count in range(1, message["seq"] + 1))
            seen.add(message["seq"])
        await eventually(lambda: parts.generation.active(conversation_id)[0].seq == 29)
        answer.end()
        await sending

        assert len(seen) > 1
        assert (await ann.get(url)).json()[1]["seq"] == 29
