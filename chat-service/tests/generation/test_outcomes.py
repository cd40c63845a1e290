"""How an answer ends, seen over REST and on disk: failed, stopped, deleted, stored late."""

import asyncio
import logging
from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.generation import turn
from chat_server.llm.errors import (
    ProviderBadResponse,
    ProviderError,
    ProviderRateLimited,
    ProviderTimeout,
    ProviderUnavailable,
)
from chat_testing.faults import failing_commits
from chat_testing.model import FakeModel
from chat_testing.problems import code_of
from chat_testing.stored import Stored
from chat_testing.waiting import eventually

FAILURES = [
    (ProviderBadResponse(), 502, "provider_bad_response", None),
    (ProviderUnavailable(retry_after_seconds=7), 503, "provider_unavailable", "7"),
    (ProviderRateLimited(), 503, "provider_rate_limited", "10"),
    (ProviderTimeout(), 504, "provider_timeout", None),
]
each_failure = pytest.mark.parametrize(("error", "status", "code", "retry_after"), FAILURES, ids=lambda v: str(v)[:20])


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/messages"


def send(client: httpx.AsyncClient, url: str, **more: Any) -> "asyncio.Task[httpx.Response]":
    return asyncio.create_task(client.post(url, json={"content": "Hi"} | more))


class TestProviderFailure:
    @each_failure
    async def test_before_the_first_piece_it_is_told_and_the_message_stays(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        error: ProviderError,
        status: int,
        code: str,
        retry_after: str | None,
    ) -> None:
        model.enter_error = error
        response = await ann.post(url, json={"content": "Hi"})

        assert code_of(response) == (status, code)
        assert response.headers.get("Retry-After") == retry_after
        question, answer = (await ann.get(url)).json()
        assert (question["content"], question["status"]) == ("Hi", "complete")
        assert (answer["content"], answer["status"], answer["seq"]) == ("", "failed", 0)
        assert answer["error"] == {"code": code, "message": error.detail, "retryable": error.retryable}

    @each_failure
    async def test_midway_the_text_is_kept(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        error: ProviderError,
        status: int,
        code: str,
        retry_after: str | None,
    ) -> None:
        model.hold()
        sending = send(ann, url)
        answer = await model.answer()
        answer.say("Half an ", "answer")
        answer.fail(error)

        assert code_of(await sending) == (status, code)
        found = (await ann.get(url)).json()[1]
        assert (found["content"], found["status"], found["seq"]) == ("Half an answer", "failed", 2)
        assert answer.left.is_set()

    async def test_the_same_client_id_is_told_the_same_again(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        model.enter_error = ProviderUnavailable(retry_after_seconds=7)
        first = await ann.post(url, json={"content": "Hi", "client_id": "c1"})
        again = await ann.post(url, json={"content": "Hi", "client_id": "c1"})

        assert code_of(again) == code_of(first) == (503, "provider_unavailable")
        assert again.headers["Retry-After"] == "7"
        assert len(model.answers) == 1

    async def test_the_next_message_is_answered(self, ann: httpx.AsyncClient, url: str, model: FakeModel) -> None:
        model.enter_error = ProviderTimeout()
        await ann.post(url, json={"content": "Hi"})
        model.enter_error = None

        assert (await ann.post(url, json={"content": "Hi"})).status_code == 200


class TestCrash:
    """A model client that breaks its promise and raises something of its own."""

    async def test_it_fails_without_a_word_of_what_happened(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, caplog: pytest.LogCaptureFixture
    ) -> None:
        model.hold()
        sending = send(ann, url)
        answer = await model.answer()
        answer.say("Half")
        answer.fail(ZeroDivisionError("secret of the inside"))
        response = await sending

        assert code_of(response) == (500, "internal_error")
        assert "secret" not in response.text
        assert "secret" not in (await ann.get(url)).text
        found = (await ann.get(url)).json()[1]
        assert (found["content"], found["status"]) == ("Half", "failed")
        assert any(record.levelno == logging.ERROR for record in caplog.records)

    async def test_text_that_cannot_be_stored_is_mended(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        # Half an emoji made the frame's encoder raise, then the database; the answer was lost and its sender hung.
        model.reply("a\ud83d", "b\x00c", "\U0001f600")

        reply = (await ann.post(url, json={"content": "Hi"})).json()["reply"]

        assert (reply["content"], reply["status"], reply["seq"]) == ("a\ufffdb\ufffdc\U0001f600", "complete", 3)


class TestStop:
    async def stop(self, parts: Parts, stored: Stored, conversation_id: str) -> None:
        message_id = (await stored.answer(conversation_id)).id
        await parts.generation.stop_answer("ann", conversation_id, message_id)

    async def test_whoever_waits_gets_the_stopped_answer_at_once(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        parts: Parts,
        stored: Stored,
        conversation_id: str,
    ) -> None:
        model.hold()
        sending = send(ann, url)
        answer = await model.answer()
        answer.say("Half")
        await eventually(lambda: parts.generation.active(conversation_id)[0].seq == 1)

        async with asyncio.timeout(5):  # a second is promised; the rest is for a busy machine
            await self.stop(parts, stored, conversation_id)
            reply = (await sending).json()["reply"]
            await answer.left.wait()

        assert (reply["content"], reply["status"], reply["error"]) == ("Half", "stopped", None)
        assert (await ann.get(url)).json()[1] == reply

    async def test_it_works_before_the_first_piece(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        parts: Parts,
        stored: Stored,
        conversation_id: str,
    ) -> None:
        model.hold()
        sending = send(ann, url)
        answer = await model.answer()
        await self.stop(parts, stored, conversation_id)

        assert (await sending).json()["reply"]["status"] == "stopped"
        assert answer.left.is_set()

    async def test_an_answer_that_is_over_stays_as_it_is(
        self, ann: httpx.AsyncClient, url: str, parts: Parts, stored: Stored, conversation_id: str
    ) -> None:
        await ann.post(url, json={"content": "Hi"})
        await self.stop(parts, stored, conversation_id)

        assert await stored.status(conversation_id) == "complete"

    async def test_a_provider_that_breaks_when_it_is_stopped_changes_nothing(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        parts: Parts,
        stored: Stored,
        conversation_id: str,
    ) -> None:
        # Closing the connection can itself fail; the answer then ended as failed although a person had stopped it, and
        # Python logged that nobody had asked what became of the task.
        model.hold()
        model.leave_error = ProviderBadResponse()
        sending = send(ann, url)
        (await model.answer()).say("Half")
        await eventually(lambda: parts.generation.active(conversation_id)[0].seq == 1)
        running = parts.generation._answers.of_conversation(conversation_id)
        assert running is not None
        await self.stop(parts, stored, conversation_id)

        reply = (await sending).json()["reply"]
        assert (reply["content"], reply["status"], reply["error"]) == ("Half", "stopped", None)
        assert running.stream_task is not None
        assert not getattr(running.stream_task, "_log_traceback"), "by this mark Python knows what nobody has asked"  # noqa: B009


class TestDeletionMidway:
    async def test_whoever_waits_is_told_that_the_conversation_is_gone(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored, conversation_id: str
    ) -> None:
        # It was told that the answer could not be stored and that the message was kept, which it was not.
        model.hold()
        sending = send(ann, url)
        answer = await model.answer()
        answer.say("Half")
        deleted = await ann.delete(f"/conversations/{conversation_id}")

        assert deleted.status_code == 200
        assert code_of(await sending) == (404, "conversation_not_found")
        await asyncio.wait_for(answer.left.wait(), 5)
        assert await stored.messages(conversation_id) == []
        assert [event["role"] for event in await stored.events("message_created")] == ["user"]


class TestClientGone:
    async def test_the_answer_is_stored_all_the_same(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored, conversation_id: str
    ) -> None:
        model.hold()
        sending = send(ann, url)
        answer = await model.answer()
        sending.cancel()
        answer.say("All of it")
        answer.end()

        async def is_complete() -> bool:
            return await stored.status(conversation_id) == "complete"

        await eventually(is_complete)
        assert (await stored.answer(conversation_id)).content == "All of it"

    async def test_one_who_leaves_while_the_message_is_stored_changes_nothing(
        self,
        ann: httpx.AsyncClient,
        url: str,
        parts: Parts,
        stored: Stored,
        conversation_id: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        is_committed, may_return = asyncio.Event(), asyncio.Event()
        write = parts.database.write

        async def slow_write(work: Any) -> Any:
            result = await write(work)
            is_committed.set()
            await may_return.wait()
            return result

        monkeypatch.setattr(parts.database, "write", slow_write)
        sending = send(ann, url)
        await is_committed.wait()
        sending.cancel()
        await asyncio.wait([sending])
        may_return.set()

        async def is_complete() -> bool:
            return await stored.status(conversation_id) == "complete"

        await eventually(is_complete)
        assert len(await stored.messages(conversation_id)) == 2


class TestDatabaseFailure:
    async def test_at_the_end_it_is_tried_again_until_stored(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        stored: Stored,
        conversation_id: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(turn, "FINISH_RETRY_SECONDS", (0.05,) * 40)
        model.hold()
        sending = send(ann, url)
        answer = await model.answer()
        answer.say("All of it")
        with failing_commits() as faults:
            answer.end()
            await eventually(lambda: faults.refused >= 3)
            assert not sending.done()
        response = await sending

        assert response.status_code == 200
        assert response.json()["reply"]["content"] == "All of it"
        assert await stored.status(conversation_id) == "complete"
        assert len(await stored.events("message_created")) == 2

    async def test_when_it_never_recovers_the_sender_is_told(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(turn, "FINISH_RETRY_SECONDS", (0.01,))
        model.hold()
        sending = send(ann, url)
        answer = await model.answer()
        with failing_commits():
            answer.end()
            response = await sending

        assert code_of(response) == (500, "answer_lost")

    async def test_at_the_beginning_nothing_is_stored_and_no_model_is_asked(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored, conversation_id: str
    ) -> None:
        with failing_commits():
            response = await ann.post(url, json={"content": "Hi"})

        assert code_of(response) == (503, "database_unavailable")
        assert response.headers["Retry-After"]
        assert await stored.messages(conversation_id) == []
        assert model.answers == []
        assert await stored.events("message_created") == []
