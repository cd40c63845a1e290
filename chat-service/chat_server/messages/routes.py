"""Messages over REST, and an answer as server-sent events. Contract, section 4."""

from collections.abc import AsyncIterator
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from service_kit.authentication import BearerToken, CurrentPrincipal
from service_kit.errors import InvalidInput, ServiceError
from service_kit.idempotency import IdempotencyKey
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses
from service_kit.session_watch import SessionWatch
from service_kit.tokens import Principal

from chat_server.dependencies import DatabaseDep, GenerationDep, SessionWatchDep
from chat_server.generation.feed import FeedFrame
from chat_server.generation.frames import error_frame
from chat_server.messages.schemas import MessageOut, MessageSend, MessageWithReply
from chat_server.messages.service import MessageService
from chat_server.messages.turns import SendCommand

EVENT_STREAM = "text/event-stream"
router = APIRouter(prefix="/conversations/{conversation_id}/messages", tags=["messages"])


@router.get("", responses=problem_responses(401, 404))
async def list_messages(
    conversation_id: str,
    user: CurrentPrincipal,
    database: DatabaseDep,
    generation: GenerationDep,
    page: PageDep,
    order: Literal["asc", "desc"] = "asc",
) -> list[MessageOut]:
    """The conversation's messages, oldest first; `order=desc` gives the newest page first, newest on top."""
    position = page.position(1)
    after = position[0] if position else None
    if after is not None and not isinstance(after, int):
        raise InvalidInput("The cursor is not one that this list gave out.", field="cursor")
    records, following = await database.read(
        lambda session: MessageService(session).page(
            user.user_id, conversation_id, after=after, limit=page.limit, is_newest_first=order == "desc"
        )
    )
    if following is not None:
        page.announce_next(following)
    return [generation.with_live_text(record).to_out() for record in records]


@router.post(
    "",
    response_model=MessageWithReply,
    responses=problem_responses(401, 404, 409, 429, 502, 503, 504)
    | {200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
)
async def send_message(
    conversation_id: str,
    body: MessageSend,
    request: Request,
    user: CurrentPrincipal,
    token: BearerToken,
    generation: GenerationDep,
    watch: SessionWatchDep,
    idempotency_key: IdempotencyKey = None,
) -> Response | MessageWithReply:
    """Save the message, ask the model, save the answer. With `Accept: text/event-stream`, the socket's frames."""
    if body.conversation_id is not None and body.conversation_id != conversation_id:
        raise InvalidInput("conversation_id differs from the one in the address.", field="body.conversation_id")
    client_id = body.client_id
    if client_id is None and idempotency_key is not None:
        client_id = f"idempotency-key:{idempotency_key}"
    command = SendCommand(user.user_id, conversation_id, body.content, client_id, body.model)
    delivery = await generation.send(command)
    if EVENT_STREAM in request.headers.get("accept", ""):
        frames = _while_signed_in(generation.frames_of(delivery), watch, token, user, delivery.answer.id)
        return StreamingResponse(_server_sent(frames), media_type=EVENT_STREAM)
    answer = await delivery.finished()
    if answer.error is not None:
        raise answer.error.to_error()
    return MessageWithReply.model_construct(**dict(delivery.user_message.to_out()), reply=answer.to_out())


async def _while_signed_in(
    frames: AsyncIterator[FeedFrame], watch: SessionWatch, token: str, user: Principal, message_id: str
) -> AsyncIterator[FeedFrame]:
    """The frames, until the session ends: then an `error` is the last one. The answer itself goes on."""
    with watch.open(token, user) as use:
        try:
            while True:
                async with use.limit():
                    frame = await anext(frames, None)
                if frame is None:
                    return
                yield frame
        except ServiceError as error:
            yield error_frame(error, message_id)


async def _server_sent(frames: AsyncIterator[FeedFrame]) -> AsyncIterator[str]:
    """The frames of one answer; `id` is the delta's seq."""
    async for frame in frames:
        head = f"id: {frame.seq}\n" if frame.seq else ""
        yield f"{head}event: {frame.kind}\ndata: {frame.text}\n\n"
