"""Whatever the pieces, and wherever a reader left off: live, at the end and after a restart the rest is exact."""

import asyncio
import json
from typing import Any

import pytest
from chat_server.conversations.schemas import ConversationCreate
from chat_server.conversations.service import ConversationService
from chat_server.errors import MessageNotFound
from chat_server.generation.events import MessageFrame
from chat_server.generation.service import GenerationService
from chat_server.messages.commands import SendCommand
from chat_server.settings import ChatSettings
from chat_testing.model import FakeModel
from chat_testing.services import start_generation
from chat_testing.waiting import eventually
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

pieces_strategy = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=6), min_size=1, max_size=12
)


async def rest_after(generation: GenerationService, conversation_id: str, message_id: str, after: int) -> list[str]:
    """The texts of the deltas that a resume after this seq gives, checked to be numbered without a gap."""
    replay = await generation.replay("ann", conversation_id, message_id, after)
    frames: list[dict[str, Any]] = [json.loads(text) for text in replay.texts]
    deltas = [frame for frame in frames if frame["type"] == "delta"]
    assert [delta["seq"] for delta in deltas] == list(range(after + 1, after + 1 + len(deltas)))
    assert replay.seq == after + len(deltas)
    return [delta["content"] for delta in deltas]


class TestResumeAnywhere:
    @hypothesis_settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(pieces=pieces_strategy, data=st.data())
    def test_the_rest_is_exact(self, settings: ChatSettings, pieces: list[str], data: st.DataObject) -> None:
        live = data.draw(st.integers(1, len(pieces)), label="pieces that have come when it is resumed live")

        asyncio.run(self.check(settings, pieces, live))

    async def check(self, settings: ChatSettings, pieces: list[str], live: int) -> None:
        model = FakeModel()
        model.hold()
        generation, database = start_generation(settings, model)
        made = await database.write(lambda session: ConversationService(session).create("ann", ConversationCreate()))
        delivery = await generation.send(SendCommand("ann", made.id, "Hi", None, None, ("user",)))
        answer, message_id = await model.answer(), delivery.answer.id
        answer.say(*pieces[:live])
        await eventually(lambda: generation.active(made.id)[0].seq == live)
        for after in range(live + 1):
            assert await rest_after(generation, made.id, message_id, after) == pieces[after:live]
        answer.say(*pieces[live:])
        answer.end()
        final = await delivery.finished()
        for after in range(len(pieces) + 1):
            assert await rest_after(generation, made.id, message_id, after) == pieces[after:]
        await generation.stop()
        await database.close()

        again, database = start_generation(settings, FakeModel())
        for after in range(len(pieces) + 1):
            assert await rest_after(again, made.id, message_id, after) == pieces[after:]
        replay = await again.replay("ann", made.id, message_id, 0)
        assert replay.texts[-1] == MessageFrame.of(final).encode()
        assert final.content == "".join(pieces)
        await database.close()


class TestOwnership:
    async def test_an_answer_is_replayed_to_its_owner_alone(self, settings: ChatSettings, model: FakeModel) -> None:
        model.hold()
        generation, database = start_generation(settings, model)
        made = await database.write(lambda session: ConversationService(session).create("ann", ConversationCreate()))
        delivery = await generation.send(SendCommand("ann", made.id, "Hi", None, None, ("user",)))
        for _ in ("while it is written", "when it has ended"):
            with pytest.raises(MessageNotFound):
                await generation.replay("bob", made.id, delivery.answer.id, 0)
            with pytest.raises(MessageNotFound):
                await generation.stop_answer("bob", made.id, delivery.answer.id)
            if not delivery.end.done():
                (await model.answer()).end()
                await delivery.finished()
        await generation.stop()
        await database.close()
