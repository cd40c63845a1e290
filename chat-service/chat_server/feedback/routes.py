"""Thumbs up or down for an answer, with a comment."""

from fastapi import APIRouter
from service_kit.authentication import CurrentPrincipal
from service_kit.problems import problem_responses

from chat_server.dependencies import DatabaseDep, GenerationDep
from chat_server.feedback.schemas import FeedbackGiven
from chat_server.messages.schemas import MessageOut
from chat_server.messages.service import MessageService

router = APIRouter(
    prefix="/conversations/{conversation_id}/messages/{message_id}/feedback",
    tags=["messages"],
    responses=problem_responses(401, 403, 404, 409),
)


@router.put("")
async def give_feedback(
    conversation_id: str,
    message_id: str,
    body: FeedbackGiven,
    user: CurrentPrincipal,
    database: DatabaseDep,
    generation: GenerationDep,
) -> MessageOut:
    """Say what one thinks of an answer, in the place of what one said before; other open pages are told."""
    record = await database.write(
        lambda session: MessageService(session).give_feedback(user.user_id, conversation_id, message_id, body)
    )
    generation.tell_feedback(record)
    return record.to_out()


@router.delete("")
async def take_back_feedback(
    conversation_id: str, message_id: str, user: CurrentPrincipal, database: DatabaseDep, generation: GenerationDep
) -> MessageOut:
    """Take back what one said of an answer; that it was not there is no error."""
    record = await database.write(
        lambda session: MessageService(session).give_feedback(user.user_id, conversation_id, message_id, None)
    )
    generation.tell_feedback(record)
    return record.to_out()
