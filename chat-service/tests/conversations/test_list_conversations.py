"""GET /conversations/."""

import base64
import json

import httpx
import pytest
from chat_testing.problems import code_of, fields_of
from service_kit.pagination import encode_cursor

URL = "/conversations/"


async def make(client: httpx.AsyncClient, *titles: str) -> list[str]:
    """The ids of new conversations, in the order of their making."""
    return [(await client.post(URL, json={"title": title})).json()["id"] for title in titles]


async def titles(client: httpx.AsyncClient, **query: str | int) -> list[str]:
    response = await client.get(URL, params=query)
    assert response.status_code == 200, response.text
    return [conversation["title"] for conversation in response.json()]


async def walk(client: httpx.AsyncClient, url: str) -> list[list[str]]:
    """The ids on each page, from this one to the last."""
    pages = []
    next_url: str | None = url
    while next_url is not None:
        response = await client.get(next_url)
        assert response.status_code == 200, response.text
        pages.append([conversation["id"] for conversation in response.json()])
        next_url = response.links["next"]["url"] if "next" in response.links else None
    return pages


class TestList:
    async def test_it_is_empty_at_first(self, ann: httpx.AsyncClient) -> None:
        response = await ann.get(URL)

        assert (response.status_code, response.json()) == (200, [])
        assert "Link" not in response.headers

    async def test_an_anonymous_caller_is_refused(self, anonymous: httpx.AsyncClient) -> None:
        assert code_of(await anonymous.get(URL)) == (401, "invalid_credentials")

    async def test_it_shows_the_callers_own_alone(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        await make(ann, "hers")
        await make(bob, "his")

        assert await titles(ann) == ["hers"]
        assert await titles(bob) == ["his"]

    async def test_the_newest_activity_comes_first(self, ann: httpx.AsyncClient) -> None:
        first, *_ = await make(ann, "one", "two", "three")
        assert await titles(ann) == ["three", "two", "one"]

        await ann.post(f"/conversations/{first}/messages", json={"content": "hello"})

        assert await titles(ann) == ["one", "three", "two"]

    async def test_a_rename_is_no_activity(self, ann: httpx.AsyncClient) -> None:
        first, _ = await make(ann, "one", "two")
        await ann.patch(URL + first, json={"title": "uno"})

        assert await titles(ann) == ["two", "uno"]


class TestFilters:
    async def test_archived_conversations_have_a_list_of_their_own(self, ann: httpx.AsyncClient) -> None:
        first, _ = await make(ann, "old", "new")
        await ann.patch(URL + first, json={"archived": True})

        assert await titles(ann) == ["new"]
        assert await titles(ann, archived="true") == ["old"]

    async def test_q_finds_part_of_a_title_in_any_case(self, ann: httpx.AsyncClient) -> None:
        await make(ann, "Trip to Rome", "Work", "A ROMan holiday")

        assert await titles(ann, q="rom") == ["A ROMan holiday", "Trip to Rome"]

    @pytest.mark.parametrize("wildcard", ["%", "_", "\\"])
    async def test_q_takes_wildcards_as_they_are(self, ann: httpx.AsyncClient, wildcard: str) -> None:
        await make(ann, "plain", f"with {wildcard} in it")

        assert await titles(ann, q=wildcard) == [f"with {wildcard} in it"]

    async def test_q_finds_nothing_of_other_people(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        await make(bob, "secret plan")

        assert await titles(ann, q="plan") == []

    async def test_the_next_page_keeps_the_filters(self, ann: httpx.AsyncClient) -> None:
        wanted = await make(ann, "trip 1", "trip 2", "trip 3")
        await make(ann, "work")

        assert await walk(ann, URL + "?q=trip&limit=2") == [[wanted[2], wanted[1]], [wanted[0]]]


class TestPages:
    async def test_walking_them_shows_each_once_in_order(self, ann: httpx.AsyncClient) -> None:
        ids = await make(ann, *(f"number {number}" for number in range(13)))
        for moved in (ids[3], ids[0]):
            await ann.post(f"/conversations/{moved}/messages", json={"content": "hello"})
        expected = [ids[0], ids[3], *(found for found in reversed(ids) if found not in (ids[0], ids[3]))]

        pages = await walk(ann, URL + "?limit=4")

        assert [len(page) for page in pages] == [4, 4, 4, 1]
        assert [found for page in pages for found in page] == expected

    async def test_one_that_moves_to_the_top_meanwhile_moves_no_other(self, ann: httpx.AsyncClient) -> None:
        ids = await make(ann, *(f"number {number}" for number in range(6)))
        first_page = await ann.get(URL, params={"limit": 3})
        await ann.post(f"/conversations/{ids[5]}/messages", json={"content": "hello"})

        rest = await walk(ann, first_page.links["next"]["url"])

        assert [found for page in rest for found in page] == [ids[2], ids[1], ids[0]]

    async def test_a_page_that_is_just_full_is_the_last(self, ann: httpx.AsyncClient) -> None:
        await make(ann, "one", "two")

        assert "Link" not in (await ann.get(URL, params={"limit": 2})).headers

    async def test_the_default_page_has_fifty(self, ann: httpx.AsyncClient) -> None:
        await make(ann, *(f"number {number}" for number in range(51)))

        assert [len(page) for page in await walk(ann, URL)] == [50, 1]

    @pytest.mark.parametrize("limit", ["0", "201", "-1", "many"])
    async def test_a_limit_out_of_range_is_refused(self, ann: httpx.AsyncClient, limit: str) -> None:
        response = await ann.get(URL, params={"limit": limit})

        assert code_of(response) == (422, "invalid_input")
        assert fields_of(response) == ["query.limit"]

    async def test_a_limit_of_200_is_taken(self, ann: httpx.AsyncClient) -> None:
        assert (await ann.get(URL, params={"limit": 200})).status_code == 200

    # A time without zone, one outside the calendar and an id that no database stores each crashed with a 500.
    @pytest.mark.parametrize(
        "cursor",
        [
            "nonsense",
            "ä",
            "====",
            base64.urlsafe_b64encode(b"[[[[").decode(),
            base64.urlsafe_b64encode(json.dumps({"a": 1}).encode()).decode(),
            encode_cursor("2026-01-01T00:00:00+00:00"),
            encode_cursor("yesterday", "id"),
            encode_cursor("2026-01-01T00:00:00", "id"),
            encode_cursor("0001-01-01T00:00:00+23:59", "id"),
            encode_cursor("2026-01-01T00:00:00+00:00", "\ud800"),
            encode_cursor(20260101, 7),
            encode_cursor(1),
        ],
    )
    async def test_a_foreign_cursor_is_refused(self, ann: httpx.AsyncClient, cursor: str) -> None:
        response = await ann.get(URL, params={"cursor": cursor})

        assert code_of(response) == (422, "invalid_input")
        assert fields_of(response) == ["cursor"]

    async def test_another_persons_cursor_shows_nothing_of_theirs(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient
    ) -> None:
        await make(bob, "his 1", "his 2", "his 3")
        next_url = (await bob.get(URL, params={"limit": 1})).links["next"]["url"]

        assert (await ann.get(next_url)).json() == []
