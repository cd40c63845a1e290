"""One call for a title: paid for by whoever sent the message, whatever becomes of it."""

import asyncio
import time
from dataclasses import replace

from service_kit.clock import new_id, utc_now
from service_kit.errors import ServiceError
from service_kit.events import TitleGenerated
from sqlalchemy.orm import Session

from chat_server.answer_metrics import AnswerMetrics
from chat_server.budgets.charging import Charging, Consumption, Tokens, tokens_taken
from chat_server.budgets.service import Spender
from chat_server.conversations.service import ConversationService
from chat_server.erasures.people import ErasedPeople
from chat_server.generation.title_texts import LONGEST_REPLY
from chat_server.llm.client import CompletionRequest, ModelClient, Usage
from chat_server.llm.tokens import estimated_prompt_tokens, estimated_tokens
from chat_server.outbox.writer import SOURCE, write_event
from chat_server.texts import storable


class TitleCall:
    """Reserves, asks, settles. Once `reserve` is committed, `settle` must follow; `leave` ends what goes on."""

    def __init__(self, model: ModelClient, request: CompletionRequest, spender: Spender, conversation_id: str) -> None:
        self.id = new_id()
        self.conversation_id = conversation_id
        self._model = model
        self._request = request
        self._spender = spender
        self._began_at = utc_now()
        self._prompt_tokens = estimated_prompt_tokens(request.messages)
        self._written: list[str] = []
        self._usage: Usage | None = None
        self._model_used = request.model
        self._error: ServiceError | None = None
        self._asked_at = 0.0
        self._first_token_at: float | None = None
        self._asking: asyncio.Task[str] | None = None

    def reserve(self, session: Session) -> None:
        """Reserves what it may cost; where the budgets have no room for the fallbacks, they will not answer.

        Raises: BudgetExhausted (429), CredentialsRefused (401) for somebody who was erased meanwhile.
        """
        ErasedPeople(session).refuse(self._spender.user_id)
        may_fall_back = Charging(session).reserve(
            self._spender,
            self.id,
            self._model.price_keys(self._request.model),
            prompt_tokens=self._prompt_tokens,
            max_tokens=self._request.max_tokens,
        )
        self._request = replace(self._request, may_fall_back=may_fall_back)

    async def reply(self, deadline: float) -> str:
        """What the model says until the loop's time `deadline`; empty when it was cut off: then it is no title.

        Raises: ProviderError; TimeoutError when it takes longer, or was left.
        """
        loop = asyncio.get_running_loop()
        self._asked_at = time.perf_counter()
        self._asking = asyncio.create_task(self._receive())
        await asyncio.wait([self._asking], timeout=max(0.0, deadline - loop.time()))
        if not self._asking.done():
            self._asking.cancel()
            await asyncio.wait([self._asking])
        if self._asking.cancelled():
            raise TimeoutError
        return self._asking.result()

    async def _receive(self) -> str:
        said, finish_reason = "", None
        try:
            async with self._model.stream(self._request) as chunks:
                async for chunk in chunks:
                    said += storable(chunk.content)
                    if self._first_token_at is None and (chunk.reasoning or chunk.content):
                        self._first_token_at = time.perf_counter()
                    self._written += chunk.reasoning, chunk.content  # thoughts are paid for, too
                    self._usage = chunk.usage or self._usage
                    self._model_used = chunk.model or self._model_used
                    finish_reason = chunk.finish_reason or finish_reason
                    if len(said) > LONGEST_REPLY:
                        return ""
        except ServiceError as error:
            self._error = error
            raise
        return "" if finish_reason == "length" else said

    def leave(self) -> None:
        """Ends the call to the model; what it has taken so far is still to be settled."""
        if self._asking is not None:
            self._asking.cancel()

    def note(self, metrics: AnswerMetrics) -> None:
        """Counts the call, once it has ended; that was begun it has, or nobody would settle it."""
        is_complete = self._asking is not None and self._asking.done() and not self._asking.cancelled()
        first = self._first_token_at
        metrics.note(
            "title",
            status="failed" if self._error is not None else "complete" if is_complete else "stopped",
            model=self._model_used,
            tokens=self._tokens()[0],
            response_seconds=time.perf_counter() - self._asked_at,
            first_token_seconds=first - self._asked_at if first is not None else None,
            error=self._error,
        )

    def settle(self, session: Session) -> None:
        """Charges the person, and adds the cost to the conversation's, if that is still there."""
        tokens, is_estimated = self._tokens()
        key = self._model.price_keys(self._model_used)[0]
        provider = self._model.provider_of(self._model_used)
        consumption = Consumption(key, self._began_at, tokens, is_estimated, provider)
        charge = Charging(session).settle(self.id, consumption)
        ConversationService(session).add_cost(self.conversation_id, charge.nano_usd or 0)
        if tokens.prompt or tokens.completion:
            self._report(session, tokens, provider, charge.nano_usd)

    def _report(self, session: Session, tokens: Tokens, provider: str | None, cost_nano_usd: int | None) -> None:
        """Tells analytics what the call took, whether or not a title came of it."""
        event = TitleGenerated(
            source=SOURCE,
            user_id=self._spender.user_id,
            conversation_id=self.conversation_id,
            model=self._model_used or None,
            provider=provider,
            prompt_tokens=tokens.prompt,
            completion_tokens=tokens.completion,
            total_tokens=tokens.prompt + tokens.completion,
            cost_nano_usd=cost_nano_usd,
        )
        write_event(session, event)

    def _tokens(self) -> tuple[Tokens, bool]:
        return tokens_taken(
            self._usage,
            prompt_tokens=self._prompt_tokens,
            written_tokens=estimated_tokens("".join(self._written)),
            failed_before_beginning=self._error is not None and not any(self._written),
        )
