"""An answer that one process writes while its reader talks to another one."""

from collections.abc import AsyncIterator

import pytest
from chat_server.conversations.schemas import ConversationCreate
from chat_server.conversations.service import ConversationService
from chat_server.errors import MessageNotFound
from chat_server.generation.delivery import Delivery
from chat_server.generation.service import GenerationService
from chat_server.messages.commands import SendCommand
from chat_server.settings import ChatSettings
from chat_testing.model import FakeModel, ScriptedAnswer
from chat_testing.services import start_generation
from chat_testing.waiting import eventually
from service_kit.database import Database


class Replicas:
    """`writer` has begun to answer Ann; `other` runs on the same database."""

    def __init__(self, writer: GenerationService, other: GenerationService, database: Database) -> None:
        self.writer = writer
        self.other = other
        self.database = database

    async def begin(self, model: FakeModel) -> tuple[Delivery, ScriptedAnswer]:
        """An answer of which two pieces have come."""
        made = await self.database.write(
            lambda session: ConversationService(session).create("ann", ConversationCreate())
        )
        delivery = await self.writer.send(SendCommand("ann", made.id, "Hi", None, None, ("user",)))
        answer = await model.answer()
        answer.say("What had ", "come")
        await eventually(lambda: self.writer.active(made.id)[0].seq == 2)
        return delivery, answer


@pytest.fixture
async def replicas(settings: ChatSettings, model: FakeModel) -> AsyncIterator[Replicas]:
    model.hold()
    writer, database = start_generation(settings, model)
    other, database_of_other = start_generation(settings, FakeModel())
    yield Replicas(writer, other, database_of_other)
    for generation in (writer, other):
        await generation.stop()
    for each in (database, database_of_other):
        await each.close()


class TestStop:
    async def test_ends_the_answer_and_the_call_to_the_model_at_the_next_saving(
        self, replicas: Replicas, model: FakeModel
    ) -> None:
        delivery, answer = await replicas.begin(model)
        message = delivery.answer
        await replicas.other.stop_answer("ann", message.conversation_id, message.id)
        await replicas.writer.keeper.save()
        final = await delivery.finished()
        assert (final.status, final.content) == ("stopped", "What had come")
        assert answer.left.is_set()

    async def test_of_an_answer_that_has_ended_changes_nothing(self, replicas: Replicas, model: FakeModel) -> None:
        delivery, answer = await replicas.begin(model)
        answer.end()
        final = await delivery.finished()
        await replicas.other.stop_answer("ann", final.conversation_id, final.id)
        await replicas.writer.keeper.save()
        assert (await replicas.other.follow("ann", final.conversation_id, final.id)).answer.status == "complete"

    async def test_by_somebody_else_is_not_found_and_stops_nothing(self, replicas: Replicas, model: FakeModel) -> None:
        delivery, answer = await replicas.begin(model)
        message = delivery.answer
        with pytest.raises(MessageNotFound):
            await replicas.other.stop_answer("bob", message.conversation_id, message.id)
        await replicas.writer.keeper.save()
        answer.say(" and more")
        answer.end()
        assert (await delivery.finished()).content == "What had come and more"


class TestDelete:
    async def test_of_the_conversation_ends_the_call_to_the_model_at_the_next_saving(
        self, replicas: Replicas, model: FakeModel
    ) -> None:
        # The writer went on to the end and paid for what nobody could read any more.
        delivery, answer = await replicas.begin(model)
        conversation_id = delivery.answer.conversation_id
        await replicas.database.write(lambda session: ConversationService(session).delete("ann", conversation_id))
        await replicas.writer.keeper.save()
        await eventually(answer.left.is_set)
