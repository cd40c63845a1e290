"""Answers completions for programs: limited, paid for and counted like the chat, but nothing of them is stored."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime
from typing import cast

import structlog
from service_kit.clock import new_id, utc_now
from service_kit.database import Database
from service_kit.events import MessageCreated, MessageStatus
from service_kit.rate_limits import Limit, RateLimiter
from sqlalchemy.orm import Session

from chat_server.answer_metrics import AnswerMetrics
from chat_server.budgets.charging import Charging, Consumption
from chat_server.budgets.service import Spender
from chat_server.catalog.schemas import ModelOut
from chat_server.catalog.service import ModelCatalog
from chat_server.catalog.windows import ModelWindows
from chat_server.completions.calls import Completion, Ended
from chat_server.completions.context import CallContext, what_fits
from chat_server.completions.schemas import CompletionCreate
from chat_server.erasures.people import ErasedPeople
from chat_server.errors import CompletionModelNotFound, ModelNotListed
from chat_server.llm.client import CompletionRequest, ModelClient, ModelMessage
from chat_server.outbox.writer import SOURCE, write_event
from chat_server.settings import ChatSettings

STOP_SECONDS = 10.0
log = structlog.get_logger(__name__)


class CompletionService:
    """Owns the calls of this process. One that loses its reader ends; nobody could read it any more."""

    def __init__(
        self,
        settings: ChatSettings,
        database: Database,
        model: ModelClient,
        catalog: ModelCatalog,
        windows: ModelWindows,
        limiter: RateLimiter,
        metrics: AnswerMetrics,
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._catalog = catalog
        self._windows = windows
        self._limiter = limiter
        self._limit = Limit("messages", settings.messages_per_minute)
        self._open: dict[str, Completion] = {}
        self._metrics = metrics
        metrics.watch("api", self._open.__len__)
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    async def models(self) -> list[ModelOut]:
        """The models on offer. Raises ProviderError (502, 503, 504)."""
        return await self._catalog.list_models()

    async def model(self, name: str) -> ModelOut:
        """One of them. Raises CompletionModelNotFound (404), ProviderError."""
        found = next((model for model in await self.models() if model.id == name), None)
        if found is None:
            raise CompletionModelNotFound()
        return found

    async def begin(self, spender: Spender, body: CompletionCreate) -> Completion:
        """A completion whose first piece is here; who gets it closes it.

        Raises: CompletionModelNotFound (404), MessageTooLong (413), RateLimited, BudgetExhausted (429), ProviderError
        (502, 503, 504).
        """
        await self._limiter.require(self._limit, spender.user_id)
        try:
            await self._catalog.require_listed(body.model)
        except ModelNotListed as error:
            raise CompletionModelNotFound() from error
        request = self._request(body, body.model or await self._catalog.default_model())
        request, context = await self._fitted(request, is_cut=body.truncation == "auto")
        call_id, began_at = new_id(), utc_now()
        completion = Completion(
            call_id,
            began_at,
            await self._paid(spender, call_id, request, context.prompt_tokens),
            context,
            lambda ended: self._settle(spender.user_id, call_id, began_at, ended),
        )
        self._open[call_id] = completion
        self._is_idle.clear()
        try:
            await completion.begin(self._model)
        except BaseException:
            await completion.close()
            raise
        return completion

    def _request(self, body: CompletionCreate, model: str) -> CompletionRequest:
        settings = self._settings
        return CompletionRequest(
            model=model,
            messages=[
                ModelMessage("system" if one.role == "developer" else one.role, one.text) for one in body.messages
            ],
            temperature=settings.openai_temperature if body.temperature is None else body.temperature,
            max_tokens=body.max_completion_tokens or body.max_tokens or settings.openai_max_tokens,
            options=body.passed_on,
        )

    async def _fitted(self, request: CompletionRequest, *, is_cut: bool) -> tuple[CompletionRequest, CallContext]:
        """The request with as many of its messages as the model can read, if it is to be cut, and what that is."""
        window, sent = self._windows.of(request.model, request.max_tokens), request.messages
        if not is_cut:
            return request, CallContext.of_all(sent, window.tokens)
        messages, context = await asyncio.to_thread(what_fits, sent, window)
        return replace(request, messages=messages, max_tokens=window.answer_tokens), context

    async def _paid(
        self, spender: Spender, call_id: str, request: CompletionRequest, prompt_tokens: int
    ) -> CompletionRequest:
        """The request once there is room for it in the budgets, and the question is counted."""
        price_keys = self._model.price_keys(request.model)

        def reserve(session: Session) -> bool:
            ErasedPeople(session).refuse(spender.user_id)
            may_fall_back = Charging(session).reserve(
                spender, call_id, price_keys, prompt_tokens=prompt_tokens, max_tokens=request.max_tokens
            )
            write_event(session, _asked(spender.user_id, call_id))
            return may_fall_back

        may_fall_back = await self._database.write(reserve)
        return replace(request, may_fall_back=may_fall_back)

    async def _settle(self, user_id: str, call_id: str, began_at: datetime, ended: Ended) -> None:
        """Charges and counts the answer. Where the storage refuses, the reservation is charged in full later."""
        self._metrics.note(
            "api",
            status=ended.status,
            model=ended.model,
            tokens=ended.tokens,
            response_seconds=ended.response_seconds,
            first_token_seconds=ended.first_token_seconds,
            error=ended.error,
        )
        key = self._model.price_keys(ended.model)[0]
        provider = self._model.provider_of(ended.model)
        consumption = Consumption(key, began_at, ended.tokens, ended.is_estimated, provider)

        def settle(session: Session) -> None:
            charge = Charging(session).settle(call_id, consumption)
            write_event(session, _answered(user_id, call_id, ended, provider, charge.nano_usd))

        try:
            await self._database.write(settle)
        except Exception as error:
            log.error("completion_not_settled", call_id=call_id, exc_info=error)
        finally:
            self._open.pop(call_id, None)
            if not self._open:
                self._is_idle.set()

    def being_written(self) -> list[str]:
        """Under which ids money is reserved for calls that go on."""
        return list(self._open)

    async def stop(self) -> None:
        """Waits until the calls are settled whose readers have just gone."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await self._is_idle.wait()


def _asked(user_id: str, call_id: str) -> MessageCreated:
    """The event of the call's question; the call stands for the conversation that a chat would have."""
    return MessageCreated(source=SOURCE, user_id=user_id, conversation_id=call_id, message_id=new_id(), role="user")


def _answered(
    user_id: str, call_id: str, ended: Ended, provider: str | None, cost_nano_usd: int | None
) -> MessageCreated:
    """The same of its answer."""
    return MessageCreated(
        source=SOURCE,
        user_id=user_id,
        conversation_id=call_id,
        message_id=call_id,
        role="assistant",
        model=ended.model,
        provider=provider,
        prompt_tokens=ended.tokens.prompt,
        completion_tokens=ended.tokens.completion,
        total_tokens=ended.tokens.prompt + ended.tokens.completion,
        cost_nano_usd=cost_nano_usd,
        response_time=ended.response_seconds,
        time_to_first_token=ended.first_token_seconds,
        status=cast(MessageStatus, ended.status),
    )
