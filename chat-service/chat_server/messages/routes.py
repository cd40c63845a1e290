"""Messages and their branches over REST, and an answer as server-sent events. Contract, section 4."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse
from service_kit.authentication import CurrentCaller, CurrentPrincipal
from service_kit.credentials import Credential
from service_kit.errors import InvalidInput, ServiceError
from service_kit.idempotency import IdempotencyKey
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses
from service_kit.session_watch import SessionWatch

from chat_server.dependencies import DatabaseDep, GenerationDep, SessionWatchDep
from chat_server.generation.delivery import Delivery
from chat_server.generation.feed import FeedFrame
from chat_server.generation.frames import error_frame
from chat_server.messages.commands import (
    Command,
    ContinueCommand,
    EditCommand,
    RegenerateCommand,
    SendCommand,
)
from chat_server.messages.record import MessageRecord
from chat_server.messages.schemas import (
    AnswerAgain,
    BranchChoice,
    MessageEdit,
    MessageOut,
    MessageSend,
    MessageWithReply,
    ShownBranch,
)
from chat_server.messages.service import MessageService

EVENT_STREAM = "text/event-stream"
ANSWERS = problem_responses(401, 403, 404, 409, 413, 429, 502, 503, 504) | {
    200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}
}
# The number of the last delta that a reader has, which server-sent events carry as their `id`.
LastEventId = Annotated[int, Header(ge=0)]
router = APIRouter(prefix="/conversations/{conversation_id}/messages", tags=["messages"])
branch_router = APIRouter(prefix="/conversations/{conversation_id}/branch", tags=["messages"])


class Answering:
    """Carries out a command for the caller, and answers in the way that the request accepts."""

    def __init__(
        self,
        request: Request,
        caller: CurrentCaller,
        generation: GenerationDep,
        watch: SessionWatchDep,
        last_event_id: LastEventId = 0,
    ) -> None:
        self.user_id = caller.principal.user_id
        self.roles = caller.principal.roles
        self._credential = caller.credential
        self._generation = generation
        self._watch = watch
        self._last_event_id = last_event_id
        self._is_streamed = EVENT_STREAM in request.headers.get("accept", "")

    async def exchange(self, command: Command) -> Response | MessageWithReply:
        """The person's message with the answer in it. Raises the error of an answer that failed."""
        delivery = await self._generation.send(command)
        if self._is_streamed:
            return self._stream(delivery)
        answer = await _finished(delivery)
        return MessageWithReply.model_construct(**dict(delivery.user_message.to_out()), reply=answer.to_out())

    async def answer(self, command: Command) -> Response | MessageOut:
        """The answer alone. Raises the error of one that failed."""
        delivery = await self._generation.send(command)
        return self._stream(delivery) if self._is_streamed else (await _finished(delivery)).to_out()

    async def follow(self, conversation_id: str, message_id: str) -> Response:
        """An answer that was begun earlier, whatever the request accepts."""
        return self._stream(await self._generation.follow(self.user_id, conversation_id, message_id))

    def _stream(self, delivery: Delivery) -> Response:
        frames = self._generation.frames_of(delivery, self._last_event_id)
        frames = _while_signed_in(frames, self._watch, self._credential, delivery.answer.id)
        return StreamingResponse(_server_sent(frames), media_type=EVENT_STREAM)


AnsweringDep = Annotated[Answering, Depends()]


async def _finished(delivery: Delivery) -> MessageRecord:
    answer = await delivery.finished()
    if answer.error is not None:
        raise answer.error.to_error()
    return answer


@router.get("", responses=problem_responses(401, 403, 404))
async def list_messages(
    conversation_id: str,
    user: CurrentPrincipal,
    database: DatabaseDep,
    generation: GenerationDep,
    page: PageDep,
    order: Literal["asc", "desc"] = "asc",
) -> list[MessageOut]:
    """The messages of the branch that is shown, oldest first; `order=desc` begins with the newest."""
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


@router.post("", response_model=MessageWithReply, responses=ANSWERS)
async def send_message(
    conversation_id: str, body: MessageSend, answering: AnsweringDep, key: IdempotencyKey = None
) -> Response | MessageWithReply:
    """Save the message, ask the model, save the answer. With `Accept: text/event-stream`, the socket's frames."""
    if body.conversation_id is not None and body.conversation_id != conversation_id:
        raise InvalidInput("conversation_id differs from the one in the address.", field="body.conversation_id")
    client_id = _client_id(body.client_id, key)
    return await answering.exchange(
        SendCommand(answering.user_id, conversation_id, body.content, client_id, body.model, answering.roles)
    )


@router.get("/{message_id}/events", response_class=StreamingResponse, responses=problem_responses(401, 403, 404))
async def follow_answer(conversation_id: str, message_id: str, answering: AnsweringDep) -> Response:
    """The frames of an answer as server-sent events: those behind `Last-Event-ID`, then live ones to its end."""
    return await answering.follow(conversation_id, message_id)


@router.post("/{question_id}/edit", response_model=MessageWithReply, responses=ANSWERS)
async def edit_message(
    conversation_id: str, question_id: str, body: MessageEdit, answering: AnsweringDep, key: IdempotencyKey = None
) -> Response | MessageWithReply:
    """Put another text in the place of one's own message, and ask the model. The old one stays, as another branch."""
    client_id = _client_id(body.client_id, key)
    return await answering.exchange(
        EditCommand(
            answering.user_id, conversation_id, question_id, body.content, client_id, body.model, answering.roles
        )
    )


@router.post("/{message_id}/regenerate", response_model=MessageOut, responses=ANSWERS)
async def regenerate_answer(
    conversation_id: str, message_id: str, body: AnswerAgain, answering: AnsweringDep, key: IdempotencyKey = None
) -> Response | MessageOut:
    """Ask for another answer in the place of this one, or to this message. The old one stays as a branch beside it."""
    client_id = _client_id(body.client_id, key)
    return await answering.answer(
        RegenerateCommand(answering.user_id, conversation_id, message_id, client_id, body.model, answering.roles)
    )


@router.post("/{message_id}/continue", response_model=MessageOut, responses=ANSWERS)
async def continue_answer(
    conversation_id: str, message_id: str, body: AnswerAgain, answering: AnsweringDep, key: IdempotencyKey = None
) -> Response | MessageOut:
    """Ask for the rest of an answer that was cut off. The answer begins with its text, as a branch beside it."""
    client_id = _client_id(body.client_id, key)
    return await answering.answer(
        ContinueCommand(answering.user_id, conversation_id, message_id, client_id, body.model, answering.roles)
    )


@branch_router.put("", responses=problem_responses(401, 403, 404))
async def show_branch(
    conversation_id: str, body: BranchChoice, user: CurrentPrincipal, database: DatabaseDep, generation: GenerationDep
) -> ShownBranch:
    """Show the branch that this message is in, to its newest end; other open pages are told."""
    leaf_id = await database.write(
        lambda session: MessageService(session).show_branch(user.user_id, conversation_id, body.message_id)
    )
    generation.tell_branch(conversation_id, leaf_id)
    return ShownBranch(leaf_id=leaf_id)


def _client_id(client_id: str | None, key: str | None) -> str | None:
    """What makes a resend harmless, whichever of the two ways it comes."""
    return client_id if client_id is not None or key is None else f"idempotency-key:{key}"


async def _while_signed_in(
    frames: AsyncIterator[FeedFrame], watch: SessionWatch, credential: Credential, message_id: str
) -> AsyncIterator[FeedFrame]:
    """The frames, until the session or API key ends: then an `error` is the last one. The answer itself goes on."""
    with watch.open(credential) as use:
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
