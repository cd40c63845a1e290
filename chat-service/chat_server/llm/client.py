"""The vocabulary of the model layer and the Protocol that every model client keeps; imports nothing heavy."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ModelMessage:
    """One message as the model sees it; `role` is system, user or assistant. `message_id`: of one that is stored."""

    role: str
    content: str
    message_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counted them for one answer."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """What is asked of the model for one answer; `max_tokens` limits the answer, not the context.

    `may_fall_back`: whether another model may step in where the operator has named some. `options` are further
    parameters of the completion (`top_p`, `stop` …), handed on as they are.
    """

    model: str
    messages: Sequence[ModelMessage]
    temperature: float
    max_tokens: int
    may_fall_back: bool = True
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompletionChunk:
    """What arrived from the provider in one network read.

    content: the texts of all events of that read, joined; empty when it carried only the end or the usage.
    reasoning: what the model thought meanwhile, where it tells; never part of content.
    finish_reason: the provider's word (stop, length …), given once, near the end. usage: None when not reported.
    model: told by the first chunk when another model than the one that was asked for answers.
    messages: told by the first chunk when the model could not read all that it was sent: what it did read.
    """

    content: str
    finish_reason: str | None
    usage: Usage | None
    model: str | None = None
    messages: Sequence[ModelMessage] | None = None
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, in US dollars per million tokens."""

    input_usd_per_million: float
    output_usd_per_million: float


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model that a conversation may name.

    `provider` is empty where there is only one. `context_tokens` (prompt and answer together) and `price` are None
    where nobody has said.
    """

    id: str
    name: str
    description: str
    is_demonstration: bool
    provider: str = ""
    context_tokens: int | None = None
    price: Price | None = None


class ModelClient(Protocol):
    """A way to reach a model. Every failure is one of the errors in `chat_server.llm.errors`."""

    def stream(self, request: CompletionRequest) -> AbstractAsyncContextManager[AsyncIterator[CompletionChunk]]:
        """Ask for an answer and hand its pieces over as they arrive.

        The provider is asked on entering. Leaving the block (end, break, error, cancellation) closes the connection
        to the provider, so that it stops working on the answer.
        Raises: ProviderError, on entering or while iterating; pieces that were delivered before stay valid.
        """
        ...

    async def list_models(self) -> list[OfferedModel]:
        """Return the models on offer, in the provider's order; kept for a short time.

        Raises: ProviderError when the provider cannot be asked and never answered before.
        """
        ...

    def price_keys(self, model: str) -> Sequence[str]:
        """Under which names the prices of this model, and then of those that may step in for it, are kept."""
        ...

    def provider_of(self, model: str) -> str | None:
        """Who answers for this model, for whoever asks what was used; None where nobody can tell."""
        ...

    async def is_ready(self) -> bool:
        """Say whether an answer could be started now."""
        ...

    async def start(self) -> None:
        """Prepare without waiting for the model: the service starts while a model loads."""
        ...

    async def close(self) -> None:
        """End everything that `start` and the requests began."""
        ...
