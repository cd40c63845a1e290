"""What a model thinks is kept apart from its answer, told as it comes, and never sent to a model again."""

import asyncio
import json
from itertools import pairwise
from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.llm.client import CompletionChunk
from chat_server.llm.errors import ProviderFailed
from chat_testing.callers import Connect
from chat_testing.model import FakeModel, ScriptedAnswer
from chat_testing.server import RunningServer
from chat_testing.sockets import ChatSocket, Frame, kinds_of, text_of
from chat_testing.stored import Stored
from chat_testing.waiting import eventually

THOUGHTS = ("Two ", "and two: ", "四 😀.")
WHOLE = "".join(THOUGHTS)


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/messages"


async def begin(ann: httpx.AsyncClient, url: str, model: FakeModel) -> "tuple[asyncio.Task[Any], ScriptedAnswer]":
    model.hold()
    sending = asyncio.create_task(ann.post(url, json={"content": "What is 2 + 2?"}))
    return sending, await model.answer(len(model.answers) + 1)


def thoughts_of(frames: list[Frame]) -> str:
    """The thoughts among the frames, joined, checked to follow one another."""
    pieces = [frame for frame in frames if frame["type"] == "reasoning"]
    for piece, following in pairwise(pieces):
        assert piece["end"] == following["begin"]
    assert all(piece["end"] - piece["begin"] == len(piece["content"]) for piece in pieces)
    return "".join(piece["content"] for piece in pieces)


