"""The end of the process: on purpose, and as a kill leaves it."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.generation import keeper as keeper_module
from chat_server.main import create_app
from chat_server.settings import ChatSettings
from chat_testing.model import FakeModel
from chat_testing.sessions import FakeSessions
from chat_testing.stored import Stored
from chat_testing.waiting import eventually
from fastapi import FastAPI
from service_kit.database import T, Work
from service_kit.tokens import TokenCodec


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/messages"


def caller(app: FastAPI) -> httpx.AsyncClient:
    codec: TokenCodec = app.state.token_codec
    token = codec.sign_access(
        username="ann", user_id="ann", roles=["user"], session_id="s", lifetime=timedelta(minutes=5)
    )
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat", headers=headers)


def snapshot(settings: ChatSettings, target: Path) -> ChatSettings:
    """The settings of a service that wakes up on the database as it is at this moment, as after a kill."""
    source = sqlite3.connect(settings.resolved_database_url.removeprefix("sqlite:///"))
    copy = sqlite3.connect(target)
    source.backup(copy)
    source.close()
    copy.close()
    return settings.model_copy(update={"database_url": f"sqlite:///{target.as_posix()}"})


def age(settings: ChatSettings, seconds: float) -> None:
    """Makes the last sign of life of each answer older."""
    database = sqlite3.connect(settings.resolved_database_url.removeprefix("sqlite:///"))
    then = (datetime.now(UTC) - timedelta(seconds=seconds)).replace(tzinfo=None).isoformat(" ")
    database.execute("UPDATE messages SET heartbeat_at = ? WHERE status = 'streaming'", (then,))
    database.commit()
    database.close()


class TestShutdown:
    async def test_an_answer_being_written_is_kept_as_interrupted(
        self, settings: ChatSettings, model: FakeModel
    ) -> None:
        app = create_app(settings, model, FakeSessions())
        model.hold()
        async with app.router.lifespan_context(app), caller(app) as client:
            conversation_id = (await client.post("/conversations/", json={})).json()["id"]
            url = f"/conversations/{conversation_id}/messages"
            sending = asyncio.create_task(client.post(url, json={"content": "Hi"}))
            answer = await model.answer()
            answer.say("What had ", "come")
            generation = app.state.parts.generation
            await eventually(lambda: generation.active(conversation_id)[0].seq == 2)
        reply = (await sending).json()["reply"]

        assert (reply["content"], reply["status"]) == ("What had come", "interrupted")
        assert answer.left.is_set()
        assert model.is_closed
        again = create_app(settings, FakeModel(), FakeSessions())
        async with again.router.lifespan_context(again), caller(again) as client:
            assert (await client.get(url)).json()[1] == reply
            events = await Stored(again.state.parts.database).events("message_created")
            assert [(event["role"], event["status"]) for event in events] == [
                ("user", "complete"),
                ("assistant", "interrupted"),
            ]

    @pytest.mark.parametrize("steps", [0, 2, 4, 6, 8, 10, 12, 16, 24])
    async def test_a_message_that_comes_just_then_is_ended_or_refused(
        self, settings: ChatSettings, model: FakeModel, steps: int
    ) -> None:
        # One that was stored after the answers had been ended stayed `streaming`, and its sender hung.
        app = create_app(settings, model, FakeSessions())
        model.hold()
        async with caller(app) as client:
            async with app.router.lifespan_context(app):
                conversation_id = (await client.post("/conversations/", json={})).json()["id"]
                url = f"/conversations/{conversation_id}/messages"
                sending = asyncio.create_task(client.post(url, json={"content": "Hi"}))
                for _ in range(steps):  # the request is under way; where exactly differs
                    await asyncio.sleep(0)
            response = await asyncio.wait_for(sending, 5)
            assert response.status_code in (200, 503)

        again = create_app(settings, FakeModel(), FakeSessions())
        async with again.router.lifespan_context(again):
            messages = await Stored(again.state.parts.database).messages(conversation_id)
            assert "streaming" not in {message.status for message in messages}


class TestKill:
    async def begin(self, client: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored) -> None:
        """An answer midway, as far on disk as the service promises."""
        model.hold()
        sending = asyncio.create_task(client.post(url, json={"content": "Hi", "client_id": "c1"}))
        answer = await model.answer()
        answer.say("What had ", "come")
        conversation_id = url.split("/")[2]

        async def is_on_disk() -> bool:
            return (await stored.answer(conversation_id)).content == "What had come"

        await eventually(is_on_disk, within_seconds=5)  # a second is promised; the rest is for a busy machine
        sending.cancel()

    async def test_the_answer_becomes_interrupted_with_its_text(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        stored: Stored,
        settings: ChatSettings,
        tmp_path: Path,
    ) -> None:
        await self.begin(ann, url, model, stored)
        after_kill = snapshot(settings, tmp_path / "after.db")
        age(after_kill, 10)
        app = create_app(after_kill, FakeModel(), FakeSessions())
        async with app.router.lifespan_context(app), caller(app) as client:

            async def is_ended() -> bool:
                return bool((await client.get(url)).json()[1]["status"] == "interrupted")

            await eventually(is_ended, within_seconds=5)
            question, answer = (await client.get(url)).json()
            assert (question["content"], question["status"]) == ("Hi", "complete")
            assert (answer["content"], answer["seq"]) == ("What had come", 2)
            events = await Stored(app.state.parts.database).events("message_created")
            assert [event["status"] for event in events if event["message_id"] == answer["id"]] == ["interrupted"]

    async def test_whoever_sends_it_again_gets_that_answer_and_then_may_go_on(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        stored: Stored,
        settings: ChatSettings,
        tmp_path: Path,
    ) -> None:
        await self.begin(ann, url, model, stored)
        after_kill = snapshot(settings, tmp_path / "after.db")
        age(after_kill, 3)
        app = create_app(after_kill, FakeModel(), FakeSessions())
        async with app.router.lifespan_context(app), caller(app) as client:
            busy = await client.post(url, json={"content": "Another"})
            again = await client.post(url, json={"content": "Hi", "client_id": "c1"})
            next_one = await client.post(url, json={"content": "Go on"})

        assert busy.status_code == 409
        assert (again.json()["reply"]["content"], again.json()["reply"]["status"]) == ("What had come", "interrupted")
        assert next_one.status_code == 200

    async def test_a_sign_of_life_not_yet_old_is_left_alone(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        stored: Stored,
        settings: ChatSettings,
        tmp_path: Path,
    ) -> None:
        await self.begin(ann, url, model, stored)
        after_kill = snapshot(settings, tmp_path / "after.db")
        age(after_kill, 0)
        app = create_app(after_kill, FakeModel(), FakeSessions())
        async with app.router.lifespan_context(app), caller(app) as client:
            parts: Parts = app.state.parts
            await parts.generation.keeper.reap()

            assert (await client.get(url)).json()[1]["status"] == "streaming"

    async def test_the_writer_itself_never_takes_its_own_answer_for_abandoned(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored, settings: ChatSettings, parts: Parts
    ) -> None:
        await self.begin(ann, url, model, stored)
        age(settings, 60)
        await parts.generation.keeper.reap()
        (await model.answer()).end()

        async def is_complete() -> bool:
            return await stored.status(url.split("/")[2]) == "complete"

        await eventually(is_complete)

    async def test_nor_one_whose_beginning_a_busy_disk_holds_up(
        self, ann: httpx.AsyncClient, url: str, stored: Stored, parts: Parts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A commit of more than four seconds left answers whose sign of life was old before their writer knew them."""
        go_on, write = asyncio.Event(), parts.database.write

        async def write_slowly(work: Work[T]) -> T:
            result = await write(work)
            await go_on.wait()
            return result

        monkeypatch.setattr(keeper_module, "SILENT_FOR", timedelta(seconds=-60))
        monkeypatch.setattr(parts.database, "write", write_slowly)
        sending = asyncio.create_task(ann.post(url, json={"content": "Hi"}))

        async def is_stored() -> bool:
            return [row.status for row in await stored.messages(url.split("/")[2])] == ["complete", "streaming"]

        await eventually(is_stored)
        reaping = asyncio.create_task(parts.generation.keeper.reap())
        await asyncio.wait([reaping], timeout=1)
        assert await is_stored()
        go_on.set()
        await reaping
        assert (await sending).json()["reply"]["status"] == "complete"


