"""One child process with the embedded model: its start, its address, its end. Restarting it is not decided here."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import msgspec

COMMAND = (sys.executable, "-m", "chat_server.llm.embedded_server")
IMPORT_ROOT = Path(__file__).resolve().parents[2]
END_SECONDS = 2.0


class EmbeddedStartFailed(Exception):
    """The child ended without serving; the text says why, for the operator."""


class _Report(msgspec.Struct):
    port: int | None = None
    failure: str | None = None


class EmbeddedProcess:
    """A running child. A thread reads its pipe, because not every event loop of Windows can watch a process."""

    def __init__(self, process: subprocess.Popen[bytes], stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self._process = process
        self._stdin = stdin
        self._stdout = stdout
        self._loop = asyncio.get_running_loop()
        self._port: asyncio.Future[int] = self._loop.create_future()
        self._exit_code: asyncio.Future[int] = self._loop.create_future()
        threading.Thread(target=self._watch, name="embedded-model", daemon=True).start()

    @classmethod
    @asynccontextmanager
    async def running(cls, api_key: str, command: Sequence[str] = COMMAND) -> AsyncIterator["EmbeddedProcess"]:
        """Start a child and end it with the block."""
        child = subprocess.Popen(  # noqa: S603, ASYNC220 - our own module; starting takes a millisecond
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_child_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        process = cls(child, cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout))
        try:
            process._tell_key(api_key)
            yield process
        finally:
            await process._end()

    @property
    def pid(self) -> int:
        return self._process.pid

    async def port(self) -> int:
        """Wait until the model is loaded and return its port on 127.0.0.1.

        Raises: EmbeddedStartFailed when the child reports a failure or ends before.
        """
        return await asyncio.shield(self._port)

    async def exit_code(self) -> int:
        """Wait for the child's end, whatever its cause; negative for a signal."""
        return await asyncio.shield(self._exit_code)

    def _tell_key(self, api_key: str) -> None:
        # Not as an argument: every user of the machine can read those.
        with suppress(OSError):  # a child that is gone already says so through its exit code
            self._stdin.write(msgspec.json.encode({"api_key": api_key}) + b"\n")
            self._stdin.flush()

    async def _end(self) -> None:
        """Closing its stdin asks the child to end; killing it after two seconds insists."""
        with suppress(OSError):  # as above
            self._stdin.close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self.exit_code()
        except TimeoutError:
            self._process.kill()
            await self.exit_code()

    def _watch(self) -> None:
        with self._stdout:
            for line in self._stdout:
                self._post(self._take_report, line)
        self._post(self._take_exit, self._process.wait())

    def _post(self, take: Callable[[Any], None], value: object) -> None:
        with suppress(RuntimeError):  # the event loop is closed: nobody waits for this any more
            self._loop.call_soon_threadsafe(take, value)

    def _take_report(self, line: bytes) -> None:
        if self._port.done():
            return
        try:
            report = msgspec.json.decode(line, type=_Report)
        except msgspec.DecodeError:
            report = _Report(failure="The model's process reported something unreadable.")
        if report.port is not None:
            self._port.set_result(report.port)
        else:
            self._fail(report.failure or "The model's process reported neither a port nor a failure.")

    def _take_exit(self, code: int) -> None:
        self._exit_code.set_result(code)
        if not self._port.done():
            self._fail(f"The model's process ended with code {code} before it could serve.")

    def _fail(self, reason: str) -> None:
        self._port.set_exception(EmbeddedStartFailed(reason))
        self._port.exception()  # marks it as seen: whoever does not wait for the port need not hear of it


def _child_environment() -> dict[str, str]:
    """Let the child import this package wherever the service was started from."""
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{IMPORT_ROOT}{os.pathsep}{known}" if known else str(IMPORT_ROOT)}
