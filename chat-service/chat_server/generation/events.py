"""The typed frames of `/ws/{conversation_id}`, both ways. Contract, section 5; docs/websocket-protocol.md."""

from datetime import datetime

import msgspec

from chat_server.amounts import usd_of_nano
from chat_server.messages.record import MessageRecord

encoder = msgspec.json.Encoder()


class ClientFrame(msgspec.Struct, tag_field="type", frozen=True):
    """A frame from a client."""


class SendFrame(ClientFrame, tag="message", frozen=True):
    """A user's message."""

    content: str
    client_id: str | None = None
    model: str | None = None


class EditFrame(ClientFrame, tag="edit", frozen=True):
    """Another text in the place of a person's own message: a new branch."""

    message_id: str
    content: str
    client_id: str | None = None
    model: str | None = None


class RegenerateFrame(ClientFrame, tag="regenerate", frozen=True):
    """Another answer: a new branch."""

    message_id: str
    client_id: str | None = None
    model: str | None = None


class ContinueFrame(ClientFrame, tag="continue", frozen=True):
    """The rest of an answer that was cut off: a new branch that begins with its text."""

    message_id: str
    client_id: str | None = None
    model: str | None = None


class StopFrame(ClientFrame, tag="stop", frozen=True):
    """End this answer here."""

    message_id: str


class ResumeFrame(ClientFrame, tag="resume", frozen=True):
    """Replay what followed `after`, and of the thoughts what followed `reasoning_after`, then go on live."""

    message_id: str
    after: int = 0
    reasoning_after: int = 0


class PingFrame(ClientFrame, tag="ping", frozen=True):
    """Answered with a pong."""


ExchangeFrame = SendFrame | EditFrame | RegenerateFrame | ContinueFrame
AnyClientFrame = ExchangeFrame | StopFrame | ResumeFrame | PingFrame


class ServerFrame(msgspec.Struct, tag_field="type", frozen=True):
    """A frame to a client."""

    def encode(self) -> str:
        """The frame's JSON text."""
        return encoder.encode(self).decode()


class ActiveAnswer(msgspec.Struct, frozen=True):
    """An answer being written and how far it is."""

    message_id: str
    seq: int


class Ready(ServerFrame, tag="ready", frozen=True):
    """The socket is open; which answers are being written."""

    conversation_id: str
    active: list[ActiveAnswer]


class Ack(ServerFrame, tag="ack", frozen=True):
    """The user's message is on disk."""

    client_id: str | None
    message_id: str
    timestamp: datetime


class Start(ServerFrame, tag="start", frozen=True):
    """An answer begins, with `content` of `seq` deltas already there when it goes on with another one.

    `client_id` is that of whoever asked for it again; null when it answers a new message.
    """

    message_id: str
    in_reply_to: str | None
    model: str | None
    client_id: str | None
    sibling_ids: list[str]
    seq: int
    content: str
    context: "ContextPart | None"


class Branch(ServerFrame, tag="branch", frozen=True):
    """Another branch is shown from now on, to its end `leaf_id`: the history has to be read anew."""

    leaf_id: str


class Delta(ServerFrame, tag="delta", frozen=True):
    """A piece of an answer; `seq` counts 1, 2, 3… within it."""

    message_id: str
    seq: int
    content: str


class ReasoningFrame(ServerFrame, tag="reasoning", frozen=True):
    """A piece of what the model thinks before it answers: the characters from `begin` to `end` of it."""

    message_id: str
    begin: int
    end: int
    content: str


class UsageFrame(msgspec.Struct, frozen=True):
    """Tokens of an answer."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ContextPart(msgspec.Struct, frozen=True):
    """What the model saw for an answer: the last `messages` of the branch, `first_message_id` being the oldest."""

    messages: int
    first_message_id: str | None
    prompt_tokens: int
    window_tokens: int | None

    @classmethod
    def of(cls, record: MessageRecord) -> "ContextPart | None":
        """That of a stored answer."""
        seen = record.context
        if seen is None:
            return None
        return cls(seen.messages, seen.first_message_id, seen.prompt_tokens, seen.window_tokens)


class CostFrame(msgspec.Struct, frozen=True):
    """What an answer cost, in US dollars."""

    usd: float
    is_estimated: bool


class ReasoningPart(msgspec.Struct, frozen=True):
    """What the model thought before it answered."""

    content: str
    end: int
    seconds: float | None

    @classmethod
    def of(cls, record: MessageRecord) -> "ReasoningPart | None":
        """That of a stored answer."""
        told = record.reasoning
        return cls(told.content, told.end, told.seconds) if told is not None else None


class ErrorPart(msgspec.Struct, frozen=True):
    """Why an answer failed."""

    code: str
    message: str
    retryable: bool


class MessageFrame(ServerFrame, tag="message", frozen=True):
    """A message as it is on disk: an answer's final state, or what the user sent from another tab."""

    role: str
    message_id: str
    conversation_id: str
    seq: int
    content: str
    status: str
    model: str | None
    usage: UsageFrame | None
    finish_reason: str | None
    timestamp: datetime
    client_id: str | None
    in_reply_to: str | None
    parent_id: str | None
    sibling_ids: list[str]
    cost: CostFrame | None
    error: ErrorPart | None
    context: ContextPart | None
    reasoning: ReasoningPart | None

    @classmethod
    def of(cls, record: MessageRecord) -> "MessageFrame":
        """The frame of a stored message."""
        usage, error, cost = record.usage, record.error, record.cost
        return cls(
            role=record.role,
            message_id=record.id,
            conversation_id=record.conversation_id,
            seq=record.seq,
            content=record.content,
            status=record.status,
            model=record.model,
            usage=UsageFrame(usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) if usage else None,
            finish_reason=record.finish_reason,
            timestamp=record.created_at,
            client_id=record.client_id,
            in_reply_to=record.in_reply_to,
            parent_id=record.parent_id,
            sibling_ids=list(record.sibling_ids or (record.id,)),
            cost=CostFrame(usd_of_nano(cost.nano_usd), cost.is_estimated) if cost else None,
            error=ErrorPart(error.code, error.message, error.retryable) if error else None,
            context=ContextPart.of(record),
            reasoning=ReasoningPart.of(record),
        )


class FeedbackPart(msgspec.Struct, frozen=True):
    """What a person thinks of an answer."""

    rating: str
    comment: str | None


class FeedbackFrame(ServerFrame, tag="feedback", frozen=True):
    """The person said what they think of an answer; null: they took it back."""

    message_id: str
    feedback: FeedbackPart | None


class Title(ServerFrame, tag="title", frozen=True):
    """The conversation's new title."""

    title: str


class ErrorFrame(ServerFrame, tag="error", frozen=True, omit_defaults=True):
    """Something was refused or failed; `message` is a sentence for a person."""

    code: str
    message: str
    retryable: bool
    message_id: str | None = None
    client_id: str | None = None
    retry_after_seconds: int | None = None


class Pong(ServerFrame, tag="pong", frozen=True):
    """The answer to a ping."""
