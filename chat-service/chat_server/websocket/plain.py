"""Plain mode: one frame in, the answer or an error out. The simplest client works."""

from typing import ClassVar

from service_kit import tracing
from service_kit.sockets import BadFrame

from chat_server.generation.events import AnyClientFrame, MessageFrame, PingFrame, Pong, SendFrame, StopFrame
from chat_server.websocket.commands import command_of
from chat_server.websocket.session import SocketSession


class PlainSession(SocketSession):
    """Frames are answered one after the other, each by exactly one frame."""

    kind: ClassVar[str] = "plain"

    async def handle(self, frame: AnyClientFrame) -> None:
        match frame:
            case SendFrame():
                with tracing.span("websocket message", "server"):
                    await self._exchange(frame)
            case PingFrame():
                await self.send(Pong().encode())
            case StopFrame():
                await self.generation.stop_answer(self.user.user_id, self.conversation_id, frame.message_id)
            case _:
                raise BadFrame("This frame needs a socket opened with stream=true.", code="streaming_mode_required")

    async def _exchange(self, frame: SendFrame) -> None:
        delivery = await self.generation.send(command_of(frame, self.user, self.conversation_id))
        answer = await delivery.finished()
        if answer.error is not None:
            raise answer.error.to_error()
        await self.send(MessageFrame.of(answer).encode())
