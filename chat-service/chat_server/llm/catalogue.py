"""The list of models on offer, kept for a short time so that a page load does not cost a request to the provider."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from chat_server.llm.client import OfferedModel
from chat_server.llm.errors import ProviderBadResponse, ProviderError, ProviderUnavailable

# OpenAI lists these beside its chat models; they cannot hold a conversation.
NO_CHAT_WORDS = ("embedding", "whisper", "tts", "dall-e", "moderation", "transcribe", "image", "sora", "realtime")

LEAST_CONTEXT_TOKENS = 256
# Source: the model pages at platform.openai.com/docs/models. Longer names count before shorter ones.
OPENAI_CONTEXT_TOKENS = {
    "gpt-3.5-turbo": 16_385,
    "gpt-4": 8_192,
    "gpt-4-32k": 32_768,
    "gpt-4-turbo": 128_000,
    "gpt-4-1106": 128_000,
    "gpt-4-0125": 128_000,
    "gpt-4o": 128_000,
    "chatgpt-4o": 128_000,
    "gpt-4.1": 1_047_576,
    "gpt-5": 400_000,
    "o1": 200_000,
    "o1-mini": 128_000,
    "o3": 200_000,
    "o3-mini": 200_000,
    "o4-mini": 200_000,
}


class ModelCatalogue:
    """Asks `fetch` at most once per `fresh_seconds`; after a failure at most once per `retry_seconds`."""

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Sequence[OfferedModel]]],
        *,
        fresh_seconds: float = 60.0,
        retry_seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._fresh_seconds = fresh_seconds
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._models: list[OfferedModel] | None = None
        self._failure: ProviderError | None = None
        self._ask_again_at = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def models(self) -> list[OfferedModel]:
        """Return the newest list that is known, asking the provider when it is old.

        Raises: ProviderUnavailable when the provider never answered; its own failure when it refuses the key.
        """
        await self._refresh()
        if self._models is None:
            raise (self._failure or ProviderUnavailable()).with_traceback(None)
        return list(self._models)

    async def is_answering(self) -> bool:
        """Say whether the provider answered when it was last asked, asking it when that is long ago."""
        await self._refresh()
        return self._failure is None

    async def _refresh(self) -> None:
        if self._clock() < self._ask_again_at:
            return
        async with self._one_at_a_time:
            if self._clock() < self._ask_again_at:
                return  # another caller asked while this one waited
            try:
                self._models = list(await self._fetch())
                self._failure = None
                self._ask_again_at = self._clock() + self._fresh_seconds
            except ProviderError as failure:
                self._failure = failure
                self._ask_again_at = self._clock() + self._retry_seconds


class _ListedModel(msgspec.Struct):
    id: str
    name: str | None = None
    description: str | None = None
    max_model_len: object = None  # vLLM
    context_length: object = None  # OpenRouter, Together
    context_window: object = None  # Groq
    max_context_length: object = None  # Mistral, LM Studio

    def offered(self, *, is_openai: bool) -> OfferedModel:
        told = (self.max_model_len, self.context_length, self.context_window, self.max_context_length)
        tokens = next((n for n in told if isinstance(n, int) and n >= LEAST_CONTEXT_TOKENS), None)
        if tokens is None and is_openai:
            tokens = known_context_tokens(self.id)
        name, description = self.name or self.id, self.description or ""
        return OfferedModel(self.id, name, description, is_demonstration=False, context_tokens=tokens)


class _ModelList(msgspec.Struct):
    data: list[_ListedModel] | None = None


def read_model_list(body: bytes, *, only_chat: bool) -> list[OfferedModel]:
    """Read the answer of `GET /models`, in its order; `only_chat` leaves out what is known to be no chat model.

    Raises: ProviderBadResponse when the body is no such list.
    """
    try:
        listed = msgspec.json.decode(body, type=_ModelList).data or []
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderBadResponse from error
    chosen = [m for m in listed if not (only_chat and any(word in m.id for word in NO_CHAT_WORDS))]
    return [model.offered(is_openai=only_chat) for model in chosen]


def known_context_tokens(model: str) -> int | None:
    """How much an OpenAI model reads, prompt and answer together; OpenAI's own list does not say it."""
    known = [start for start in OPENAI_CONTEXT_TOKENS if model == start or model.startswith(f"{start}-")]
    return OPENAI_CONTEXT_TOKENS[max(known, key=len)] if known else None
