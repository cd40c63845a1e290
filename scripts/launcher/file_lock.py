"""A lock held by a process on a file; the system lets go of it when the process ends, however it ends."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """`try_take` does not wait; as a context manager it waits, and says so once."""

    def __init__(self, path: Path, on_wait: Callable[[], None] = lambda: None) -> None:
        self._path = path
        self._on_wait = on_wait
        self._descriptor: int | None = None

    def try_take(self) -> bool:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _take(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def is_held_elsewhere(self) -> bool:
        """Whether another process (or another FileLock) holds it now."""
        if not self._path.exists():
            return False
        if self.try_take():
            self.release()
            return False
        return True

    def __enter__(self) -> Self:
        waiting = False
        while not self.try_take():
            if not waiting:
                self._on_wait()
                waiting = True
            time.sleep(0.2)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()
