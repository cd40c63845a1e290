"""What a sender holds of an exchange, and its frames from the first to the last."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from service_kit.errors import ServiceError

from chat_server.generation.feed import FeedFrame, Watcher
from chat_server.generation.frames import (
    ack_frame,
    closing_frames,
    delta_frame,
    error_frame,
    rest_of_reasoning,
    start_frame,
    title_frame,
)
from chat_server.generation.running import RunningAnswers
from chat_server.messages.record import MessageRecord


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a sender holds: the stored message and the way to its answer. `title` is set when the message gave one.

    `is_question_new`: the message was stored with the answer, not before.
    """

    user_message: MessageRecord
    answer: MessageRecord
    end: "asyncio.Future[MessageRecord]"
    title: str | None
    is_repeated: bool
    is_question_new: bool

    async def finished(self) -> MessageRecord:
        """The answer in its final state. Raises AnswerLost when it could not be stored."""
        return await asyncio.shield(self.end)


async def frames_of(delivery: Delivery, answers: RunningAnswers, after: int = 0) -> AsyncIterator[FeedFrame]:
    """The frames of one exchange: `ack`, `title` if new, `start`, each `reasoning` and `delta`, `message`, `error`.

    `after`: of a repeated exchange its reader has the deltas up to this one, and with them all that was before,
    thoughts too.
    """
    question, answer = delivery.user_message, delivery.answer
    watcher = answers.watch(answer.conversation_id)
    delivery.end.add_done_callback(lambda _: watcher.notify())
    try:
        is_resumed = delivery.is_repeated and after > 0
        if delivery.is_question_new and not is_resumed:
            yield ack_frame(question)
        if delivery.title is not None:
            yield title_frame(delivery.title)
        if not is_resumed:
            yield start_frame(answer, is_told_from_its_beginning=delivery.is_repeated)
        async for frame in _pieces_of(delivery, answers, watcher, after):
            yield frame
        for frame in closing_frames(await delivery.finished()):
            yield frame
    except ServiceError as error:
        yield error_frame(error, answer.id)
    finally:
        answers.unwatch(answer.conversation_id, watcher)


async def _pieces_of(
    delivery: Delivery, answers: RunningAnswers, watcher: Watcher, after: int
) -> AsyncIterator[FeedFrame]:
    """All thoughts and deltas once, in order: those that came before the watcher, then the live ones."""
    answer = delivery.answer
    sent = after if delivery.is_repeated else answer.seq
    running = answers.of_message(answer.conversation_id, answer.id)
    record = running.snapshot() if running else await delivery.finished()
    thoughts = record.reasoning.content if record.reasoning is not None else ""
    pieces = running.log.after(sent) if running else list(enumerate(record.pieces(), 1))[sent:]
    for frame in rest_of_reasoning(answer.id, thoughts, len(thoughts) if after else 0):
        yield frame
    thought = len(thoughts)
    for seq, text in pieces:
        yield delta_frame(answer.id, seq, text)
        sent = seq
    is_last_round = False
    while not is_last_round:
        is_last_round = delivery.end.done()  # asked before the take: what precedes the end is in the feed by then
        for frame in watcher.take():
            if frame.message_id == answer.id and frame.seq > sent:
                yield frame
                sent = frame.seq
            elif frame.message_id == answer.id and frame.reasoning_end > thought:
                yield frame
                thought = frame.reasoning_end
        if not is_last_round:
            await watcher.wait()