class TestStored:
    async def test_it_is_beside_the_answer_with_its_duration(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        sending, answer = await begin(ann, url, model)
        answer.think(*THOUGHTS)
        answer.say("Four", ".")
        answer.end()
        reply = (await sending).json()["reply"]

        assert (reply["content"], reply["seq"]) == ("Four.", 2)
        assert (reply["reasoning"]["content"], reply["reasoning"]["end"]) == (WHOLE, len(WHOLE))
        assert reply["reasoning"]["seconds"] >= 0
        assert (await ann.get(url)).json()[-1] == reply
        exported = (await ann.get("/export")).json()["conversations"][0]["messages"]
        assert exported[-1]["reasoning"] == reply["reasoning"]

    async def test_an_answer_without_has_none(self, ann: httpx.AsyncClient, url: str) -> None:
        question = (await ann.post(url, json={"content": "Hi"})).json()

        assert question["reasoning"] is question["reply"]["reasoning"] is None

    async def test_one_chunk_may_hold_both(self, ann: httpx.AsyncClient, url: str, model: FakeModel) -> None:
        sending, answer = await begin(ann, url, model)
        answer.chunk(CompletionChunk("Four.", None, None, reasoning="Two and\x00 two."))
        answer.end()
        reply = (await sending).json()["reply"]

        assert (reply["content"], reply["reasoning"]["content"]) == ("Four.", "Two and\ufffd two.")

    async def test_the_model_never_gets_it_again(self, ann: httpx.AsyncClient, url: str, model: FakeModel) -> None:
        sending, answer = await begin(ann, url, model)
        answer.think("A secret thought.")
        answer.say("Four.")
        answer.end()
        await sending
        model.reply("Nine.")
        await ann.post(url, json={"content": "And 3 + 3 + 3?"})

        seen = [message.content for message in model.answers[-1].request.messages]
        assert seen[1:] == ["What is 2 + 2?", "Four.", "And 3 + 3 + 3?"]

    async def test_it_is_kept_when_the_model_fails_or_nothing_but_thoughts_come(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        for number, error in enumerate((ProviderFailed(), None)):
            sending, answer = await begin(ann, url, model)
            answer.think(f"Thought {number}.")
            if error is None:
                answer.end(finish_reason="length")
            else:
                answer.fail(error)
            await sending
        failed, _, empty = (await ann.get(url)).json()[1:]

        assert (failed["status"], failed["reasoning"]["content"]) == ("failed", "Thought 0.")
        assert (empty["status"], empty["content"], empty["reasoning"]["content"]) == ("complete", "", "Thought 1.")

    async def test_it_is_saved_while_it_comes(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored, conversation_id: str
    ) -> None:
        sending, answer = await begin(ann, url, model)
        answer.think(*THOUGHTS)

        async def is_saved() -> bool:
            return (await stored.answer(conversation_id)).reasoning == WHOLE

        await eventually(is_saved)
        half = (await ann.get(url)).json()[-1]
        assert half["reasoning"] == {"content": WHOLE, "end": len(WHOLE), "seconds": None}
        answer.end()
        await sending

    async def test_it_goes_with_its_message(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, conversation_id: str, stored: Stored
    ) -> None:
        sending, answer = await begin(ann, url, model)
        answer.think(*THOUGHTS)
        answer.end()
        await sending
        await ann.delete(f"/conversations/{conversation_id}")

        assert not await stored.messages(conversation_id)

    async def test_a_continued_answer_has_thoughts_of_its_own_alone(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        sending, answer = await begin(ann, url, model)
        answer.think("First.")
        answer.say("Fo")
        answer.end(finish_reason="length")
        reply = (await sending).json()["reply"]
        continuing = asyncio.create_task(ann.post(f"{url}/{reply['id']}/continue", json={}))
        more = await model.answer(2)
        more.think("Second.")
        more.say("ur.")
        more.end()
        whole = (await continuing).json()

        assert (whole["content"], whole["reasoning"]["content"]) == ("Four.", "Second.")


class TestFrames:
    async def test_they_come_before_the_answer_and_the_final_frame_has_all(
        self, connect: Connect, conversation_id: str, model: FakeModel
    ) -> None:
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.say("What is 2 + 2?", client_id="c1")
            answer = await model.answer()
            answer.think(*THOUGHTS)
            answer.say("Four", ".")
            answer.end()
            frames = await socket.until_answered()
            await socket.say("What is 2 + 2?", client_id="c1")
            repeated = await socket.until_answered()

        assert kinds_of(frames)[-6:] == ["reasoning", "reasoning", "reasoning", "delta", "delta", "message"]
        assert (thoughts_of(frames), text_of(frames)) == (WHOLE, "Four.")
        assert frames[-1]["reasoning"] | {"seconds": 0} == {"content": WHOLE, "end": len(WHOLE), "seconds": 0}
        assert kinds_of(repeated) == ["ack", "start", "reasoning", "delta", "delta", "message"]
        assert (thoughts_of(repeated), text_of(repeated)) == (WHOLE, "Four.")

    async def test_as_server_sent_events_they_have_no_id(
        self, server: RunningServer, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        model.hold()
        headers = {"Authorization": ann.headers["Authorization"], "Accept": "text/event-stream"}
        async with httpx.AsyncClient(base_url=f"http://{server.address}", headers=headers) as client:
            sending = asyncio.create_task(client.post(url, json={"content": "What is 2 + 2?"}))
            answer = await model.answer()
            answer.think(*THOUGHTS)
            answer.say("Four.")
            answer.end()
            events = (await sending).text.split("\n\n")

        told = [event for event in events if event.startswith("event: reasoning\n")]
        assert thoughts_of([json.loads(event.partition("data: ")[2]) for event in told]) == WHOLE
        assert [event[:5] for event in events if "event: delta" in event] == ["id: 1"]


class TestResume:
    async def midway(self, socket: ChatSocket, model: FakeModel) -> tuple[ScriptedAnswer, str]:
        """An answer whose thoughts have come to `socket`, and its id."""
        model.hold()
        await socket.say("What is 2 + 2?")
        answer = await model.answer()
        answer.think(*THOUGHTS)
        frames = await socket.until("reasoning", end=len(WHOLE))
        return answer, str(frames[-1]["message_id"])

    @pytest.mark.parametrize("after", [0, 4, 6, len(WHOLE)])
    async def test_the_rest_is_exact_live_at_the_end_and_once_it_is_stored(
        self, connect: Connect, conversation_id: str, model: FakeModel, after: int
    ) -> None:
        async with connect(conversation_id) as first, connect(conversation_id) as second:
            await second.receive()
            answer, message_id = await self.midway(first, model)
            async with connect(conversation_id) as third:
                assert (await third.receive())["active"] == [{"message_id": message_id, "seq": 0}]
                answer.think(" Sure?")
                await first.until("reasoning", end=len(WHOLE) + 6)
                await third.silence()
                await third.send(type="resume", message_id=message_id, after=0, reasoning_after=after)
                answer.think(" Sure!")
                answer.say("Four.")
                answer.end()
                resumed = await third.until_answered()
            live = await second.until_answered()
            await first.until_answered()
            await first.send(type="resume", message_id=message_id, after=0, reasoning_after=after)
            stored = await first.until_answered()

        whole = f"{WHOLE} Sure? Sure!"
        assert (thoughts_of(resumed), text_of(resumed)) == (whole[after:], "Four.")
        assert (thoughts_of(stored), text_of(stored)) == (whole[after:], "Four.")
        assert (thoughts_of(live), text_of(live)) == (whole, "Four.")

    async def test_places_that_cannot_be_break_nothing(
        self, connect: Connect, conversation_id: str, model: FakeModel
    ) -> None:
        async with connect(conversation_id) as socket:
            answer, message_id = await self.midway(socket, model)
            await socket.send(type="resume", message_id=message_id, after=-5, reasoning_after=-5)
            assert thoughts_of(await socket.until("reasoning", end=len(WHOLE))) == WHOLE
            await socket.send(type="resume", message_id=message_id, after=99, reasoning_after=999)
            answer.think("!")
            answer.say("Four.")
            answer.end()
            frames = await socket.until_answered()

        assert (thoughts_of(frames), text_of(frames)) == ("!", "Four.")

    async def test_a_history_page_and_a_resume_fit_together(
        self, connect: Connect, conversation_id: str, model: FakeModel, ann: httpx.AsyncClient, url: str, parts: Parts
    ) -> None:
        async with connect(conversation_id) as first:
            answer, message_id = await self.midway(first, model)
            seen = (await ann.get(url)).json()[-1]
            answer.think(" More.")
            answer.say("Four.")
            await eventually(lambda: parts.generation.active(conversation_id)[0].seq == 1)
            async with connect(conversation_id) as second:
                end = seen["reasoning"]["end"]
                await second.send(type="resume", message_id=message_id, after=seen["seq"], reasoning_after=end)
                answer.end()
                rest = await second.until_answered()

        assert seen["reasoning"]["content"] + thoughts_of(rest) == f"{WHOLE} More."
        assert seen["content"] + text_of(rest) == "Four."