class TestAnotherProcess:
    async def test_an_answer_that_it_took_for_abandoned_stays_as_it_ended_it(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, settings: ChatSettings, stored: Stored
    ) -> None:
        model.hold()
        sending = asyncio.create_task(ann.post(url, json={"content": "Hi"}))
        answer = await model.answer()
        other = create_app(settings, FakeModel())
        async with other.router.lifespan_context(other):
            keeper = other.state.parts.generation.keeper

            async def has_taken_it() -> bool:
                age(settings, 60)  # again and again, because the writer lives
                await keeper.reap()
                return await stored.status(url.split("/")[2]) == "interrupted"

            await eventually(has_taken_it)
        answer.say("too late")
        answer.end()
        reply = (await sending).json()["reply"]

        assert (reply["status"], reply["content"]) == ("interrupted", "")
        assert (await ann.get(url)).json()[1] == reply
        assert len(await stored.events("message_created")) == 2


class TestKeeper:
    async def test_it_outlives_whatever_goes_wrong_in_a_round(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        stored: Stored,
        parts: Parts,
        conversation_id: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        # It ended at the first error of an unforeseen kind, and no answer was kept from then on.
        rounds = 0

        async def broken() -> None:
            nonlocal rounds
            rounds += 1
            raise ZeroDivisionError

        with monkeypatch.context() as patch:
            patch.setattr(parts.generation.keeper, "save", broken)
            await eventually(lambda: rounds > 0)
        await TestKill().begin(ann, url, model, stored)

        assert (await stored.answer(conversation_id)).heartbeat_at is not None
