"""Taking up an answer: live, after its end, after a restart; nothing twice, nothing missing."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from chat_server.main import create_app
from chat_server.settings import ChatSettings
from chat_testing.callers import Connect, TokenFor
from chat_testing.model import FakeModel, ScriptedAnswer
from chat_testing.server import serving
from chat_testing.sessions import FakeSessions
from chat_testing.sockets import kinds_of, open_socket, seqs_of, text_of
from chat_testing.waiting import eventually

PIECES = ("one ", "two ", "three ", "four ")


@pytest.fixture
async def midway(conversation_id: str, ann: httpx.AsyncClient, model: FakeModel) -> AsyncIterator[ScriptedAnswer]:
    """An answer of which the first three pieces have come."""
    model.hold()
    url = f"/conversations/{conversation_id}/messages"
    sending = asyncio.create_task(ann.post(url, json={"content": "Hi"}))
    answer = await model.answer()
    answer.say(*PIECES[:3])

    async def has_come() -> bool:
        return bool((await ann.get(url)).json()[1]["seq"] == 3)

    await eventually(has_come)
    yield answer
    sending.cancel()
    await asyncio.wait([sending])


class TestJoiningMidway:
    async def test_nothing_comes_until_it_is_resumed_and_then_all_in_order(
        self, connect: Connect, conversation_id: str, midway: ScriptedAnswer
    ) -> None:
        async with connect(conversation_id) as socket:
            ready = await socket.receive()
            (active,) = ready["active"]
            assert active["seq"] == 3
            midway.say(PIECES[3])
            await socket.silence()
            await socket.send(type="resume", message_id=active["message_id"], after=0)
            replayed = await socket.until("delta", seq=4)
            midway.say("five")
            midway.end()
            rest = await socket.until_answered()

        assert seqs_of(replayed + rest) == [1, 2, 3, 4, 5]
        assert text_of(replayed + rest) == rest[-1]["content"] == "one two three four five"

    @pytest.mark.parametrize("after", [-5, 0, 1, 2, 3])
    async def test_it_goes_on_behind_what_the_client_has(
        self, connect: Connect, conversation_id: str, midway: ScriptedAnswer, after: int
    ) -> None:
        async with connect(conversation_id) as socket:
            message_id = (await socket.receive())["active"][0]["message_id"]
            await socket.send(type="resume", message_id=message_id, after=after)
            midway.say(PIECES[3])
            midway.end()
            frames = await socket.until_answered()

        known = max(0, after)
        assert seqs_of(frames) == list(range(known + 1, 5))
        assert "".join(PIECES[:known]) + text_of(frames) == frames[-1]["content"]

    async def test_after_a_history_page_nothing_is_missing_and_nothing_comes_twice(
        self, connect: Connect, conversation_id: str, midway: ScriptedAnswer, ann: httpx.AsyncClient
    ) -> None:
        async with connect(conversation_id) as socket:
            message_id = (await socket.receive())["active"][0]["message_id"]
            midway.say("live ")
            page = (await ann.get(f"/conversations/{conversation_id}/messages")).json()[1]
            await socket.send(type="resume", message_id=message_id, after=page["seq"])
            midway.say("more")
            midway.end()
            frames = await socket.until_answered()

        assert page["content"] + text_of(frames) == frames[-1]["content"] == "one two three live more"

    async def test_without_a_resume_the_final_frame_comes_all_the_same(
        self, connect: Connect, conversation_id: str, midway: ScriptedAnswer
    ) -> None:
        async with connect(conversation_id) as socket:
            await socket.until("ready")
            midway.say(PIECES[3])
            midway.end()
            frames = await socket.until_answered()

        assert kinds_of(frames) == ["message"]
        assert (frames[0]["content"], frames[0]["seq"]) == ("".join(PIECES), 4)

    async def test_the_next_answer_streams_at_once(
        self, connect: Connect, conversation_id: str, midway: ScriptedAnswer, model: FakeModel
    ) -> None:
        async with connect(conversation_id) as socket:
            await socket.until("ready")
            midway.end()
            await socket.until_answered()
            model.reply("next ", "one")
            await socket.say("Go on")
            frames = await socket.until_answered()

        assert seqs_of(frames) == [1, 2]

    async def test_a_resume_in_the_midst_of_many_pieces_is_exact(
        self, connect: Connect, conversation_id: str, midway: ScriptedAnswer
    ) -> None:
        async with connect(conversation_id) as socket:
            message_id = (await socket.receive())["active"][0]["message_id"]
            for number in range(200):
                midway.say(f"<{number}>")
                if number == 100:
                    await socket.send(type="resume", message_id=message_id, after=2)
                if number % 10 == 0:
                    await asyncio.sleep(0)
            midway.end()
            frames = await socket.until_answered()

        assert seqs_of(frames) == list(range(3, 204))
        assert "one two " + text_of(frames) == frames[-1]["content"]

    async def test_twice_gives_what_was_asked_for_each_time_and_then_goes_on_once(
        self, connect: Connect, conversation_id: str, midway: ScriptedAnswer
    ) -> None:
        async with connect(conversation_id) as socket:
            message_id = (await socket.receive())["active"][0]["message_id"]
            await socket.send(type="resume", message_id=message_id, after=0)
            await socket.send(type="resume", message_id=message_id, after=2)
            replayed = [await socket.receive() for _ in range(4)]
            midway.say(PIECES[3])
            midway.end()
            rest = await socket.until_answered()

        assert seqs_of(replayed) == [1, 2, 3, 3]
        assert seqs_of(rest) == [4]

    @pytest.mark.parametrize("after", [99, 10**30])
    async def test_a_position_that_is_not_reached_yet_breaks_nothing(
        self, connect: Connect, conversation_id: str, midway: ScriptedAnswer, after: int
    ) -> None:
        async with connect(conversation_id) as socket:
            message_id = (await socket.receive())["active"][0]["message_id"]
            await socket.send(type="resume", message_id=message_id, after=after)
            midway.say(PIECES[3])
            midway.end()
            frames = await socket.until_answered()

        assert set(seqs_of(frames)) <= {4}
        assert frames[-1]["content"] == "".join(PIECES)


class TestAfterTheEnd:
    @pytest.mark.parametrize("after", [-1, 0, 1, 2, 3, 4, 10**30])
    async def test_what_is_missing_comes_and_the_final_frame(
        self, connect: Connect, conversation_id: str, midway: ScriptedAnswer, after: int
    ) -> None:
        midway.say(PIECES[3])
        async with connect(conversation_id) as socket:
            message_id = (await socket.receive())["active"][0]["message_id"]
            midway.end()
            final = (await socket.until_answered())[-1]
            await socket.send(type="resume", message_id=message_id, after=after)
            frames = await socket.until_answered()

        assert seqs_of(frames) == list(range(max(0, after) + 1, 5))
        assert frames[-1] == final

    async def test_a_failed_one_tells_its_error_again(
        self, connect: Connect, conversation_id: str, midway: ScriptedAnswer
    ) -> None:
        async with connect(conversation_id) as socket:
            message_id = (await socket.receive())["active"][0]["message_id"]
            midway.fail(ZeroDivisionError())
            told = await socket.until("error")
            await socket.send(type="resume", message_id=message_id, after=3)

            assert await socket.until("error") == told

    async def test_a_question_has_nothing_to_replay_but_itself(
        self, connect: Connect, conversation_id: str, ann: httpx.AsyncClient
    ) -> None:
        sent = (await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})).json()
        async with connect(conversation_id) as socket:
            await socket.until("ready")
            await socket.send(type="resume", message_id=sent["id"], after=0)
            frame = await socket.receive()
            assert (frame["type"], frame["role"], frame["content"]) == ("message", "user", "Hi")
            await socket.silence()


class TestAfterARestart:
    async def test_it_is_as_exact_as_before(
        self, settings: ChatSettings, model: FakeModel, token_for: TokenFor
    ) -> None:
        token = token_for("ann")
        model.hold()
        app = create_app(settings, model, FakeSessions())
        async with app.router.lifespan_context(app):
            headers = {"Authorization": f"Bearer {token}"}
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://chat", headers=headers) as client:
                conversation_id = (await client.post("/conversations/", json={})).json()["id"]
                url = f"/conversations/{conversation_id}/messages"
                sending = asyncio.create_task(client.post(url, json={"content": "Hi"}))
                (await model.answer()).say(*PIECES)
                generation = app.state.parts.generation
                await eventually(lambda: generation.active(conversation_id)[0].seq == 4)
                message_id = generation.active(conversation_id)[0].message_id
        await sending
        again = create_app(settings, FakeModel(), FakeSessions())
        async with serving(again, lifespan="on") as server:
            url = f"ws://{server.address}/ws/{conversation_id}?stream=true&token={token}"
            async with open_socket(url) as socket:
                assert (await socket.receive())["active"] == []
                for after in range(5):
                    await socket.send(type="resume", message_id=message_id, after=after)
                    frames = await socket.until_answered()
                    assert seqs_of(frames) == list(range(after + 1, 5))
                    assert "".join(PIECES[:after]) + text_of(frames) == frames[-1]["content"]
                    assert frames[-1]["status"] == "interrupted"
