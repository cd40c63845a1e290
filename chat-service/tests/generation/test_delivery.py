"""The frames of one exchange as a sender reads them, at whatever pace."""

import asyncio

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.generation import feed
from chat_server.generation.turn import Turn
from chat_server.messages.commands import SendCommand
from chat_testing.model import FakeModel
from chat_testing.waiting import eventually


@pytest.fixture
def command(conversation_id: str) -> SendCommand:
    return SendCommand("ann", conversation_id, "Hi", None, None, ("user",))


class TestFrames:
    async def test_a_reader_who_comes_late_gets_all_of_them(
        self, parts: Parts, command: SendCommand, model: FakeModel
    ) -> None:
        delivery = await parts.generation.send(command)
        await delivery.finished()

        frames = [frame async for frame in parts.generation.frames_of(delivery)]
        assert [frame.kind for frame in frames] == ["ack", "title", "start", "delta", "delta", "delta", "message"]

    async def test_one_who_reads_midway_gets_each_piece_once(
        self, parts: Parts, command: SendCommand, model: FakeModel
    ) -> None:
        model.hold()
        delivery = await parts.generation.send(command)
        answer = await model.answer()
        frames = parts.generation.frames_of(delivery)
        answer.say("before the reader")
        await eventually(lambda: parts.generation.active(command.conversation_id)[0].seq == 1)
        seen = [await anext(frames)]
        answer.say("before it has read the first")
        await eventually(lambda: parts.generation.active(command.conversation_id)[0].seq == 2)
        seen += [await anext(frames) for _ in range(4)]
        answer.say("live")
        answer.end()
        seen += [frame async for frame in frames]

        assert [frame.seq for frame in seen if frame.kind == "delta"] == [1, 2, 3]
        assert seen[-1].kind == "message"

    async def test_one_too_far_behind_is_told(
        self, parts: Parts, command: SendCommand, model: FakeModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # It broke the response off and was logged as a crash.
        monkeypatch.setattr(feed, "LONGEST_LAG", 10)
        model.hold()
        delivery = await parts.generation.send(command)
        answer = await model.answer()
        answer.say("one")
        frames = parts.generation.frames_of(delivery)
        seen = [await anext(frames) for _ in range(4)]
        answer.say(*"abcdefghijklmnopqrstuvwxyz")
        await eventually(lambda: parts.generation.active(delivery.answer.conversation_id)[0].seq == 27)
        seen += [frame async for frame in frames]
        answer.end()

        assert [frame.kind for frame in seen] == ["ack", "title", "start", "delta", "error"]
        assert '"code":"too_slow"' in seen[-1].text
        assert not parts.generation.is_watched(delivery.answer.conversation_id)

    async def test_a_deletion_ends_them_with_an_error(
        self, parts: Parts, command: SendCommand, model: FakeModel, ann: httpx.AsyncClient
    ) -> None:
        model.hold()
        delivery = await parts.generation.send(command)
        frames = parts.generation.frames_of(delivery)
        seen = [await anext(frames) for _ in range(3)]
        await ann.delete(f"/conversations/{command.conversation_id}")
        seen += [frame async for frame in frames]

        assert [frame.kind for frame in seen] == ["ack", "title", "start", "error"]
        assert '"code":"conversation_not_found"' in seen[-1].text

    async def test_a_turn_that_crashes_leaves_nobody_waiting(
        self, parts: Parts, command: SendCommand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        may_crash = asyncio.Event()

        async def crash(_turn: Turn) -> None:
            await may_crash.wait()
            raise ZeroDivisionError

        monkeypatch.setattr(Turn, "run", crash)
        delivery = await parts.generation.send(command)
        frames = parts.generation.frames_of(delivery)
        seen = [await anext(frames) for _ in range(3)]
        waiting = asyncio.ensure_future(anext(frames))
        may_crash.set()
        seen.append(await asyncio.wait_for(waiting, 2))  # the keeper would end the wait after four seconds

        assert seen[-1].kind == "error"
        assert '"code":"answer_lost"' in seen[-1].text
