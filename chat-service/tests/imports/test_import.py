"""`POST /imports`: conversations from our own export and from ChatGPT's."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.imports import service as import_service
from chat_testing.exports import EXCHANGE, foreign, node, zipped
from chat_testing.problems import code_of
from chat_testing.stored import Stored
from service_kit.errors import DatabaseUnavailable

Json = dict[str, Any]
Work = Callable[[Any], Any]
NOTHING_LEFT_OUT = {"attachments": 0, "tool": 0, "thoughts": 0, "errors": 0, "shortened": 0}


async def bring(client: httpx.AsyncClient, content: Any, **headers: str) -> Json:
    """The report of an import that was taken."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    response = await client.post("/imports", content=body, headers=headers)
    assert response.status_code == 200, response.text
    report: Json = response.json()
    return report


async def listed(client: httpx.AsyncClient) -> list[Json]:
    conversations: list[Json] = (await client.get("/conversations/")).json()
    return conversations


async def shown(client: httpx.AsyncClient, conversation_id: str) -> list[Json]:
    messages: list[Json] = (await client.get(f"/conversations/{conversation_id}/messages")).json()
    return messages


async def exported(client: httpx.AsyncClient) -> list[Json]:
    conversations: list[Json] = (await client.get("/export")).json()["conversations"]
    return conversations


class TestChatgpt:
    async def test_a_zip_becomes_conversations_with_their_times(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, stored: Stored
    ) -> None:
        report = await bring(ann, zipped(json.dumps([foreign("g1")]), chat_html=b"<html>"))
        assert report == {
            "format": "chatgpt",
            "conversations_found": 1,
            "conversations_imported": 1,
            "messages_imported": 2,
            "conversations_skipped": 0,
            "skipped": [],
            "left_out": NOTHING_LEFT_OUT,
        }
        (conversation,) = await listed(ann)
        assert conversation["title"] == "Tides"
        assert (conversation["model"], conversation["message_count"]) == (None, 2)
        assert conversation["created_at"] == "2023-11-14T22:13:20.500000Z"
        assert conversation["last_message_at"] == "2023-11-14T22:13:22.500000Z"
        question, answer = await shown(ann, conversation["id"])
        assert (question["role"], question["content"], question["model"]) == ("user", "Why are there tides?", None)
        assert (answer["role"], answer["content"], answer["model"]) == ("assistant", "Because of the moon.", "gpt-4o")
        assert (answer["in_reply_to"], answer["parent_id"]) == (question["id"], question["id"])
        assert (answer["status"], answer["usage"], answer["timestamp"]) == (
            "complete",
            None,
            "2023-11-14T22:13:22.500000Z",
        )
        assert await listed(bob) == []
        # They were not written here: analytics counts the conversation, but no message and no token.
        assert [one["event_type"] for one in await stored.events()] == ["conversation_created"]

    async def test_keeps_the_branches_and_shows_the_one_that_was_shown(self, ann: httpx.AsyncClient) -> None:
        nodes = [
            *EXCHANGE,
            node("a2", "q", "assistant", "Because of the sun.", 3),
            node("q2", "a", "user", "And the sun?", 4),
            node("a3", "q2", "assistant", "A little.", 5),
        ]
        await bring(ann, [foreign("g1", *nodes, current_node="a2")])
        ((conversation_id, messages),) = [(one["id"], one["messages"]) for one in await exported(ann)]
        assert [one["content"] for one in await shown(ann, conversation_id)] == [
            nodes[0]["message"]["content"]["parts"][0],
            "Because of the sun.",
        ]
        assert [one["content"] for one in messages][1:] == [
            "Because of the moon.",
            "Because of the sun.",
            "And the sun?",
            "A little.",
        ]
        again = await shown(ann, conversation_id)
        assert len(again[1]["sibling_ids"]) == 2

    async def test_goes_on_like_any_other_conversation(self, ann: httpx.AsyncClient) -> None:
        await bring(ann, [foreign("g1")])
        (conversation,) = await listed(ann)
        url = f"/conversations/{conversation['id']}/messages"
        sent = (await ann.post(url, json={"content": "Thanks"})).json()
        question, answer, *_ = before = await shown(ann, conversation["id"])
        assert sent["parent_id"] == answer["id"]
        assert [one["content"] for one in before] == [
            "Why are there tides?",
            "Because of the moon.",
            "Thanks",
            "Hello there.",
        ]
        regenerated = (await ann.post(f"{url}/{answer['id']}/regenerate", json={})).json()
        assert regenerated["parent_id"] == question["id"]
        found = (await ann.get("/search", params={"q": "moon"})).json()
        assert len(found) == 1

    async def test_leaves_out_what_is_no_text_of_the_two_and_counts_it(self, ann: httpx.AsyncClient) -> None:
        image = {"content_type": "multimodal_text", "parts": [{"asset_pointer": "file://x"}, "What is this?"]}
        thoughts = {"content_type": "thoughts", "thoughts": []}
        code = {"content_type": "code", "language": "python", "text": "1+1"}
        nodes = [
            node("q", "system", content=image),
            node(
                "hidden", "q", "user", "secret instructions", 1, metadata={"is_visually_hidden_from_conversation": True}
            ),
            node("think", "hidden", "assistant", at=2, content=thoughts),
            node("call", "think", "assistant", at=3, content=code, recipient="python"),
            node("result", "call", "tool", "2", 4),
            node("a", "result", "assistant", "Two.", 5),
        ]
        report = await bring(ann, [foreign("g1", *nodes)])
        assert report["left_out"] == NOTHING_LEFT_OUT | {"attachments": 1, "thoughts": 1, "tool": 2}
        (conversation,) = await listed(ann)
        question, answer = await shown(ann, conversation["id"])
        assert (question["content"], answer["content"]) == ("What is this?", "Two.")
        assert answer["parent_id"] == question["id"]

    async def test_a_bare_json_a_single_conversation_and_a_form_are_taken_too(self, ann: httpx.AsyncClient) -> None:
        await bring(ann, [foreign("g1")])
        await bring(ann, foreign("g2"))
        await bring(ann, b"\xef\xbb\xbf" + json.dumps([foreign("g3")]).encode())
        response = await ann.post("/imports", files={"file": ("export.zip", zipped(json.dumps([foreign("g4")])))})
        assert response.json()["conversations_imported"] == 1
        await bring(ann, zipped(json.dumps([foreign("g5")]), name="2024/conversations-001.json"))
        assert len(await listed(ann)) == 5

    @pytest.mark.parametrize("at", [None, -1e18, 1e300, 4e9, float("nan")])
    async def test_a_time_that_cannot_be_meant_becomes_that_of_the_one_before(
        self, ann: httpx.AsyncClient, at: float | None
    ) -> None:
        nodes = [EXCHANGE[0], node("a", "q", "assistant", "Because.", create_time=at)]
        text = json.dumps([foreign("g1", *nodes)]).replace("NaN", "null")
        await bring(ann, text.encode())
        (conversation,) = await listed(ann)
        question, answer = await shown(ann, conversation["id"])
        assert answer["timestamp"] == question["timestamp"]

    async def test_half_characters_and_nul_are_replaced(self, ann: httpx.AsyncClient) -> None:
        text = json.dumps([foreign("g1", title="x")]).replace("the moon.", r"a \ud83d and \\ud83d \ud83d\ude00 \u0000")
        await bring(ann, text.encode())
        (conversation,) = await listed(ann)
        _, answer = await shown(ann, conversation["id"])
        assert answer["content"] == "Because of a \ufffd and \\ud83d 😀 \ufffd"


