"""The server-sent events of a streamed completion."""

import msgspec
from service_kit.errors import ServiceError

from chat_server.completions.context import CallContext
from chat_server.llm.client import Usage

DONE = "data: [DONE]\n\n"
_encoder = msgspec.json.Encoder()


class Delta(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a chunk adds."""

    role: str | None = None
    content: str | None = None


class Choice(msgspec.Struct, frozen=True):
    """The one answer's part of a chunk."""

    index: int
    delta: Delta
    finish_reason: str | None
    logprobs: None = None


class Chunk(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of a completion. The chunk with the usage has no choices; the first one tells what the model read."""

    id: str
    object: str
    created: int
    model: str
    choices: list[Choice]
    usage: Usage | None = None
    context: CallContext | None = None


class Frames:
    """Writes the events of one completion."""

    def __init__(self, completion_id: str, created: int, model: str) -> None:
        self._head = (completion_id, "chat.completion.chunk", created, model)

    def begin(self, context: CallContext) -> str:
        """Says whose the words are, and what the model read for them: clients of OpenAI pass that over."""
        choice = Choice(0, Delta(role="assistant", content=""), None)
        return _event(Chunk(*self._head, choices=[choice], context=context))

    def words(self, content: str) -> str:
        """A piece of the answer."""
        return self._event(Delta(content=content))

    def end(self, finish_reason: str) -> str:
        """Says why the answer ends."""
        return self._event(Delta(), finish_reason)

    def usage(self, usage: Usage) -> str:
        """Tells the tokens."""
        return _event(Chunk(*self._head, choices=[], usage=usage))

    def _event(self, delta: Delta, finish_reason: str | None = None) -> str:
        return _event(Chunk(*self._head, choices=[Choice(0, delta, finish_reason)]))


def error_event(error: dict[str, object]) -> str:
    """Tells that the answer broke off, as OpenAI does: clients raise it."""
    return _event({"error": error})


def error_object(error: ServiceError, parameter: str | None = None) -> dict[str, object]:
    """The `error` of the OpenAI API."""
    return error_of(error.status, error.code, error.detail, parameter)


def error_of(status: int, code: str, message: str, parameter: str | None) -> dict[str, object]:
    """The `error` of the OpenAI API, its type by the status."""
    kinds = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"message": message, "type": kind, "param": parameter, "code": code}


def _event(content: object) -> str:
    return f"data: {_encoder.encode(content).decode()}\n\n"
