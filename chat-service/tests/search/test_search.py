"""GET /search: whose messages are found, in which order, page by page."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_testing.model import FakeModel
from chat_testing.problems import code_of, fields_of
from service_kit.pagination import encode_cursor

Json = dict[str, Any]
URL = "/search"


async def say(person: httpx.AsyncClient, *contents: str, title: str = "A talk") -> str:
    """The id of a new conversation in which the person says this."""
    conversation_id = str((await person.post("/conversations/", json={"title": title})).json()["id"])
    for content in contents:
        sent = await person.post(f"/conversations/{conversation_id}/messages", json={"content": content})
        assert sent.status_code == 200, sent.text
    return conversation_id


async def search(person: httpx.AsyncClient, q: str, **query: Any) -> list[Json]:
    response = await person.get(URL, params={"q": q, **query})
    assert response.status_code == 200, response.text
    found: list[Json] = response.json()
    return found


def text_of(found: Json) -> str:
    return "".join(part["text"] for part in found["snippet"])


async def texts(person: httpx.AsyncClient, q: str) -> list[str]:
    return [text_of(found) for found in await search(person, q)]


async def walk(person: httpx.AsyncClient, url: str) -> list[list[str]]:
    """The message ids on each page."""
    pages, next_url = [], url
    while next_url:
        response = await person.get(next_url)
        assert response.status_code == 200, response.text
        pages.append([found["message_id"] for found in response.json()])
        next_url = response.links.get("next", {}).get("url", "")
    return pages


class TestWhose:
    async def test_an_anonymous_caller_is_refused(self, anonymous: httpx.AsyncClient) -> None:
        assert code_of(await anonymous.get(URL, params={"q": "secret"})) == (401, "invalid_credentials")

    async def test_it_finds_ones_own_alone(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        await say(ann, "her secret plan")
        await say(bob, "his secret plan")
        assert await texts(ann, "secret") == ["her secret plan"]
        assert await texts(bob, "secret plan") == ["his secret plan"]
        assert await texts(bob, "her") == []

    async def test_another_persons_name_is_no_word(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        """Each text is indexed with the code of its owner, which nobody must find anything by."""
        await say(ann, "hello")
        for q in (b"ann".hex(), f"owner:{b'ann'.hex()}", f'" OR owner : "{b"ann".hex()}', "ann"):
            assert await search(bob, q) == []
            assert await search(ann, q) == []

    async def test_another_persons_cursor_shows_nothing_of_theirs(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient
    ) -> None:
        await say(bob, "plan one", "plan two")
        next_url = (await bob.get(URL, params={"q": "plan", "limit": 1})).links["next"]["url"]
        assert (await ann.get(next_url)).json() == []


class TestAnswer:
    async def test_it_has_all_that_a_page_shows(self, ann: httpx.AsyncClient) -> None:
        conversation_id = await say(ann, "Where is the Zanzibar map?", title="Trip")
        message = (await ann.get(f"/conversations/{conversation_id}/messages")).json()[0]
        assert await search(ann, "ZANZIBAR") == [
            {
                "conversation_id": conversation_id,
                "conversation_title": "Trip",
                "message_id": message["id"],
                "role": "user",
                "timestamp": message["timestamp"],
                "snippet": [
                    {"text": "Where is the ", "is_match": False},
                    {"text": "Zanzibar", "is_match": True},
                    {"text": " map?", "is_match": False},
                ],
            }
        ]

    async def test_answers_are_found_too(self, ann: httpx.AsyncClient, model: FakeModel) -> None:
        model.reply("The capital", " is Ouaga", "dougou.")
        await say(ann, "What is it?")
        assert [found["role"] for found in await search(ann, "ouagadougou")] == ["assistant"]

    async def test_archived_conversations_are_searched(self, ann: httpx.AsyncClient) -> None:
        conversation_id = await say(ann, "needle")
        await ann.patch(f"/conversations/{conversation_id}", json={"archived": True})
        assert await texts(ann, "needle") == ["needle"]

    async def test_every_branch_is_searched(self, ann: httpx.AsyncClient) -> None:
        conversation_id = await say(ann, "first needle")
        url = f"/conversations/{conversation_id}/messages"
        first = (await ann.get(url)).json()[0]
        edited = await ann.post(f"{url}/{first['id']}/edit", json={"content": "second needle"})
        assert edited.status_code == 200
        assert await texts(ann, "needle") == ["second needle", "first needle"]
        found = (await search(ann, "first needle"))[0]["message_id"]
        shown = await ann.put(f"/conversations/{conversation_id}/branch", json={"message_id": found})
        assert shown.status_code == 200, "what is found can be shown"

    async def test_the_newest_of_200_messages_is_found_first(self, ann: httpx.AsyncClient) -> None:
        conversation_id = await say(ann, *(f"needle number {number}" for number in range(100)))
        assert (await ann.get(f"/conversations/{conversation_id}")).json()["message_count"] == 200
        assert (await texts(ann, "needle"))[0] == "needle number 99"
        assert await texts(ann, "needle 0") == ["needle number 0"]


class TestOrder:
    async def test_words_as_they_were_typed_come_before_words_apart(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "a red, red apple pie", "pie of an apple", "apple pies")
        assert await texts(ann, "apple pie") == ["a red, red apple pie", "apple pies", "pie of an apple"]

    async def test_the_newest_of_its_kind_comes_first(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "tea one", "tea two")
        await say(ann, "tea three")
        assert await texts(ann, "tea") == ["tea three", "tea two", "tea one"]

    async def test_all_words_must_be_there(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "green tea", "green apple")
        assert await texts(ann, "tea green") == ["green tea"]
        assert await texts(ann, "green coffee") == []

    async def test_the_last_word_may_be_a_beginning_from_three_letters_on(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "a refrigerator hums")
        assert await texts(ann, "ref") == ["a refrigerator hums"]
        assert await texts(ann, "hums ref") == ["a refrigerator hums"]
        assert await texts(ann, "re") == []
        assert await texts(ann, "ref hums") == []


class TestPages:
    async def test_walking_them_shows_each_once_in_order(self, ann: httpx.AsyncClient) -> None:
        await say(ann, *(f"tea {'and' if number % 3 else 'with'} biscuits {number}" for number in range(13)))
        whole = [found["message_id"] for found in await search(ann, "tea with")]
        all_of_them = [found["message_id"] for found in await search(ann, "tea biscuits")]
        assert (len(whole), len(all_of_them)) == (5, 13)
        for size in (1, 4, 5, 13):
            pages = await walk(ann, f"{URL}?q=tea+biscuits&limit={size}")
            assert [one for page in pages for one in page] == all_of_them
            assert {len(page) for page in pages[:-1]} <= {size}

    async def test_they_go_on_from_what_is_adjacent_to_what_is_not(self, ann: httpx.AsyncClient) -> None:
        await say(ann, *(f"pie {number} apple" for number in range(3)), *(f"apple pie {number}" for number in range(3)))
        order = await texts(ann, "apple pie")
        assert order == [f"apple pie {n}" for n in (2, 1, 0)] + [f"pie {n} apple" for n in (2, 1, 0)]
        expected = [found["message_id"] for found in await search(ann, "apple pie")]
        assert [one for page in await walk(ann, f"{URL}?q=apple+pie&limit=2") for one in page] == expected

    async def test_what_is_said_or_deleted_meanwhile_moves_nothing(self, ann: httpx.AsyncClient) -> None:
        conversations = [await say(ann, f"tea {number}") for number in range(6)]
        first = await ann.get(URL, params={"q": "tea", "limit": 2})
        rest = (await search(ann, "tea"))[2:]
        await ann.delete(f"/conversations/{conversations[5]}")
        await say(ann, "tea again")
        pages = await walk(ann, first.links["next"]["url"])
        assert [one for page in pages for one in page] == [found["message_id"] for found in rest]

    async def test_a_page_that_is_just_full_is_the_last(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "tea one", "tea two")
        assert "Link" not in (await ann.get(URL, params={"q": "tea", "limit": 2})).headers

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({}, "query.q"),
            ({"q": ""}, "query.q"),
            ({"q": "x" * 1_001}, "query.q"),
            ({"q": "tea", "limit": "0"}, "query.limit"),
            ({"q": "tea", "limit": "201"}, "query.limit"),
            ({"q": "tea", "cursor": "nonsense"}, "cursor"),
            ({"q": "tea", "cursor": encode_cursor("a", "b")}, "cursor"),
            ({"q": "tea", "cursor": encode_cursor(1, "b")}, "cursor"),
            ({"q": "tea", "cursor": encode_cursor(1)}, "cursor"),
            ({"q": "tea", "cursor": encode_cursor(1, 2**70)}, "cursor"),
        ],
    )
    async def test_what_it_cannot_use_is_refused(self, ann: httpx.AsyncClient, query: Json, field: str) -> None:
        response = await ann.get(URL, params=query)
        assert code_of(response) == (422, "invalid_input")
        assert fields_of(response) == [field]

    @pytest.mark.parametrize("cursor", [encode_cursor(7, 7), encode_cursor(-1, 5), encode_cursor(1, -5)])
    async def test_a_cursor_of_nowhere_breaks_nothing(self, ann: httpx.AsyncClient, cursor: str) -> None:
        await say(ann, "tea")
        assert (await ann.get(URL, params={"q": "tea", "cursor": cursor})).status_code == 200

    async def test_many_at_once_are_all_answered(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "tea")
        answers = await asyncio.gather(*(search(ann, "tea") for _ in range(20)), say(ann, "tea"), say(ann, "tea"))
        assert all(len(found) >= 1 for found in answers)
