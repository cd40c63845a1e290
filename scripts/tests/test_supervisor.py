"""The supervisor: readiness, failures while starting, starting again, and ending."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from launcher import supervisor
from launcher.interrupts import raise_on_signals
from launcher.probes import ask
from launcher.processes import Child
from launcher.run_files import RunFiles
from launcher.supervisor import Supervisor, Watched

from .fakes import RecordingConsole, free_port, script_child, server_child


@pytest.fixture(autouse=True)
def _signal_handlers() -> Iterator[None]:
    """The supervisor takes the signals over; the test runner wants its own back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


class Case:
    """A supervisor over given children, with what it said and left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.console = RecordingConsole()
        self.run_files = RunFiles("all", folder / "run")
        self.ready_calls = 0
        self.when_ready: Callable[[], None] = self.run_files.ask_to_stop

    def run(self, *children: tuple[Child, int]) -> int:
        watched = [Watched(child, f"http://127.0.0.1:{port}/ready") for child, port in children]
        return Supervisor(self.console, self.run_files, watched).run(self._on_ready)

    def _on_ready(self) -> None:
        self.ready_calls += 1
        self.when_ready()


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


class TestRun:
    def test_it_says_ready_after_all_are_and_ends_all_on_request(self, case: Case) -> None:
        ports = free_port(), free_port()
        children = [server_child(case.console, port, case.folder, f"service-{port}") for port in ports]
        recorded: dict[str, int] = {}

        def record_and_stop() -> None:
            recorded.update(case.run_files.survivors())
            case.run_files.ask_to_stop()

        case.when_ready = record_and_stop

        assert case.run(*zip(children, ports, strict=True)) == 0

        assert case.ready_calls == 1
        assert set(recorded) == {"launcher", *(child.name for child in children)}
        assert [child.exit_code() for child in children] == [-signal.SIGTERM] * 2
        assert case.run_files.survivors() == {}
        assert not case.run_files.is_asked_to_stop()

    def test_sigterm_ends_all(self, case: Case) -> None:
        port = free_port()
        child = server_child(case.console, port, case.folder)
        case.when_ready = lambda: os.kill(os.getpid(), signal.SIGTERM)

        assert case.run((child, port)) == 0
        assert child.exit_code() == -signal.SIGTERM

    def test_one_that_dies_while_starting_is_said_with_its_last_lines(self, case: Case) -> None:
        port = free_port()
        other = server_child(case.console, port, case.folder, "other")
        broken = script_child(case.console, "print('no such table: users'); raise SystemExit(3)", case.folder)

        assert case.run((other, port), (broken, free_port())) == 1

        assert "auth-service ended with exit code 3 while starting. Its last lines:" in case.console.text
        assert "    no such table: users" in case.console.text
        assert other.exit_code() is not None
        assert case.ready_calls == 0

    def test_one_that_is_never_ready_is_said_with_its_reason(self, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(supervisor, "READY_LIMIT_SECONDS", 1.0)
        (case.folder / "not-ready").touch()
        port = free_port()

        assert case.run((server_child(case.console, port, case.folder), port)) == 1
        assert "was not ready after 1 s: Waiting for the database." in case.console.text

    def test_a_request_to_stop_while_starting_ends_it_quietly(self, case: Case) -> None:
        (case.folder / "not-ready").touch()
        case.run_files.ask_to_stop()
        port = free_port()

        assert case.run((server_child(case.console, port, case.folder), port)) == 0
        assert case.ready_calls == 0


class TestRevival:
    def test_a_killed_service_is_started_again(self, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        port = free_port()
        child = server_child(case.console, port, case.folder)
        first: list[int] = []

        def kill_then_wait() -> None:
            first.append(child.pid)
            os.kill(child.pid, signal.SIGKILL)

            def stop_when_back() -> None:
                deadline = time.monotonic() + 20
                while time.monotonic() < deadline:
                    if child.pid != first[0] and ask(f"http://127.0.0.1:{port}/").is_ok:
                        break
                    time.sleep(0.02)
                case.run_files.ask_to_stop()

            threading.Thread(target=stop_when_back).start()

        case.when_ready = kill_then_wait

        assert case.run((child, port)) == 0
        assert child.pid != first[0]
        assert "ended with exit code -9; it is started again in 1 s" in case.console.text

    def test_one_that_keeps_dying_ends_everything(self, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(supervisor, "MOST_RESTARTS", 0)
        port = free_port()
        child = server_child(case.console, port, case.folder)
        case.when_ready = lambda: os.kill(child.pid, signal.SIGKILL)

        assert case.run((child, port)) == 1
        assert "ended 1 times in a row; everything is ended" in case.console.text


class TestInterrupts:
    def test_signals_raise_while_preparing(self) -> None:
        raise_on_signals()

        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
