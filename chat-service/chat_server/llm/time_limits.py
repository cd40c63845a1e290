"""How long the model layer waits for a provider."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Read = Callable[[], Awaitable[bytes]]  # what came, as soon as there is something; nothing at the end


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """All in seconds; every byte counts as life, so a server's keep-alive comments extend the wait.

    first_byte_seconds covers everything up to the first byte of the answer, retries included.
    answer_seconds bounds the whole answer, so that a provider that only sends keep-alives is left in the end.
    """

    connect_seconds: float = 5.0
    first_byte_seconds: float = 60.0
    between_tokens_seconds: float = 30.0
    answer_seconds: float = 600.0


class ReadLimit:
    """Breaks off a read that takes too long; to be used by one task, and closed.

    One timer serves all reads of an answer, and is set anew only when it rings: setting one for each read would cost
    as much as reading.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._reader: asyncio.Task[object] | None = None  # set while it waits
        self._is_over = False

    async def read(self, read: Read, until: float) -> bytes:
        """What comes next, nothing at the end. Raises TimeoutError when neither has come by then (the loop's time)."""
        self._until = until
        if self._timer is None or until < self._timer.when():
            self._set_timer()
        self._reader = reader = asyncio.current_task()
        try:
            return await read()
        except asyncio.CancelledError as error:
            if self._is_over and reader is not None and reader.uncancel() == 0:
                raise TimeoutError from error
            raise
        finally:
            self._reader = None

    def close(self) -> None:
        """Takes the timer back."""
        if self._timer is not None:
            self._timer.cancel()

    def _set_timer(self) -> None:
        self.close()
        self._timer = self._loop.call_at(self._until, self._ring)

    def _ring(self) -> None:
        if self._loop.time() < self._until:
            self._set_timer()
        elif self._reader is not None:
            self._is_over = True
            self._reader.cancel()
        else:
            self._timer = None  # nobody waits: the next read sets it
