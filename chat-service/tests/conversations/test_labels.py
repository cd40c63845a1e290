"""Pinned conversations, folders and tags: how they are set, listed and counted."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.db.models import ConversationTag
from chat_server.dependencies import Parts
from chat_testing.plans import noted_selects, plan_of
from chat_testing.problems import ABSENT_ID, SAME_REQUEST, code_of, exactly, fields_of
from sqlalchemy import select

Json = dict[str, Any]
URL = "/conversations/"
LABELS = URL + "labels"
NONE: Json = {"folders": [], "tags": []}


async def make(person: httpx.AsyncClient, title: str, **labels: Any) -> str:
    """The id of a new conversation with these labels."""
    conversation_id = str((await person.post(URL, json={"title": title})).json()["id"])
    await change(person, conversation_id, **labels)
    return conversation_id


async def change(person: httpx.AsyncClient, conversation_id: str, **labels: Any) -> Json:
    response = await person.patch(URL + conversation_id, json=labels)
    assert response.status_code == 200, response.text
    changed: Json = response.json()
    return changed


async def titles(person: httpx.AsyncClient, **query: Any) -> list[str]:
    response = await person.get(URL, params=query)
    assert response.status_code == 200, response.text
    return [conversation["title"] for conversation in response.json()]


def counts(labels: list[Json]) -> dict[str, int]:
    return {label["name"]: label["count"] for label in labels}


class TestSet:
    async def test_a_new_one_has_none(self, ann: httpx.AsyncClient) -> None:
        made = (await ann.post(URL, json={})).json()
        assert (made["pinned"], made["folder"], made["tags"]) == (False, None, [])

    async def test_all_are_kept_and_change_nothing_else(self, ann: httpx.AsyncClient) -> None:
        before = (await ann.post(URL, json={"title": "Trip"})).json()
        labels = {"pinned": True, "folder": "Travel", "tags": ["sea", "summer"]}
        changed = await change(ann, before["id"], **labels)
        assert changed == before | labels | {"updated_at": changed["updated_at"]}
        assert (await ann.get(URL + before["id"])).json() == (await ann.get(URL)).json()[0] == changed
        again = await change(ann, before["id"], title="Trip")
        assert again == changed | {"updated_at": again["updated_at"]}

    async def test_tags_are_a_whole_list(self, ann: httpx.AsyncClient) -> None:
        one = await make(ann, "Trip", tags=["b", "a", "B"])
        assert (await ann.get(URL + one)).json()["tags"] == ["a", "b"]
        assert (await change(ann, one, tags=["C"]))["tags"] == ["C"]
        assert (await change(ann, one, tags=["c"]))["tags"] == ["c"]
        assert (await change(ann, one, tags=[]))["tags"] == []

    async def test_what_was_set_is_taken_back(self, ann: httpx.AsyncClient) -> None:
        one = await make(ann, "Trip", pinned=True, folder="Travel", tags=["sea"])
        changed = await change(ann, one, pinned=False, folder=None, tags=[])
        assert (changed["pinned"], changed["folder"], changed["tags"]) == (False, None, [])
        assert (await ann.get(LABELS)).json() == NONE

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"pinned": None}, "body.pinned"),
            ({"pinned": "perhaps"}, "body.pinned"),
            ({"folder": ""}, "body.folder"),
            ({"folder": "  "}, "body.folder"),
            ({"folder": "x" * 101}, "body.folder"),
            ({"folder": "a\x00b"}, "body.folder"),
            ({"folder": 7}, "body.folder"),
            ({"tags": None}, "body.tags"),
            ({"tags": "sea"}, "body.tags"),
            ({"tags": [str(number) for number in range(21)]}, "body.tags"),
            ({"tags": ["sea", ""]}, "body.tags.1"),
            ({"tags": ["x" * 51]}, "body.tags.0"),
            ({"tags": ["a\x00b"]}, "body.tags.0"),
            ({"tags": [None]}, "body.tags.0"),
        ],
        ids=ascii,
    )
    async def test_a_wrong_shape_changes_nothing(self, ann: httpx.AsyncClient, body: Json, field: str) -> None:
        one = await make(ann, "Trip", pinned=True, folder="Travel", tags=["sea"])
        before = (await ann.get(URL + one)).json()
        response = await ann.patch(URL + one, json={"title": "Other"} | body)
        assert code_of(response) == (422, "invalid_input")
        assert fields_of(response) == [field]
        assert (await ann.get(URL + one)).json() == before

    async def test_the_longest_names_fit(self, ann: httpx.AsyncClient) -> None:
        tags = [f"{number:02}" + "ΐ" * 48 for number in range(20)]  # folded, each letter is three
        one = await make(ann, "Trip", folder="ß" * 100, tags=tags)
        assert (await ann.get(URL + one)).json()["tags"] == tags
        assert await titles(ann, tag=tags[7]) == ["Trip"]

    async def test_two_at_once_leave_the_list_of_one(self, ann: httpx.AsyncClient) -> None:
        one = await make(ann, "Trip")
        lists = [[f"{number}-{name}" for name in "abc"] for number in range(8)]
        await asyncio.gather(*(change(ann, one, tags=tags) for tags in lists))
        assert (await ann.get(URL + one)).json()["tags"] in lists

    async def test_of_another_person_look_absent(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        hers, labels = await make(ann, "Trip", tags=["sea"]), {"pinned": True, "folder": "Mine", "tags": ["mine"]}
        others = await bob.patch(URL + hers, json=labels, headers=SAME_REQUEST)
        absent = await bob.patch(URL + ABSENT_ID, json=labels, headers=SAME_REQUEST)
        assert code_of(others) == (404, "conversation_not_found")
        assert exactly(others) == exactly(absent)
        assert (await ann.get(URL + hers)).json()["tags"] == ["sea"]
        assert (await bob.get(LABELS)).json() == NONE


class TestList:
    @pytest.fixture
    async def some(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        """Of Ann's, from the oldest: one pinned, one in a folder, one tagged, one with all; of Bob's one with all."""
        await make(ann, "pinned", pinned=True)
        await make(ann, "filed", folder="Work")
        await make(ann, "tagged", tags=["Urgent"])
        await make(ann, "all", pinned=True, folder="Work", tags=["urgent", "later"])
        await make(bob, "his", pinned=True, folder="Work", tags=["urgent", "later"])

    @pytest.mark.usefixtures("some")
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["all", "tagged", "filed", "pinned"]),
            ({"pinned": "true"}, ["all", "pinned"]),
            ({"pinned": "false"}, ["tagged", "filed"]),
            ({"folder": "Work"}, ["all", "filed"]),
            ({"folder": " Work "}, ["all", "filed"]),
            ({"folder": "work"}, []),
            ({"folder": "%"}, []),
            ({"tag": "URGENT"}, ["all", "tagged"]),
            ({"tag": "later"}, ["all"]),
            ({"tag": "late"}, []),
            ({"pinned": "true", "folder": "Work", "tag": "urgent", "q": "ALL"}, ["all"]),
            ({"tag": "later", "pinned": "false"}, []),
            ({"archived": "true", "pinned": "true"}, []),
        ],
        ids=str,
    )
    async def test_by(self, ann: httpx.AsyncClient, query: Json, found: list[str]) -> None:
        assert await titles(ann, **query) == found

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"pinned": "perhaps"}, "query.pinned"),
            ({"folder": ""}, "query.folder"),
            ({"folder": "x" * 101}, "query.folder"),
            ({"tag": ""}, "query.tag"),
            ({"tag": "x" * 51}, "query.tag"),
            ({"tag": "a\x00b"}, "query.tag"),
        ],
        ids=ascii,
    )
    async def test_by_what_cannot_be_is_refused(self, ann: httpx.AsyncClient, query: Json, field: str) -> None:
        response = await ann.get(URL, params=query)
        assert code_of(response) == (422, "invalid_input")
        assert fields_of(response) == [field]

    async def test_pages_keep_the_filters(self, ann: httpx.AsyncClient) -> None:
        for number in range(5):
            await make(ann, f"tagged {number}", tags=["Ünder & über"], folder="a/b?c")
            await make(ann, f"other {number}", tags=["another"])
        seen, next_url = [], f"{URL}?limit=2&tag=%C3%BCnder+%26+%C3%9CBER&folder=a/b?c"
        while next_url:
            response = await ann.get(next_url)
            seen += [one["title"] for one in response.json()]
            next_url = response.links.get("next", {}).get("url", "")
        assert seen == [f"tagged {number}" for number in (4, 3, 2, 1, 0)]

    async def test_pinned_ones_stay_where_their_activity_puts_them(self, ann: httpx.AsyncClient) -> None:
        await make(ann, "old", pinned=True)
        await make(ann, "new")
        assert await titles(ann) == ["new", "old"]

    async def test_of_many_costs_two_queries_and_no_more_rows(self, ann: httpx.AsyncClient) -> None:
        for number in range(12):
            await make(ann, f"{number}", tags=["a", "b"])
        with noted_selects(of="conversation") as selects:
            assert len((await ann.get(URL, params={"limit": 10})).json()) == 10
        assert len(selects) == 2

    @pytest.mark.sqlite  # whose planner is asked
    @pytest.mark.parametrize(
        ("query", "index"),
        [
            ({}, "ix_conversations_of_user"),
            ({"pinned": "true"}, "ix_conversations_pinned"),
            ({"folder": "Work"}, "ix_conversations_in_folder"),
        ],
    )
    async def test_of_ten_thousand_reads_one_page_of_an_index(
        self, ann: httpx.AsyncClient, parts: Parts, query: Json, index: str
    ) -> None:
        with noted_selects(of="conversation") as selects:
            await ann.get(URL, params=query)
        plan = await plan_of(parts.database, selects[0])
        assert index in plan.splitlines()[0]
        assert "TEMP B-TREE" not in plan, "nothing is sorted"


class TestLabels:
    async def test_are_none_at_first(self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient) -> None:
        assert (await ann.get(LABELS)).json() == NONE
        assert code_of(await anonymous.get(LABELS)) == (401, "invalid_credentials")

    async def test_count_ones_own_as_the_list_shows_them(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        await make(ann, "1", folder="Work", tags=["Urgent", "later"])
        await make(ann, "2", folder="Work", tags=["urgent"])
        await make(ann, "3", folder="Home")
        archived = await make(ann, "4", folder="Home", tags=["old"])
        await change(ann, archived, archived=True)
        await make(bob, "5", folder="His", tags=["urgent", "his"])
        labels = (await ann.get(LABELS)).json()
        assert [folder["name"] for folder in labels["folders"]] == ["Home", "Work"]
        assert counts(labels["folders"]) == {"Home": 1, "Work": 2}
        assert counts(labels["tags"]) == {"later": 1, "Urgent": 2}
        for label in labels["tags"]:
            assert len(await titles(ann, tag=label["name"])) == label["count"]
        old = (await ann.get(LABELS, params={"archived": True})).json()
        assert (counts(old["folders"]), counts(old["tags"])) == ({"Home": 1}, {"old": 1})

    async def test_go_with_their_conversation(self, ann: httpx.AsyncClient, parts: Parts) -> None:
        one = await make(ann, "1", folder="Work", tags=["urgent"])
        await ann.delete(URL + one)
        assert (await ann.get(LABELS)).json() == NONE
        assert await parts.database.read(lambda session: session.scalars(select(ConversationTag)).all()) == []

    async def test_a_conversation_with_this_name_for_an_id_is_not_needed(self, ann: httpx.AsyncClient) -> None:
        assert code_of(await ann.patch(LABELS, json={"title": "x"})) == (404, "conversation_not_found")
