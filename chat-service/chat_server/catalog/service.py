"""Which models are on offer, and which one answers when none is named."""

import asyncio
import time
from collections.abc import Sequence

from chat_server.catalog.schemas import ModelOut
from chat_server.errors import ModelNotListed
from chat_server.llm.client import ModelClient, OfferedModel
from chat_server.llm.errors import ProviderError
from chat_server.llm.selection import choose_default

ASK_SECONDS = 2.0
RETRY_SECONDS = 10.0  # a server that cannot be asked is left alone this long


class ModelCatalog:
    """Asks the model's server, which keeps its answer for a while."""

    def __init__(self, client: ModelClient, configured_model: str, assumed_context_tokens: int | None = None) -> None:
        """`assumed_context_tokens`: of the models of which nobody has said how much they read."""
        self._client = client
        self._configured = configured_model
        self._assumed_context_tokens = assumed_context_tokens
        self._known: list[OfferedModel] = []
        self._context_tokens: dict[str, int | None] = {}
        self._providers: dict[str, str] = {}
        self._ask_again_at = 0.0

    async def list_models(self) -> list[ModelOut]:
        """The models, the default marked. Raises ProviderError (502, 503, 504) when they cannot be asked for."""
        models = self._remembered(await self._client.list_models())
        default = choose_default(models, self._configured)
        return [
            ModelOut(
                id=model.id,
                name=model.name,
                description=model.description,
                is_default=model.id == default,
                is_demonstration=model.is_demonstration,
                provider=model.provider,
                context_tokens=self.context_tokens(model.id),
            )
            for model in models
        ]

    async def require_listed(self, model: str | None) -> None:
        """Raises ModelNotListed (422) for a model that is not on offer; None means the default and is fine.

        A server that cannot be asked is given the benefit of the doubt: the answer itself will tell.
        """
        if model is None:
            return
        models = await self._ask()
        if models and all(offered.id != model for offered in models):
            raise ModelNotListed()

    def provider_of(self, model: str) -> str | None:
        """Whose model it is, empty where there is only one provider; None of a model that is not known to be on offer.

        The configured one is known also where the server lists none.
        """
        provider = self._providers.get(model)
        return "" if provider is None and model == self._configured else provider

    def price_keys(self, model: str) -> Sequence[str]:
        """Under which names the prices of this model, and then of those that may step in for it, are kept."""
        return self._client.price_keys(model)

    async def default_model(self) -> str:
        """The id of the model that answers when none is named."""
        return choose_default(await self._ask(), self._configured)

    def context_tokens(self, model: str) -> int | None:
        """How much the model reads, prompt and answer together, as it was last told; None where nobody has said."""
        return self._context_tokens.get(model) or self._assumed_context_tokens

    def _remembered(self, models: list[OfferedModel]) -> list[OfferedModel]:
        self._ask_again_at = 0.0  # whoever has just told need not be left alone
        if models != self._known:
            self._known = models
            self._context_tokens = {model.id: model.context_tokens for model in models}
            self._providers = {model.id: model.provider for model in models}
        return models

    async def is_demonstration(self, model: str | None) -> bool:
        """Whether it is known to be a small model that is there to show the product alone."""
        return any(offered.is_demonstration and offered.id == model for offered in await self._ask())

    async def _ask(self) -> list[OfferedModel]:
        """The models on offer; none when their server does not tell within two seconds."""
        if time.monotonic() < self._ask_again_at:
            return []
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return self._remembered(await self._client.list_models())
        except (ProviderError, TimeoutError):
            self._ask_again_at = time.monotonic() + RETRY_SECONDS
            return []
