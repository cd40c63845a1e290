"""Limits, cursors and the Link header."""

import base64
import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI, Query
from hypothesis import given
from hypothesis import strategies as st
from service_kit.errors import InvalidInput
from service_kit.pagination import PageDep, decode_cursor, encode_cursor
from service_kit.problems import install_problem_handlers

NUMBERS = list(range(125))


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app)

    @app.get("/numbers")
    async def list_numbers(page: PageDep, least: int = 0, but: Annotated[Sequence[int], Query()] = ()) -> list[int]:
        position = page.position(1)
        after = int(position[0]) if position else -1
        wanted = [number for number in NUMBERS if number >= least and number not in but]
        found = [number for number in wanted if number > after][: page.limit + 1]
        if len(found) > page.limit:
            page.announce_next(found[page.limit - 1])
        return found[: page.limit]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kit.test") as client:
        yield client


def _next(response: httpx.Response) -> str | None:
    link = response.headers.get("link")
    if link is None:
        return None
    found = re.fullmatch(r'<(?P<address>[^>]+)>; rel="next"', link)
    assert found is not None
    return found["address"]


class TestPage:
    async def test_following_next_gives_every_row_once(self, client: httpx.AsyncClient) -> None:
        seen: list[int] = []
        address: str | None = "/numbers?limit=10&least=7"
        while address is not None:
            response = await client.get(address)
            seen += response.json()
            address = _next(response)
        assert seen == NUMBERS[7:]

    async def test_following_next_keeps_what_was_given_several_times(self, client: httpx.AsyncClient) -> None:
        first = await client.get("/numbers?but=0&limit=1&but=2")
        second = await client.get(_next(first) or "")
        assert first.json() + second.json() == [1, 3]

    async def test_fifty_rows_unless_asked(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/numbers")
        assert len(response.json()) == 50
        assert isinstance(response.json(), list)

    async def test_the_last_page_has_no_next(self, client: httpx.AsyncClient) -> None:
        assert _next(await client.get("/numbers", params={"limit": 125})) is None
        assert _next(await client.get("/numbers", params={"limit": 124})) is not None

    @pytest.mark.parametrize("limit", ["0", "-1", "201", "many", "1.5"])
    async def test_other_limits_are_refused(self, client: httpx.AsyncClient, limit: str) -> None:
        response = await client.get("/numbers", params={"limit": limit})
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "query.limit"

    @pytest.mark.parametrize("cursor", ["x", "ü", "null", "W10", "WzEsMl0", "e30", "a" * 501, "\x00", "W1tdXQ"])
    async def test_foreign_cursors_are_refused(self, client: httpx.AsyncClient, cursor: str) -> None:
        assert (await client.get("/numbers", params={"cursor": cursor})).status_code == 422


class TestCursor:
    @given(
        st.lists(
            st.integers(-(2**63) + 1, 2**63 - 1)
            | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
            max_size=4,
        )
    )
    def test_holds_any_sort_key(self, position: list[str | int]) -> None:
        assert decode_cursor(encode_cursor(*position), len(position)) == position

    @given(st.text(max_size=80))
    def test_any_text_is_refused_and_nothing_else_is_raised(self, cursor: str) -> None:
        with pytest.raises(InvalidInput) as refusal:
            decode_cursor(cursor, 2)
        assert refusal.value.errors[0]["field"] == "cursor"

    @pytest.mark.parametrize("value", ["\x00", "\ud800", 2**63, -(2**63), True, 1.5, None, [], {}])
    def test_with_what_no_database_takes_is_refused(self, value: object) -> None:
        """These reached the driver, which raised: a 500 for a cursor made by hand."""
        cursor = base64.urlsafe_b64encode(json.dumps([value]).encode()).decode()
        with pytest.raises(InvalidInput):
            decode_cursor(cursor, 1)
