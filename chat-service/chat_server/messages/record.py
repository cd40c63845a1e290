"""A message as the service handles it between database and wire."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from service_kit.errors import ServiceError

from chat_server.amounts import usd_of_nano
from chat_server.db.models import Message
from chat_server.feedback.schemas import FeedbackOut
from chat_server.llm.client import Usage
from chat_server.messages.context import ContextSeen
from chat_server.messages.schemas import (
    ContextOut,
    CostOut,
    MessageError,
    MessageOut,
    ReasoningOut,
    Role,
    Status,
    UsageOut,
)


@dataclass(frozen=True, slots=True)
class StoredError:
    """Why an answer failed, with what is needed to raise the same error again."""

    code: str
    message: str
    status: int
    retryable: bool
    retry_after_seconds: int | None

    @classmethod
    def of(cls, error: ServiceError) -> "StoredError":
        """The storable form of an error."""
        return cls(error.code, error.detail, error.status, error.retryable, error.retry_after_seconds)

    def to_error(self) -> ServiceError:
        """The error that was stored."""
        return ServiceError(
            self.message,
            code=self.code,
            status=self.status,
            retryable=self.retryable,
            retry_after_seconds=self.retry_after_seconds,
        )

    def to_json(self) -> str:
        """The text kept in the row."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer cost; `is_estimated` where the provider has not told how many tokens it took."""

    nano_usd: int
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What the model thought before it answered; `seconds` is None until that is over."""

    content: str
    seconds: float | None

    @property
    def end(self) -> int:
        """How many characters there are."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One message. `pieces` are the texts of the deltas 1 … `seq`; joined they are `content`.

    `sibling_ids` are the messages with the same parent, itself among them; empty where nobody has looked.
    """

    id: str
    conversation_id: str
    role: Role
    content: str
    status: Status
    model: str | None
    usage: Usage | None
    finish_reason: str | None
    created_at: datetime
    client_id: str | None
    in_reply_to: str | None
    seq: int
    error: StoredError | None
    parent_id: str | None
    context: ContextSeen | None = None
    cost: Cost | None = None
    reasoning: Reasoning | None = None
    piece_lengths: str = ""
    sibling_ids: tuple[str, ...] = ()
    feedback: FeedbackOut | None = None

    @classmethod
    def of(cls, row: Message) -> "MessageRecord":
        """The record of a row."""
        usage = None
        if row.total_tokens is not None:
            usage = Usage(row.prompt_tokens or 0, row.completion_tokens or 0, row.total_tokens)
        return cls(
            id=row.id,
            conversation_id=row.conversation_id,
            role=row.role,  # type: ignore[arg-type]  # only the two roles are ever written
            content=row.content,
            status=row.status,  # type: ignore[arg-type]  # only the five states are ever written
            model=row.model,
            usage=usage,
            finish_reason=row.finish_reason,
            created_at=row.created_at,
            client_id=row.client_id,
            in_reply_to=row.in_reply_to,
            seq=row.seq,
            error=StoredError(**json.loads(row.error)) if row.error else None,
            parent_id=row.parent_id,
            context=ContextSeen.of_json(row.context) if row.context else None,
            cost=Cost(row.cost_nano_usd, row.is_cost_estimated) if row.cost_nano_usd is not None else None,
            reasoning=Reasoning(row.reasoning, row.reasoning_seconds) if row.reasoning else None,
            piece_lengths=row.piece_lengths,
            feedback=_feedback(row),
        )

    def pieces(self) -> list[str]:
        """The deltas that the content was sent in, in order."""
        pieces, start = [], 0
        for length in map(int, filter(None, self.piece_lengths.split(","))):
            pieces.append(self.content[start : start + length])
            start += length
        return pieces

    def to_out(self) -> MessageOut:
        """The wire form."""
        usage, error, cost = self.usage, self.error, self.cost
        return MessageOut.model_construct(
            id=self.id,
            conversation_id=self.conversation_id,
            role=self.role,
            content=self.content,
            status=self.status,
            model=self.model,
            usage=usage
            and UsageOut(
                prompt_tokens=usage.prompt_tokens,
                completion_tokens=usage.completion_tokens,
                total_tokens=usage.total_tokens,
            ),
            finish_reason=self.finish_reason,
            timestamp=self.created_at,
            client_id=self.client_id,
            in_reply_to=self.in_reply_to,
            parent_id=self.parent_id,
            sibling_ids=list(self.sibling_ids or (self.id,)),
            seq=self.seq,
            cost=cost and CostOut(usd=usd_of_nano(cost.nano_usd), is_estimated=cost.is_estimated),
            error=error and MessageError(code=error.code, message=error.message, retryable=error.retryable),
            feedback=self.feedback,
            context=self.context and ContextOut.model_construct(**asdict(self.context)),
            reasoning=self.reasoning and _reasoning_out(self.reasoning),
        )


def _reasoning_out(reasoning: Reasoning) -> ReasoningOut:
    return ReasoningOut.model_construct(content=reasoning.content, end=reasoning.end, seconds=reasoning.seconds)


def _feedback(row: Message) -> FeedbackOut | None:
    rating = row.feedback_rating
    if rating is None:
        return None
    return FeedbackOut.model_construct(rating=rating, comment=row.feedback_comment)
