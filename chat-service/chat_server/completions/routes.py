"""`/v1`: the OpenAI API for other programs. Errors are problem documents with the `error` that its clients read."""

from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from service_kit.authentication import CurrentCaller, CurrentPrincipal
from service_kit.credentials import Credential
from service_kit.errors import InvalidInput, ServiceError
from service_kit.problems import invalid_request_problem, problem_responses, service_problem
from service_kit.session_watch import SessionWatch
from starlette.types import Receive, Scope, Send

from chat_server.budgets.service import Spender
from chat_server.catalog.schemas import ModelOut
from chat_server.completions.calls import Completion
from chat_server.completions.frames import DONE, Frames, error_event, error_object, error_of
from chat_server.completions.schemas import (
    CompletionAnswer,
    CompletionChoice,
    CompletionContext,
    CompletionCreate,
    CompletionModel,
    CompletionModels,
    CompletionOut,
    CompletionUsage,
)
from chat_server.dependencies import CompletionsDep, SessionWatchDep

EVENT_STREAM = "text/event-stream"
NO_RETRY = {"x-should-retry": "false"}  # OpenAI's own clients would try again after every 429 and 5xx


class OpenAIRoute(APIRoute):
    """A route whose errors have the member `error` too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except ServiceError as error:
                field = error.errors[0]["field"] if isinstance(error, InvalidInput) and error.errors else None
                headers = None if error.retryable else NO_RETRY
                return service_problem(error, members={"error": error_object(error, field)}, headers=headers)
            except RequestValidationError as error:
                first = error.errors()[0]
                field = ".".join(str(part) for part in first["loc"][1:])
                message = f"{field}: {first['msg']}" if field else str(first["msg"])
                member = error_of(422, InvalidInput.code, message, field or None)
                return invalid_request_problem(error, members={"error": member}, headers=NO_RETRY)

        return handler


router = APIRouter(prefix="/v1", tags=["openai"], route_class=OpenAIRoute, responses=problem_responses(401, 403))
ANSWERS = problem_responses(404, 413, 422, 429, 502, 503, 504) | {
    200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}
}


@router.get("/models", responses=problem_responses(502, 503, 504))
async def list_models(_user: CurrentPrincipal, completions: CompletionsDep) -> CompletionModels:
    """The models on offer."""
    return CompletionModels(object="list", data=[_model(model) for model in await completions.models()])


@router.get("/models/{model:path}", responses=problem_responses(404, 502, 503, 504))
async def read_model(model: str, _user: CurrentPrincipal, completions: CompletionsDep) -> CompletionModel:
    """One of the models on offer."""
    return _model(await completions.model(model))


@router.post("/chat/completions", response_model=CompletionOut, responses=ANSWERS)
async def create_completion(
    body: CompletionCreate, caller: CurrentCaller, completions: CompletionsDep, watch: SessionWatchDep
) -> Response | CompletionOut:
    """Answer a conversation that the caller keeps. It is paid for and counted like the chat, and not stored."""
    spender = Spender(caller.principal.user_id, caller.principal.roles)
    completion = await completions.begin(spender, body)
    if body.stream:
        events = _events(completion, watch, caller.credential, tells_usage=body.tells_usage)
        return CompletionStream(completion, events)
    try:
        content = "".join([piece async for piece in completion.pieces()])
    finally:
        await completion.close()
    return _whole(completion, content)


class CompletionStream(StreamingResponse):
    """Closes the completion whatever becomes of the response, also when nobody has begun to read it."""

    def __init__(self, completion: Completion, events: AsyncIterator[str]) -> None:
        super().__init__(events, media_type=EVENT_STREAM, headers={"Cache-Control": "no-cache"})
        self._completion = completion

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._completion.close()


async def _events(
    completion: Completion, watch: SessionWatch, credential: Credential, *, tells_usage: bool
) -> AsyncIterator[str]:
    """The chunks; an `error` instead of the end when the answer breaks off, or the session or key ends."""
    frames = Frames(completion.id, completion.created, completion.model)
    pieces = completion.pieces()
    with watch.open(credential) as use:
        try:
            yield frames.begin(completion.context)
            while True:
                async with use.limit():
                    piece = await anext(pieces, None)
                if piece is None:
                    break
                yield frames.words(piece)
        except ServiceError as error:
            yield error_event(error_object(error))
            return
    yield frames.end(completion.finish_reason or "stop")
    if tells_usage:
        yield frames.usage(completion.usage)
    yield DONE


def _whole(completion: Completion, content: str) -> CompletionOut:
    usage = completion.usage
    answer = CompletionAnswer(role="assistant", content=content, refusal=None)
    finish_reason = completion.finish_reason or "stop"
    return CompletionOut(
        id=completion.id,
        object="chat.completion",
        created=completion.created,
        model=completion.model,
        choices=[CompletionChoice(index=0, message=answer, logprobs=None, finish_reason=finish_reason)],
        usage=CompletionUsage(
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            total_tokens=usage.total_tokens,
        ),
        system_fingerprint=None,
        context=CompletionContext(**asdict(completion.context)),
    )


def _model(model: ModelOut) -> CompletionModel:
    # Nobody tells when a model was made; clients want a number.
    return CompletionModel(id=model.id, object="model", created=0, owned_by=model.provider or "convoai")
