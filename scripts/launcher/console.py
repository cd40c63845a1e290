"""All output of the launcher: plain sentences, and lines of many processes with the name in front."""

import os
import sys
import threading
from typing import TextIO

_COLOURS = ("36", "35", "32", "33", "34", "31")
_lock = threading.Lock()


class Console:
    """Writes whole lines from any thread; colours only on a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.is_terminal = self.stream.isatty() and os.environ.get("NO_COLOR") is None
        self._width = 0
        self._colours: dict[str, str] = {}

    def say(self, text: str = "") -> None:
        with _lock:
            self._write(text)

    def announce(self, names: list[str]) -> None:
        """Learn the names that will stand before lines, so that all prefixes get one width."""
        self._width = max([self._width, *map(len, names)])

    def line(self, name: str, text: str) -> None:
        with _lock:
            self._write(f"{self._prefix(name)} {text}")

    def _prefix(self, name: str) -> str:
        prefix = f"{name:<{self._width}} |"
        if not self.is_terminal:
            return prefix
        colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
        return f"\x1b[{colour}m{prefix}\x1b[0m"

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text + "\n")
            self.stream.flush()
        except (BrokenPipeError, ValueError):
            # The reader of our output is gone (`start-all | head`): the services must go on and their pipes
            # must still be drained, and there is nobody left to tell.
            self.stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - lives as long as the process
        except UnicodeEncodeError:
            self.stream.write(text.encode("ascii", "replace").decode() + "\n")
