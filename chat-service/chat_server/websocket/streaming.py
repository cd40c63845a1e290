"""Streaming mode: every tab of a conversation sees the same, each at its own pace."""

import asyncio
import contextlib
from collections import deque

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
from chat_server.websocket.commands import command_of
from chat_server.websocket.session import SocketSession, error_text

HELD_BACK = 2**62  # higher than any seq: nothing of this answer goes out before a resume


class StreamingSession(SocketSession):
    """One task reads, one writes. The writer alone touches the socket, so that frames keep their order."""

    async def run(self) -> None:
        """Serves the socket. Raises ServiceError when the server ends it."""
        self._watcher = self.generation.watch(self.conversation_id)
        self._own: deque[str] = deque()
        self._sent_seq: dict[str, int] = {}
        try:
            active = self.generation.active(self.conversation_id)
            for answer in active:
                self._sent_seq[answer.message_id] = HELD_BACK
            self._say(Ready(self.conversation_id, active).encode())
            await self._read_and_write()
        finally:
            self.generation.unwatch(self.conversation_id, self._watcher)

    async def _read_and_write(self) -> None:
        reader = asyncio.create_task(super().run())
        writer = asyncio.create_task(self._write())
        try:
            await asyncio.wait([reader, writer], return_when=asyncio.FIRST_COMPLETED)
        finally:
            # What a frame had begun (a message being stored) goes on: `send` is shielded from its caller's end.
            for task in (reader, writer):
                task.cancel()
            results = await asyncio.gather(reader, writer, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
                raise result

    async def handle(self, frame: AnyClientFrame) -> None:
        match frame:
            case StopFrame():
                await self.generation.stop_answer(self.user.user_id, self.conversation_id, frame.message_id)
            case ResumeFrame():
                await self._resume(frame)
            case PingFrame():
                self._say(Pong().encode())
            case _:
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
        replay = await self.generation.replay(
            self.user.user_id, self.conversation_id, frame.message_id, max(0, frame.after)
        )
        # What is in the feed up to here is in the replay too; the writer skips it from now on.
        self._sent_seq[frame.message_id] = replay.seq
        for text in replay.texts:
            self._own.append(text)
        self._watcher.notify()

    def _say(self, text: str) -> None:
        self._own.append(text)
        self._watcher.notify()

    async def _write(self) -> None:
        """Sends what comes until it is cancelled. Raises ReaderTooSlow when this socket cannot follow."""
        while True:
            await self._watcher.wait()
            await self._write_own()
            for frame in self._watcher.take():
                if self._own:
                    await self._write_own()
                await self._write_shared(frame)

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
        if frame.kind == "message":
            self._sent_seq.pop(frame.message_id, None)
        with contextlib.suppress(KeyError):
            self._sent_seq[frame.message_id] = max(self._sent_seq[frame.message_id], frame.seq)
        await self.send(frame.text)
