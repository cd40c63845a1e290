"""What tells a running launcher from a stale record."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from launcher.file_lock import FileLock
from launcher.run_files import RunFiles, end_processes, start_time

SLEEPER = [sys.executable, "-c", "import sys; sys.stdin.read()"]


class TestFileLock:
    def test_a_second_taker_is_refused_until_the_first_lets_go(self, tmp_path: Path) -> None:
        first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")

        assert first.try_take()
        assert not second.try_take()
        assert second.is_held_elsewhere()
        first.release()
        assert not second.is_held_elsewhere()
        assert second.try_take()
        second.release()

    def test_a_killed_process_holds_nothing(self, tmp_path: Path) -> None:
        script = (
            "import sys; from pathlib import Path; from launcher.file_lock import FileLock;"
            "lock = FileLock(Path(sys.argv[1])); print(lock.try_take(), flush=True); sys.stdin.read()"
        )
        command = [sys.executable, "-c", script, str(tmp_path / "lock")]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        lock = FileLock(tmp_path / "lock")
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "True\n"
            assert lock.is_held_elsewhere()
            process.kill()
            process.wait()

            assert not lock.is_held_elsewhere()

    def test_waiting_is_said_once(self, tmp_path: Path) -> None:
        first = FileLock(tmp_path / "lock")
        assert first.try_take()
        said: list[str] = []

        def say() -> None:
            said.append("waiting")
            first.release()

        with FileLock(tmp_path / "lock", say):
            assert said == ["waiting"]


class TestRunFiles:
    def test_it_runs_while_the_lock_is_held(self, tmp_path: Path) -> None:
        mine, other = RunFiles("all", tmp_path), RunFiles("all", tmp_path)
        assert not other.is_running()

        assert mine.lock.try_take()
        mine.write({})

        assert other.is_running()
        assert other.launcher_pid() == os.getpid()
        mine.lock.release()
        assert not other.is_running()

    def test_a_living_child_is_a_survivor_and_a_dead_one_is_not(self, tmp_path: Path) -> None:
        files = RunFiles("all", tmp_path)
        with subprocess.Popen(SLEEPER, stdin=subprocess.PIPE) as process:
            files.write({"auth-service": process.pid})
            assert files.survivors()["auth-service"] == process.pid

            process.kill()
            process.wait()

            assert "auth-service" not in files.survivors()

    def test_a_later_process_of_the_same_number_is_not_taken_for_it(self, tmp_path: Path) -> None:
        files = RunFiles("all", tmp_path)
        record = {"launcher": {"pid": os.getpid(), "started": "long ago"}}
        (tmp_path / "all.json").write_text(json.dumps(record))

        assert files.survivors() == {}

    @pytest.mark.parametrize("text", [None, "", "{half"])
    def test_a_missing_or_broken_record_has_no_survivors(self, tmp_path: Path, text: str | None) -> None:
        if text is not None:
            (tmp_path / "all.json").write_text(text)

        assert RunFiles("all", tmp_path).survivors() == {}
        assert RunFiles("all", tmp_path).launcher_pid() is None

    def test_a_request_to_stop_is_seen_and_cleared(self, tmp_path: Path) -> None:
        files = RunFiles("all", tmp_path)
        assert not files.is_asked_to_stop()

        RunFiles("all", tmp_path).ask_to_stop()

        assert files.is_asked_to_stop()
        files.clear()
        assert not files.is_asked_to_stop()


class TestStartTime:
    def test_it_stays_the_same_and_is_empty_for_no_process(self) -> None:
        assert start_time(os.getpid()) == start_time(os.getpid()) != ""
        with subprocess.Popen(["true"]) as process:
            process.wait()
            assert start_time(process.pid) == ""


class TestEndProcesses:
    def test_one_that_refuses_to_end_is_killed(self) -> None:
        script = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); input()"
        with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()

            end_processes([process.pid], limit_seconds=0.3)

            assert process.wait(5) == -9