class TestOurs:
    async def test_what_was_exported_comes_back_as_it_was(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        conversation = (await ann.post("/conversations/", json={"title": "Plans", "system_prompt": "Be brief."})).json()
        url = f"/conversations/{conversation['id']}"
        question = (await ann.post(f"{url}/messages", json={"content": "One"})).json()
        await ann.post(f"{url}/messages/{question['id']}/regenerate", json={})
        await ann.put(f"{url}/branch", json={"message_id": question["reply"]["id"]})
        await ann.put(f"{url}/messages/{question['reply']['id']}/feedback", json={"rating": "up", "comment": "Good"})
        await ann.patch(url, json={"archived": True, "pinned": True, "folder": "Work", "tags": ["a", "B"]})
        document = (await ann.get("/export")).json()
        report = await bring(bob, document)
        assert (report["format"], report["conversations_imported"], report["messages_imported"]) == ("convoai", 1, 3)
        (before,), (after,) = document["conversations"], await exported(bob)
        assert after["id"] != before["id"]
        for name in ("title", "system_prompt", "archived", "pinned", "folder", "tags", "created_at", "message_count"):
            assert after[name] == before[name]
        renamed = {one["id"]: new["id"] for one, new in zip(before["messages"], after["messages"], strict=True)}
        for one, new in zip(before["messages"], after["messages"], strict=True):
            for name in ("role", "content", "status", "model", "timestamp", "feedback"):
                assert new[name] == one[name]
            assert new["parent_id"] == renamed.get(one["parent_id"])
            assert new["in_reply_to"] == renamed.get(one["in_reply_to"])
        assert after["leaf_id"] == renamed[before["leaf_id"]]

    async def test_the_file_of_all_data_and_that_of_one_conversation_are_taken(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, conversation_id: str
    ) -> None:
        await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "One"})
        alone = (await ann.get(f"/conversations/{conversation_id}/export")).json()
        assert (await bring(bob, alone))["conversations_imported"] == 1
        everything = {"exported_at": "…", "account": {}, "chat": (await ann.get("/export")).json()}
        assert [one["code"] for one in (await bring(bob, everything))["skipped"]] == ["already_imported"]

    async def test_an_answer_that_never_ended_is_interrupted_and_errors_stay_behind(
        self, ann: httpx.AsyncClient
    ) -> None:
        said = {"id": "1", "role": "user", "content": "Hi", "parent_id": None}
        cut = {"id": "2", "role": "assistant", "content": "He", "parent_id": "1", "status": "streaming"}
        failed = cut | {"id": "3", "status": "failed", "error": {"code": "x", "message": "<b>", "retryable": False}}
        report = await bring(ann, {"conversations": [{"id": "c", "messages": [said, cut, failed]}]})
        assert report["left_out"]["errors"] == 1
        ((one,),) = [await exported(ann)]
        assert [(message["status"], message["error"]) for message in one["messages"]] == [
            ("complete", None),
            ("interrupted", None),
            ("interrupted", None),
        ]
        assert one["title"] == "New conversation"

    async def test_an_export_of_before_there_were_branches_is_one_branch(self, ann: httpx.AsyncClient) -> None:
        messages = [{"id": str(n), "role": "user" if n % 2 else "assistant", "content": str(n)} for n in range(1, 5)]
        await bring(ann, {"conversations": [{"id": "c", "title": "Old", "messages": messages}]})
        (conversation,) = await listed(ann)
        assert [one["content"] for one in await shown(ann, conversation["id"])] == ["1", "2", "3", "4"]


