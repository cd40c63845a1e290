"""What each model can read, and how its tokens are counted."""

from chat_server.catalog.service import ModelCatalog
from chat_server.llm.tokens import TokenCounters
from chat_server.messages.context import ModelWindow


class ModelWindows:
    """One for the process: the encodings that count take memory, and know what they have counted."""

    def __init__(self, catalog: ModelCatalog, most_answer_tokens: int) -> None:
        self._catalog = catalog
        self._most_answer_tokens = most_answer_tokens
        self._counters = TokenCounters()

    def of(self, model: str, most_answer_tokens: int | None = None) -> ModelWindow:
        """What the model can read, as far as it is known; the answer may have as many tokens as set, or as these."""
        tokens = self._catalog.context_tokens(model)
        return ModelWindow.of(tokens, most_answer_tokens or self._most_answer_tokens, self._counters.of(model))
