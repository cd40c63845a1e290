"""One answer from start to end: ask the model, hand on each piece, persist the final text before the closing frame."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog
from service_kit.database import Database
from service_kit.errors import ServiceError

from chat_server.answer_metrics import AnswerMetrics
from chat_server.budgets.charging import Consumption, tokens_taken
from chat_server.errors import AnswerLost, ConversationNotFound
from chat_server.generation.feed import FeedFrame
from chat_server.generation.frames import closing_frames, delta_frame, error_frame, reasoning_frame
from chat_server.generation.running import RunningAnswer
from chat_server.llm.client import CompletionRequest, ModelClient, ModelMessage, Usage
from chat_server.llm.tokens import estimated_tokens
from chat_server.messages.context import ContextSeen
from chat_server.messages.record import MessageRecord, StoredError
from chat_server.messages.schemas import Status
from chat_server.messages.turns import Outcome, Progress, TurnStore
from chat_server.texts import storable

FINISH_RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
log = structlog.get_logger(__name__)

Publish = Callable[[FeedFrame], None]


@dataclass(slots=True)
class _Received:
    """What the model has told beside the text."""

    usage: Usage | None = None
    finish_reason: str | None = None
    thinking_at: float | None = None  # the first of the thoughts
    answering_at: float | None = None  # the first of the answer
    model: str | None = None  # of a fallback
    messages: Sequence[ModelMessage] | None = None  # that the model could read, if not all

    @property
    def first_token_at(self) -> float | None:
        """When the first of thoughts and answer came."""
        return min((at for at in (self.thinking_at, self.answering_at) if at is not None), default=None)


class Turn:
    """Writes one answer. Ends in exactly one of complete, stopped, interrupted, failed; never raises."""

    def __init__(
        self,
        answer: RunningAnswer,
        request: CompletionRequest,
        model: ModelClient,
        database: Database,
        publish: Publish,
        metrics: AnswerMetrics,
    ) -> None:
        self._answer = answer
        self._request = request
        self._model = model
        self._database = database
        self._publish = publish
        self._metrics = metrics
        self._received = _Received()
        self._started_at = time.perf_counter()

    async def run(self) -> None:
        """Streams, stores, tells.

        Publishes `delta`s, then one final `message` once it is on disk, then `error` when the answer failed.
        """
        error = await self._stream()
        outcome = self._outcome(error)
        self._note(outcome, error)
        try:
            record = await self._store(outcome)
        except ServiceError as lost:
            if isinstance(lost, AnswerLost):
                self._metrics.note_lost()
            self._publish(error_frame(lost, self._answer.record.id))
            self._answer.finished.set_exception(lost)
            return
        for frame in closing_frames(record):
            self._publish(frame)
        self._answer.finished.set_result(record)

    async def _stream(self) -> ServiceError | None:
        """The failure, if there was one. Stopping cancels only the inner task, so that the end can still be stored."""
        task = asyncio.create_task(self._receive())
        self._answer.stream_task = task
        if self._answer.stop_status is not None:
            task.cancel()
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:  # the loop itself is ending
            self._answer.stop("interrupted")
            await asyncio.wait([task])
        failure = None if task.cancelled() else task.exception()
        if failure is not None and not isinstance(failure, ServiceError):
            log.error("answer_crashed", message_id=self._answer.record.id, exc_info=failure)
            failure = ServiceError()
        # What breaks while the way to the model is closed is no failure of the answer.
        return failure if self._answer.stop_status is None else None

    async def _receive(self) -> None:
        answer, received = self._answer, self._received
        message_id, pieces = answer.record.id, answer.log
        async with self._model.stream(self._request) as chunks:
            async for chunk in chunks:
                if chunk.reasoning:
                    self._think(storable(chunk.reasoning))
                if piece := storable(chunk.content):
                    if received.answering_at is None:
                        received.answering_at = time.perf_counter()
                    self._publish(delta_frame(message_id, pieces.append(piece), piece))
                received.finish_reason = chunk.finish_reason or received.finish_reason
                received.usage = chunk.usage or received.usage
                received.model = chunk.model or received.model
                received.messages = chunk.messages or received.messages

    def _think(self, piece: str) -> None:
        thoughts, received = self._answer.reasoning, self._received
        if received.thinking_at is None:
            received.thinking_at = time.perf_counter()
        self._publish(reasoning_frame(self._answer.record.id, thoughts.append(piece), piece))

    def _outcome(self, error: ServiceError | None) -> Outcome:
        status: Status = "complete"
        if error is not None:
            status = "failed"
        elif self._answer.stop_status is not None and self._received.finish_reason is None:
            status = "interrupted" if self._answer.stop_status == "interrupted" else "stopped"
        received, now = self._received, time.perf_counter()
        thinking_at, answering_at = received.thinking_at, received.answering_at
        first_token_at = received.first_token_at
        return Outcome(
            progress=progress_of(self._answer),
            status=status,
            usage=self._received.usage,
            finish_reason=self._received.finish_reason,
            model=self._received.model,
            context=self._context_seen(),
            error=StoredError.of(error) if error is not None else None,
            response_seconds=now - self._started_at,
            first_token_seconds=first_token_at - self._started_at if first_token_at is not None else None,
            consumption=self._consumption(error),
            reasoning_seconds=max(0.0, (answering_at or now) - thinking_at) if thinking_at is not None else None,
        )

    def _note(self, outcome: Outcome, error: ServiceError | None) -> None:
        self._metrics.note(
            "chat",
            status=outcome.status,
            model=outcome.model or self._answer.record.model,
            tokens=outcome.consumption.tokens,
            response_seconds=outcome.response_seconds,
            first_token_seconds=outcome.first_token_seconds,
            error=error,
        )

    def _context_seen(self) -> ContextSeen | None:
        """What the model saw, if it could not read all that was chosen for it."""
        chosen, messages = self._answer.record.context, self._received.messages
        return chosen.shortened_to(messages) if chosen is not None and messages is not None else None

    def _consumption(self, error: ServiceError | None) -> Consumption:
        """What the answer took, of which model."""
        record, received = self._answer.record, self._received
        model = received.model or record.model or ""
        key, provider = self._model.price_keys(model)[0], self._model.provider_of(model)
        seen = self._context_seen() or record.context
        text = self._answer.log.content[len(record.content) :]
        tokens, is_estimated = tokens_taken(
            received.usage,
            prompt_tokens=seen.prompt_tokens if seen is not None else 0,
            written_tokens=estimated_tokens(text) + estimated_tokens(self._answer.reasoning.content),
            failed_before_beginning=error is not None and received.first_token_at is None,
        )
        return Consumption(key, record.created_at, tokens, is_estimated, provider)

    async def _store(self, outcome: Outcome) -> MessageRecord:
        """The stored message.

        Raises: ConversationNotFound when it was deleted meanwhile; AnswerLost when the disk refuses for a quarter
        minute: then the keeper ends the row with what it had saved.
        """
        answer = self._answer
        for pause_seconds in (*FINISH_RETRY_SECONDS, None):
            try:
                record = await self._database.write(
                    lambda session: TurnStore(session).finish(answer.user_id, answer.record.conversation_id, outcome)
                )
                return replace(record, sibling_ids=answer.record.sibling_ids)
            except ConversationNotFound:  # the answer was written all the same
                await self._database.write(lambda session: TurnStore(session).settle(outcome))
                raise
            except Exception as error:
                log.error("answer_not_stored", message_id=answer.record.id, exc_info=error)
                if pause_seconds is None:
                    raise AnswerLost() from error
                await asyncio.sleep(pause_seconds)
        raise AnswerLost()


def progress_of(answer: RunningAnswer) -> Progress:
    """How far the answer is at this moment."""
    pieces, thoughts = answer.log, answer.reasoning
    reasoning = thoughts.content if thoughts.end else None
    return Progress(answer.record.id, pieces.content, pieces.seq, pieces.piece_lengths, reasoning)
