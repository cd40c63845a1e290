"""Streaming mode: every tab of a conversation sees the same, each at its own pace."""

import asyncio
from collections import deque
from typing import ClassVar

import structlog
from service_kit import tracing
from service_kit.errors import ServiceError
from starlette.websockets import WebSocketDisconnect

from chat_server.errors import ConversationNotFound
from chat_server.generation.events import (
    AnyClientFrame,
    ExchangeFrame,
    PingFrame,
    Pong,
    Ready,
    ResumeFrame,
    StopFrame,
)
from chat_server.generation.feed import FeedFrame
from chat_server.generation.frames import ack_frame, start_frame
from chat_server.websocket.beginning import begin
from chat_server.websocket.commands import command_of
from chat_server.websocket.session import SocketSession, error_text

HELD_BACK = 2**62  # higher than any seq: nothing of this answer goes out before a resume
log = structlog.get_logger(__name__)


class StreamingSession(SocketSession):
    """Reads in one task; writes without one, on the spot, for whoever brings news.

    Waking a task for each token would cost as much as sending it. What a busy socket does not take at once goes on as
    a task; at most one `_write` is under way, so that frames keep their order.
    """

    kind: ClassVar[str] = "streaming"

    _is_writing = False
    _rest: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Serves the socket. Raises ServiceError when the server ends it."""
        self._own: deque[str] = deque()
        self._sent_seq: dict[str, int] = {}
        self._sent_reasoning: dict[str, int] = {}
        self._watcher = self.generation.watch(self.conversation_id, self._notice)
        try:
            active = self.generation.active(self.conversation_id)
            for answer in active:
                self._sent_seq[answer.message_id] = self._sent_reasoning[answer.message_id] = HELD_BACK
            self._say(Ready(self.conversation_id, active).encode())
            await super().run()  # what a frame had begun goes on: `send` is shielded from its caller's end
        finally:
            self.generation.unwatch(self.conversation_id, self._watcher)
            self._is_writing = True
            if self._rest is not None:
                self._rest.cancel()
                await asyncio.wait([self._rest])

    async def handle(self, frame: AnyClientFrame) -> None:
        match frame:
            case StopFrame():
                await self.generation.stop_answer(self.user.user_id, self.conversation_id, frame.message_id)
            case ResumeFrame():
                await self._resume(frame)
            case PingFrame():
                self._say(Pong().encode())
            case _:
                with tracing.span("websocket message", "server"):
                    await self._begin(frame)

    async def refuse(self, error: ServiceError, message_id: str | None = None, client_id: str | None = None) -> None:
        self._say(error_text(error, message_id, client_id))

    async def _begin(self, frame: ExchangeFrame) -> None:
        command = command_of(frame, self.user, self.conversation_id)
        delivery = await self.generation.send(command, origin=self)
        if delivery.is_repeated:  # else the ack is in the feed, ahead of the answer's start
            if delivery.is_question_new:
                self._say(ack_frame(delivery.user_message).text)
            self._say(start_frame(delivery.answer, is_told_from_its_beginning=True).text)
            await self._resume(ResumeFrame(delivery.answer.id))

    async def _resume(self, frame: ResumeFrame) -> None:
        after, reasoning_after = max(0, frame.after), max(0, frame.reasoning_after)
        replay = await self.generation.replay(
            self.user.user_id, self.conversation_id, frame.message_id, after, reasoning_after
        )
        # What is in the feed up to here is in the replay too, and is passed over from now on.
        self._sent_seq[frame.message_id] = replay.seq
        self._sent_reasoning[frame.message_id] = replay.reasoning_end
        self._own.extend(replay.texts)
        self._notice()

    def _say(self, text: str) -> None:
        self._own.append(text)
        self._notice()

    def _notice(self) -> None:
        """Sends what there is, unless that is under way already."""
        if not self._is_writing:
            self._is_writing = True
            self._rest = begin(self._write())

    async def _write(self) -> None:
        """Sends until nothing is left. An error ends the session; a client that has gone is the reader's to notice."""
        try:
            while (frames := self._watcher.take()) or self._own:
                await self._write_own()
                for frame in frames:
                    await self._write_shared(frame)
                    if self._own:
                        await self._write_own()
        except WebSocketDisconnect:
            return
        except ServiceError as error:
            self.end(error)
            return
        except Exception as error:
            log.error("socket_crashed", exc_info=error)
            self.end(ServiceError())
            return
        self._is_writing = False

    async def _write_own(self) -> None:
        while self._own:
            await self.send(self._own.popleft())

    async def _write_shared(self, frame: FeedFrame) -> None:
        if frame.kind == "deleted":
            raise ConversationNotFound()
        if frame.origin is self or frame.only_for not in (None, self):
            return
        if frame.seq and frame.seq <= self._sent_seq.get(frame.message_id, 0):
            return
        if frame.reasoning_end and frame.reasoning_end <= self._sent_reasoning.get(frame.message_id, 0):
            return
        if frame.message_id in self._sent_seq:
            if frame.kind == "message":
                del self._sent_seq[frame.message_id]
                self._sent_reasoning.pop(frame.message_id, None)
            else:
                self._sent_seq[frame.message_id] = max(self._sent_seq[frame.message_id], frame.seq)
        await self.send(frame.text)
