"""Titles of conversations: the model is asked once its first answer is on disk, beside everything else."""

import asyncio
from collections.abc import Callable

import structlog
from service_kit.database import Database
from sqlalchemy.orm import Session

from chat_server.answer_metrics import AnswerMetrics
from chat_server.budgets.service import Spender
from chat_server.catalog.service import ModelCatalog
from chat_server.conversations.service import ConversationService
from chat_server.errors import BudgetExhausted
from chat_server.generation.feed import FeedFrame
from chat_server.generation.frames import title_frame
from chat_server.generation.title_calls import TitleCall
from chat_server.generation.title_texts import title_prompt, usable_title
from chat_server.llm.client import CompletionRequest, ModelClient
from chat_server.messages.record import MessageRecord

TITLE_TOKENS = 32
TITLE_SECONDS = 20.0  # waiting for a turn included; then the first words stay until the next answer
AT_ONCE = 4  # of one process, so that titles never crowd out answers
MOST_WAITING = 200
log = structlog.get_logger(__name__)

Publish = Callable[[str, FeedFrame], None]


class TitleMaker:
    """Owns the requests for titles. They belong to no turn: none waits for one."""

    def __init__(
        self,
        database: Database,
        model: ModelClient,
        catalog: ModelCatalog,
        temperature: float,
        publish: Publish,
        metrics: AnswerMetrics,
    ) -> None:
        self._database = database
        self._model = model
        self._catalog = catalog
        self._temperature = temperature
        self._publish = publish
        self._metrics = metrics
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._calls: dict[str, TitleCall] = {}
        metrics.watch("title", self._calls.__len__)
        self._is_stopping = False

    def name_after(self, spender: Spender, question: MessageRecord, answered: "asyncio.Future[MessageRecord]") -> None:
        """Asks for a title once the answer has ended well; what dies before that leaves the first words.

        `spender` is who sent the message, and pays for the title. Where their budgets have no room there is none.
        """
        answered.add_done_callback(lambda end: self._begin(spender, question, end))

    async def stop(self) -> None:
        """Ends what is under way, once it is paid for: the conversations keep their first words."""
        self._is_stopping = True
        for call in self._calls.values():
            call.leave()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def being_written(self) -> list[str]:
        """Under which ids money is reserved for titles."""
        return list(self._calls)

    def _begin(self, spender: Spender, question: MessageRecord, answered: "asyncio.Future[MessageRecord]") -> None:
        if self._is_stopping or answered.cancelled() or answered.exception() or len(self._tasks) >= MOST_WAITING:
            return
        answer = answered.result()
        if answer.status in ("complete", "stopped") and answer.content:
            task = asyncio.create_task(self._name(spender, question, answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _name(self, spender: Spender, question: MessageRecord, answer: MessageRecord) -> None:
        """Whatever fails, the first words stay: nothing that a person waits for may break because of it."""
        try:
            # Of twelve replies of the embedded model ten were no title, and each held up answers for seconds.
            if await self._catalog.is_demonstration(answer.model):
                await self._database.write(
                    lambda session: ConversationService(session).settle_title(answer.conversation_id, None)
                )
            else:
                await self._ask_in_turn(self._call(spender, question, answer), answer)
        except BudgetExhausted:
            log.info("title_not_paid", conversation_id=answer.conversation_id)
        except Exception as error:
            log.warning("title_not_made", conversation_id=answer.conversation_id, error_type=type(error).__name__)

    def _call(self, spender: Spender, question: MessageRecord, answer: MessageRecord) -> TitleCall:
        request = CompletionRequest(
            model=answer.model or "",
            messages=title_prompt(question.content, answer.content),
            temperature=self._temperature,
            max_tokens=TITLE_TOKENS,
        )
        return TitleCall(self._model, request, spender, answer.conversation_id)

    async def _ask_in_turn(self, call: TitleCall, answer: MessageRecord) -> None:
        deadline = asyncio.get_running_loop().time() + TITLE_SECONDS
        async with asyncio.timeout_at(deadline):
            await self._turns.acquire()
        try:
            if not self._is_stopping:
                self._calls[call.id] = call
                await self._database.write(call.reserve)
                await self._ask(call, answer, deadline)
        finally:
            self._calls.pop(call.id, None)
            self._turns.release()

    async def _ask(self, call: TitleCall, answer: MessageRecord, deadline: float) -> None:
        title, is_decided = None, False

        def settle(session: Session) -> bool:
            call.settle(session)
            return is_decided and ConversationService(session).settle_title(answer.conversation_id, title)

        try:
            title, is_decided = usable_title(await call.reply(deadline), answer.content), True
        finally:
            call.note(self._metrics)
            is_named = await self._database.write(settle)
        if is_named and title is not None:
            self._publish(answer.conversation_id, title_frame(title))
