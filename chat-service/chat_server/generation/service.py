"""Sends messages, stops and replays answers. The only owner of the answers being written in this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from service_kit.database import Database
from service_kit.errors import ServiceError
from service_kit.rate_limits import Limit, RateLimiter
from sqlalchemy.exc import IntegrityError

from chat_server.answer_metrics import AnswerMetrics
from chat_server.budgets.service import Spender
from chat_server.catalog.service import ModelCatalog
from chat_server.catalog.windows import ModelWindows
from chat_server.errors import AnswerInProgress, AnswerLost, MessageNotFound, ServiceStopping
from chat_server.generation.delivery import Delivery, frames_of
from chat_server.generation.events import ActiveAnswer, MessageFrame
from chat_server.generation.feed import FeedFrame, Watcher
from chat_server.generation.frames import (
    ack_frame,
    branch_frame,
    closing_frames,
    delta_frame,
    feedback_frame,
    rest_of_reasoning,
    start_frame,
    title_frame,
)
from chat_server.generation.keeper import AnswerKeeper
from chat_server.generation.running import RunningAnswer, RunningAnswers
from chat_server.generation.titles import TitleMaker
from chat_server.generation.turn import Turn
from chat_server.llm.client import CompletionRequest, ModelClient
from chat_server.messages.commands import Command
from chat_server.messages.context import ChosenContext
from chat_server.messages.exchanges import Exchange, ExchangeStore, Surroundings
from chat_server.messages.record import MessageRecord
from chat_server.messages.service import MessageService
from chat_server.messages.turns import TurnStore
from chat_server.settings import ChatSettings

STORED_POLL_SECONDS = 0.5
STOP_SECONDS = 10.0
T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Replay:
    """Encoded frames of an answer, and the seq and the place in its thoughts that they reach."""

    texts: Sequence[str]
    seq: int
    reasoning_end: int


class GenerationService:
    """An answer belongs to its conversation: it goes on whoever leaves, and ends once."""

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
        self._limiter = limiter
        self._limit = Limit("messages", settings.messages_per_minute)
        self._database = database
        self._model = model
        self._catalog = catalog
        self._windows = windows
        self._answers = RunningAnswers()
        self.keeper = AnswerKeeper(self._answers, database, model.price_keys, model.provider_of, self._tell_end)
        self._titles = TitleMaker(database, model, catalog, settings.openai_temperature, self._answers.publish, metrics)
        self._metrics = metrics
        metrics.watch("chat", self._answers.__len__)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_stopping = False

    def start(self) -> None:
        """Begins to keep answers."""
        self.keeper.start()

    async def stop(self) -> None:
        """Ends every answer as `interrupted`, one that begins just now too, with what has come on disk."""
        self._is_stopping = True
        for answer in self._answers.all():
            answer.stop("interrupted")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        for task in self._tasks:
            task.cancel()
        await self._titles.stop()
        await self.keeper.stop()

    async def send(self, command: Command, origin: object | None = None) -> Delivery:
        """Stores what is new and begins the answer; a resend under the same client_id finds the first one's.

        All is committed when this returns. A caller that leaves meanwhile changes nothing.
        Raises: ConversationNotFound, MessageNotFound (404), AnswerInProgress, NothingToContinue (409), ModelNotListed,
        MessageTooLong (413), ClientIdReused (422), RateLimited, BudgetExhausted (429), ServiceStopping (503).
        """
        await self._limiter.require(self._limit, command.user_id)
        await self._catalog.require_listed(command.model)
        default_model = await self._catalog.default_model()
        if self._is_stopping:
            raise ServiceStopping()
        return await asyncio.shield(self._spawn(self._begin(command, default_model, origin)))

    async def _begin(self, command: Command, default_model: str, origin: object | None) -> Delivery:
        settings = self._settings
        surroundings = Surroundings(
            default_model,
            settings.system_prompt,
            settings.context_messages,
            self._windows.of,
            self._model.price_keys,
        )
        with self._answers.beginning():
            try:
                exchange = await self._database.write(
                    lambda session: ExchangeStore(session).begin(command, surroundings)
                )
            except IntegrityError as error:  # another process began an answer between our look and our insert
                raise AnswerInProgress() from error
            if exchange.context is None:
                end = self._end_of(command.user_id, exchange.answer)
                return _delivery(exchange, end)
            return self._begin_answer(command, exchange, exchange.context, origin)

    def _begin_answer(
        self, command: Command, exchange: Exchange, context: ChosenContext, origin: object | None
    ) -> Delivery:
        record, question, settings = exchange.answer, exchange.user_message, self._settings
        answer = RunningAnswer(record, command.user_id)
        self._answers.add(answer)
        if self._is_stopping:
            answer.stop("interrupted")
        if origin is not None and exchange.is_question_new:
            self._publish(record, ack_frame(question, origin))
        if exchange.is_question_new:
            self._publish(record, FeedFrame("message", MessageFrame.of(question).encode(), question.id, origin=origin))
        if exchange.title is not None:
            self._publish(record, title_frame(exchange.title))
        self._publish(record, start_frame(record))
        if exchange.is_title_open and self._settings.auto_titles:
            self._titles.name_after(Spender(command.user_id, command.roles), question, answer.finished)
        request = CompletionRequest(
            model=record.model or "",
            messages=context.messages,
            temperature=settings.openai_temperature if exchange.temperature is None else exchange.temperature,
            max_tokens=context.answer_tokens,
            may_fall_back=exchange.may_fall_back,
        )
        turn = Turn(
            answer, request, self._model, self._database, lambda frame: self._publish(record, frame), self._metrics
        )
        self._spawn(self._run(turn, answer))
        return _delivery(exchange, answer.finished)

    async def _run(self, turn: Turn, answer: RunningAnswer) -> None:
        try:
            await turn.run()
        finally:
            self._answers.remove(answer)
            if not answer.finished.done():  # the turn crashed: nobody may wait for it for ever
                answer.finished.set_exception(AnswerLost())

    async def stop_answer(self, user_id: str, conversation_id: str, message_id: str) -> None:
        """Ends an answer; what came so far stays. An answer that has ended already stays as it is.

        One that another process writes ends within a round of its saving.
        Raises: MessageNotFound (404) for another's or an absent message.
        """
        answer = self._answers.of_message(conversation_id, message_id)
        if answer is not None and answer.user_id == user_id:
            answer.stop("stopped")
            return
        record = await self._stored(user_id, conversation_id, message_id)
        if record.status == "streaming":
            await self._database.write(lambda session: TurnStore(session).ask_to_stop(message_id))

    async def stop_answers_of(self, user_id: str) -> None:
        """Ends the answers that are written here for somebody who is erased; returns when they are stored."""
        answers = [answer for answer in self._answers.all() if answer.user_id == user_id]
        for answer in answers:
            answer.stop("stopped")
        if answers:
            await asyncio.wait([answer.finished for answer in answers], timeout=STOP_SECONDS)

    async def discard(self, conversation_id: str) -> None:
        """Ends the answer of a deleted conversation and tells its watchers."""
        answer = self._answers.of_conversation(conversation_id)
        if answer is not None:
            answer.stop("stopped")
        self._answers.publish(conversation_id, FeedFrame("deleted", ""))

    def tell_branch(self, conversation_id: str, leaf_id: str) -> None:
        """Tells who watches the conversation that another branch is shown."""
        self._answers.publish(conversation_id, branch_frame(leaf_id))

    def tell_feedback(self, record: MessageRecord) -> None:
        """Tells who watches the conversation what the person thinks of the answer."""
        self._publish(record, feedback_frame(record))

    async def replay(
        self, user_id: str, conversation_id: str, message_id: str, after: int, reasoning_after: int = 0
    ) -> Replay:
        """The thoughts and deltas that followed these places, with the closing frames if the answer has ended.

        Raises: MessageNotFound (404) for another's or an absent message.
        """
        answer = self._answers.of_message(conversation_id, message_id)
        if answer is not None and answer.user_id == user_id:
            frames = rest_of_reasoning(message_id, answer.reasoning.content, reasoning_after)
            frames += [delta_frame(message_id, seq, text) for seq, text in answer.log.after(after)]
            return Replay([frame.text for frame in frames], answer.log.seq, answer.reasoning.end)
        record = await self._stored(user_id, conversation_id, message_id)
        thoughts = record.reasoning.content if record.reasoning is not None else ""
        frames = rest_of_reasoning(message_id, thoughts, reasoning_after)
        pieces = list(enumerate(record.pieces(), 1))[after:]
        frames += [delta_frame(message_id, seq, text) for seq, text in pieces]
        frames += closing_frames(record) if record.status != "streaming" else []
        return Replay([frame.text for frame in frames], record.seq, len(thoughts))

    def frames_of(self, delivery: Delivery, after: int = 0) -> AsyncIterator[FeedFrame]:
        """The frames of one exchange, from `ack` to the final `message` (and `error`, if it failed).

        `after`: of a repeated exchange only what followed this delta.
        """
        return frames_of(delivery, self._answers, after)

    async def follow(self, user_id: str, conversation_id: str, message_id: str) -> Delivery:
        """The way to an answer that was begun earlier. Raises MessageNotFound (404), for a person's message too."""
        answer = await self._stored(user_id, conversation_id, message_id)
        if answer.role != "assistant":
            raise MessageNotFound()
        end = self._end_of(user_id, answer)
        return Delivery(answer, answer, end, None, is_repeated=True, is_question_new=False)

    def watch(self, conversation_id: str, on_news: Callable[[], None] | None = None) -> Watcher:
        """Begins to read the conversation's frames; holds no database session."""
        return self._answers.watch(conversation_id, on_news)

    def unwatch(self, conversation_id: str, watcher: Watcher) -> None:
        """Ends it."""
        self._answers.unwatch(conversation_id, watcher)

    def is_watched(self, conversation_id: str) -> bool:
        """Whether anybody reads the conversation's frames."""
        return self._answers.is_watched(conversation_id)

    def active(self, conversation_id: str) -> list[ActiveAnswer]:
        """The answers being written in the conversation, with the seq they have reached."""
        return self._answers.active(conversation_id)

    def with_live_text(self, record: MessageRecord) -> MessageRecord:
        """The stored message, or, while it is being written here, the same with all that has come so far."""
        if record.status != "streaming":
            return record
        answer = self._answers.of_message(record.conversation_id, record.id)
        return answer.snapshot() if answer is not None else record

    def _end_of(self, user_id: str, answer: MessageRecord) -> "asyncio.Future[MessageRecord]":
        """The end of an answer that was begun earlier, here or in a process that has died since."""
        running = self._answers.of_message(answer.conversation_id, answer.id)
        if running is not None:
            return running.finished
        return self._spawn(self._wait_stored(user_id, answer))

    async def _wait_stored(self, user_id: str, record: MessageRecord) -> MessageRecord:
        while record.status == "streaming":
            if self._is_stopping:
                raise AnswerInProgress()
            await asyncio.sleep(STORED_POLL_SECONDS)  # its writer or the keeper ends the row within seconds
            record = await self._stored(user_id, record.conversation_id, record.id)
        return record

    async def _stored(self, user_id: str, conversation_id: str, message_id: str) -> MessageRecord:
        """The message as it is on disk. Raises MessageNotFound (404)."""
        return await self._database.read(
            lambda session: MessageService(session).get(user_id, conversation_id, message_id)
        )

    def being_written(self) -> list[str]:
        """Under which ids money is reserved for what is written here: answers and titles."""
        return [*(answer.record.id for answer in self._answers.all()), *self._titles.being_written()]

    def _tell_end(self, record: MessageRecord) -> None:
        for frame in closing_frames(record):
            self._publish(record, frame)

    def _publish(self, record: MessageRecord, frame: FeedFrame) -> None:
        self._answers.publish(record.conversation_id, frame)

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        """The caller of a task may have left; what it raised then is told in the log alone."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, ServiceError):
            log.error("generation_task_failed", exc_info=error)


def _delivery(exchange: Exchange, end: "asyncio.Future[MessageRecord]") -> Delivery:
    return Delivery(
        exchange.user_message,
        exchange.answer,
        end,
        exchange.title,
        is_repeated=not exchange.is_new,
        is_question_new=exchange.is_question_new,
    )
