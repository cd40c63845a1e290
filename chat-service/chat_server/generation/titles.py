"""Titles of conversations: the model is asked once its first answer is on disk, beside everything else."""

import asyncio
from collections.abc import Callable

import structlog
from service_kit.database import Database

from chat_server.catalog.service import ModelCatalog
from chat_server.conversations.service import ConversationService
from chat_server.generation.feed import FeedFrame
from chat_server.generation.frames import title_frame
from chat_server.generation.title_texts import LONGEST_REPLY, title_prompt, usable_title
from chat_server.llm.client import CompletionRequest, ModelClient
from chat_server.messages.record import MessageRecord
from chat_server.texts import storable

TITLE_TOKENS = 32
TITLE_SECONDS = 20.0  # waiting for a turn included; then the first words stay until the next answer
AT_ONCE = 4  # of one process, so that titles never crowd out answers
MOST_WAITING = 200
log = structlog.get_logger(__name__)

Publish = Callable[[str, FeedFrame], None]


class TitleMaker:
    """Owns the requests for titles. They belong to no turn: none waits for one, and none is told of what they cost."""

    def __init__(
        self, database: Database, model: ModelClient, catalog: ModelCatalog, temperature: float, publish: Publish
    ) -> None:
        self._database = database
        self._model = model
        self._catalog = catalog
        self._temperature = temperature
        self._publish = publish
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    def name_after(self, question: MessageRecord, answered: "asyncio.Future[MessageRecord]") -> None:
        """Asks for a title once the answer has ended well; what dies before that leaves the first words."""
        answered.add_done_callback(lambda end: self._begin(question, end))

    async def stop(self) -> None:
        """Ends what is under way: the conversations keep their first words."""
        self._is_stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, question: MessageRecord, answered: "asyncio.Future[MessageRecord]") -> None:
        if self._is_stopping or answered.cancelled() or answered.exception() or len(self._tasks) >= MOST_WAITING:
            return
        answer = answered.result()
        if answer.status in ("complete", "stopped") and answer.content:
            task = asyncio.create_task(self._name(question, answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _name(self, question: MessageRecord, answer: MessageRecord) -> None:
        conversation_id = answer.conversation_id
        try:
            async with asyncio.timeout(TITLE_SECONDS), self._turns:
                # Of twelve replies of the embedded model ten were no title, and each held up answers for seconds.
                is_able = not await self._catalog.is_demonstration(answer.model)
                reply = await self._ask(question, answer) if is_able else ""
            title = usable_title(reply, answer.content)
            is_named = await self._database.write(
                lambda session: ConversationService(session).settle_title(conversation_id, title)
            )
        except Exception as error:  # the first words stay: nothing that a person waits for may break because of it
            log.warning("title_not_made", conversation_id=conversation_id, error_type=type(error).__name__)
            return
        if is_named and title is not None:
            self._publish(conversation_id, title_frame(title))

    async def _ask(self, question: MessageRecord, answer: MessageRecord) -> str:
        """What the model says; empty when it was cut off, because then it is no title."""
        request = CompletionRequest(
            model=answer.model or "",
            messages=title_prompt(question.content, answer.content),
            temperature=self._temperature,
            max_tokens=TITLE_TOKENS,
        )
        reply, finish_reason = "", None
        async with self._model.stream(request) as chunks:
            async for chunk in chunks:
                reply += storable(chunk.content)
                finish_reason = chunk.finish_reason or finish_reason
                if len(reply) > LONGEST_REPLY:
                    return ""
        return "" if finish_reason == "length" else reply
