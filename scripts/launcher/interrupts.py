"""Ctrl+C, SIGTERM and a closed terminal: an exception while preparing, a flag while services run."""

import signal
import threading
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # SIGHUP and SIGBREAK exist on one kind of system each


def raise_on_signals() -> None:
    """Make every request to end raise KeyboardInterrupt in the main thread."""
    for number in _numbers():
        signal.signal(number, _raise)


class StopSignals:
    """After it is made, requests to end set `first`, and a repeated one `again` (end at once)."""

    def __init__(self) -> None:
        self.first = threading.Event()
        self.again = threading.Event()
        for number in _numbers():
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        (self.again if self.first.is_set() else self.first).set()


def _raise(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _numbers() -> list[int]:
    return [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