class TestAgain:
    async def test_the_same_file_doubles_nothing_and_says_so(self, ann: httpx.AsyncClient) -> None:
        await bring(ann, [foreign("g1"), foreign("g2", title="Two")])
        report = await bring(ann, [foreign("g1"), foreign("g2", title="Two"), foreign("g3", title="Three")])
        assert (report["conversations_imported"], report["conversations_skipped"]) == (1, 2)
        assert report["skipped"] == [
            {"title": title, "code": "already_imported", "reason": "It is here already."} for title in ("Tides", "Two")
        ]
        assert len(await listed(ann)) == 3

    async def test_twice_in_one_file_and_twice_at_once_is_once(self, ann: httpx.AsyncClient) -> None:
        file = [foreign("g1"), foreign("g1"), foreign("g2")]
        reports = await asyncio.gather(*(bring(ann, file) for _ in range(3)))
        assert sum(report["conversations_imported"] for report in reports) == 2
        assert len(await listed(ann)) == 2

    async def test_ones_own_export_into_the_same_account_is_known(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, conversation_id: str
    ) -> None:
        await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "One"})
        document = (await ann.get("/export")).json()
        assert (await bring(ann, document))["conversations_imported"] == 0
        assert (await bring(bob, document))["conversations_imported"] == 1
        await ann.delete(f"/conversations/{conversation_id}")
        assert (await bring(ann, document))["conversations_imported"] == 1

    async def test_after_the_storage_failed_midway_the_same_file_goes_on(
        self, ann: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write, writes = parts.database.write, 0

        async def fail(work: Work) -> Any:
            nonlocal writes
            writes += 1
            if writes > 2:
                raise DatabaseUnavailable()
            return await write(work)

        file = [foreign(f"g{number}") for number in range(4)]
        with monkeypatch.context() as patch:
            patch.setattr(parts.database, "write", fail)
            assert code_of(await ann.post("/imports", json=file)) == (503, "database_unavailable")
        assert len(await listed(ann)) == 2
        assert (await bring(ann, file))["conversations_imported"] == 2

    async def test_one_that_cannot_be_stored_is_not_there_at_all(
        self, ann: httpx.AsyncClient, stored: Stored, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> dict[str, dict[str, object]]:
            raise RuntimeError

        monkeypatch.setattr("chat_server.messages.service.imported_rows", broken)
        assert (await ann.post("/imports", json=[foreign("g1")])).status_code == 500
        assert await stored.count_of_conversations() == 0
        assert await stored.events() == []


class TestSkipped:
    @pytest.mark.parametrize(
        ("conversation", "code", "title"),
        [
            (foreign("", title="No id"), "without_id", "No id"),
            (foreign("x" * 81, title="Long id"), "without_id", "Long id"),
            (foreign("g1", node("q", "system", "user", " ")), "empty", "Tides"),
            (foreign("g1", node("q", "a"), node("a", "q", "assistant", "x")), "damaged", "Tides"),
            (foreign("g1", node("q", "b", "user", "x"), node("b", "c"), node("c", "b")), "damaged", "Tides"),
            ({"mapping": {"q": 7}, "title": "Broken", "id": "1"}, "damaged", "Broken"),
            ({"mapping": {}, "title": 7, "id": "1"}, "damaged", None),
        ],
    )
    async def test_is_one_that_cannot_be_taken_and_the_rest_comes_along(
        self, ann: httpx.AsyncClient, conversation: Json, code: str, title: str | None
    ) -> None:
        report = await bring(ann, [foreign("good"), conversation, foreign("better")])
        assert report["conversations_imported"] == 2
        assert [(one["code"], one["title"]) for one in report["skipped"]] == [(code, title)]
        assert report["skipped"][0]["reason"]

    @pytest.mark.parametrize(
        "messages",
        [
            [{"id": "1", "role": "system", "content": "x"}],
            [{"id": "1", "role": "user", "content": "x", "parent_id": "2"}],
            [{"id": "1", "role": "user", "content": "x"}, {"id": "1", "role": "assistant", "content": "y"}],
            [{"id": "1", "role": "user"}],
            "many",
        ],
    )
    async def test_is_one_of_ours_that_somebody_has_changed(self, ann: httpx.AsyncClient, messages: Any) -> None:
        report = await bring(ann, {"conversations": [{"id": "c", "title": "T", "messages": messages}]})
        assert [one["code"] for one in report["skipped"]] == ["damaged"]
        assert await listed(ann) == []

    async def test_is_what_is_too_much(self, ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(import_service, "MOST_MESSAGES", 5)
        monkeypatch.setattr(import_service, "MOST_IN_ONE", 3)
        monkeypatch.setattr(import_service, "MOST_NAMED", 2)
        long = foreign("long", *EXCHANGE, node("q2", "a", "user", "x"), node("q3", "q2", "user", "x"))
        report = await bring(ann, [long, *(foreign(f"g{number}") for number in range(5))])
        assert (report["conversations_imported"], report["conversations_skipped"]) == (2, 4)
        assert [one["code"] for one in report["skipped"]] == ["too_long", "too_many"]

    async def test_is_not_one_with_a_huge_message_which_is_shortened(
        self, ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_service, "LONGEST_MESSAGE", 10)
        report = await bring(ann, [foreign("g1")])
        assert report["left_out"]["shortened"] == 2
        (conversation,) = await listed(ann)
        assert [one["content"] for one in await shown(ann, conversation["id"])] == ["Why are th", "Because of"]


class TestProgress:
    async def test_is_told_line_by_line_and_ends_with_the_report(self, ann: httpx.AsyncClient) -> None:
        body = json.dumps([foreign(f"g{number}") for number in range(30)])
        headers = {"Accept": "application/x-ndjson"}
        response = await ann.post("/imports", content=body, headers=headers)
        assert response.headers["Content-Type"] == "application/x-ndjson"
        *steps, report = [json.loads(line) for line in response.text.splitlines()]
        assert report["conversations_imported"] == 30
        assert all(step["total"] == 30 for step in steps)
        assert [step["done"] for step in steps] == sorted({step["done"] for step in steps})

    async def test_of_a_file_that_is_none_is_a_problem(self, ann: httpx.AsyncClient) -> None:
        response = await ann.post("/imports", content=b"x", headers={"Accept": "application/x-ndjson"})
        assert code_of(response) == (422, "not_an_export")

    async def test_says_why_it_broke_off(
        self, ann: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(_work: Work) -> Any:
            raise DatabaseUnavailable()

        monkeypatch.setattr(parts.database, "write", fail)
        headers = {"Accept": "application/x-ndjson"}
        response = await ann.post("/imports", json=[foreign("g1"), foreign("g2")], headers=headers)
        assert json.loads(response.text.splitlines()[-1])["code"] == "database_unavailable"


class TestPeople:
    async def test_need_a_sign_in(self, anonymous: httpx.AsyncClient, stored: Stored) -> None:
        assert code_of(await anonymous.post("/imports", json=[foreign("g1")])) == (401, "invalid_credentials")
        assert await stored.count_of_conversations() == 0

    async def test_who_were_erased_bring_nothing(
        self, ann: httpx.AsyncClient, app: Any, stored: Stored, parts: Parts
    ) -> None:
        from chat_server.erasures.people import ErasedPeople

        await parts.database.write(lambda session: ErasedPeople(session).begin("ann"))
        assert code_of(await ann.post("/imports", json=[foreign("g1")])) == (401, "invalid_credentials")
        assert await stored.count_of_conversations() == 0
