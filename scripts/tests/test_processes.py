"""One child: its lines, its end, and that it never outlives the launcher."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from launcher.processes import LAST_LINES, Child, end_all
from launcher.run_files import start_time

from .fakes import RecordingConsole, script_child

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


@pytest.fixture
def console() -> RecordingConsole:
    return RecordingConsole()


def wait_for(condition: Callable[[], bool], limit_seconds: float = 10) -> None:
    deadline = time.monotonic() + limit_seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


class TestChild:
    def test_its_lines_get_its_name(self, console: RecordingConsole, tmp_path: Path) -> None:
        console.announce(["auth-service", "chat-frontend"])
        script = "import sys; print('to the stream'); print('to the other', file=sys.stderr)"
        child = script_child(console, script, tmp_path)
        child.start()

        assert child.wait(10)
        assert child.exit_code() == 0
        assert set(console.text.splitlines()) == {"auth-service  | to the stream", "auth-service  | to the other"}

    def test_it_keeps_only_the_last_lines(self, console: RecordingConsole, tmp_path: Path) -> None:
        child = script_child(console, "for number in range(100): print(number)", tmp_path)
        child.start()
        child.wait(10)

        assert list(child.last_lines) == [str(number) for number in range(100 - LAST_LINES, 100)]

    def test_bytes_that_are_no_text_do_not_stop_its_log(self, console: RecordingConsole, tmp_path: Path) -> None:
        child = script_child(console, r"import os; os.write(1, b'\xff\xfe\n'); print('after')", tmp_path)
        child.start()
        child.wait(10)

        assert child.last_lines[-1] == "after"

    def test_it_is_out_of_reach_of_the_terminals_ctrl_c(self, console: RecordingConsole, tmp_path: Path) -> None:
        child = script_child(console, "import time; time.sleep(60)", tmp_path)
        child.start()

        assert os.getpgid(child.pid) == child.pid != os.getpgid(0)
        end_all([child], 5)

    def test_it_gets_its_environment_and_folder(self, console: RecordingConsole, tmp_path: Path) -> None:
        script = "import os; print(os.environ['PORT'], os.getcwd())"
        child = Child("x", [sys.executable, "-c", script], cwd=tmp_path, environment={"PORT": "7"}, console=console)
        child.start()
        child.wait(10)

        assert list(child.last_lines) == [f"7 {tmp_path}"]


class TestEndAll:
    def test_one_that_obeys_is_not_killed(self, console: RecordingConsole, tmp_path: Path) -> None:
        child = script_child(console, "import time; time.sleep(60)", tmp_path)
        child.start()

        assert end_all([child], 10) == []
        assert child.exit_code() == -signal.SIGTERM

    def test_one_that_is_deaf_is_killed_after_the_limit(self, console: RecordingConsole, tmp_path: Path) -> None:
        child = script_child(console, DEAF, tmp_path, name="deaf")
        child.start()
        wait_for(lambda: "deaf" in child.last_lines)

        assert end_all([child], 0.2) == ["deaf"]
        assert child.exit_code() == -signal.SIGKILL

    def test_a_second_request_kills_at_once(self, console: RecordingConsole, tmp_path: Path) -> None:
        child = script_child(console, DEAF, tmp_path)
        child.start()
        wait_for(lambda: "deaf" in child.last_lines)
        began = time.monotonic()

        end_all([child], 60, is_in_a_hurry=lambda: True)

        assert time.monotonic() - began < 10

    def test_what_a_killed_child_started_is_killed_too(self, console: RecordingConsole, tmp_path: Path) -> None:
        script = (
            "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True);"
            "time.sleep(60)"
        )
        child = script_child(console, script, tmp_path)
        child.start()
        wait_for(lambda: len(child.last_lines) == 1)
        grandchild = int(child.last_lines[0])

        end_all([child], 0.2)

        wait_for(lambda: start_time(grandchild) == "")

    def test_one_that_was_never_started_is_no_matter(self, console: RecordingConsole, tmp_path: Path) -> None:
        assert end_all([script_child(console, "", tmp_path)], 1) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have the record in run/ alone")
class TestKilledLauncher:
    def test_its_children_end_with_it(self, tmp_path: Path) -> None:
        script = f"""
import sys, time
sys.path[:0] = [{str(Path(__file__).parents[1])!r}]
from pathlib import Path
from launcher.console import Console
from launcher.processes import Child
command = [sys.executable, "-c", "import time; time.sleep(60)"]
child = Child("c", command, cwd=Path("."), environment={{}}, console=Console())
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as launcher:
            assert launcher.stdout is not None
            child = int(launcher.stdout.readline())
            assert start_time(child)

            launcher.kill()
            launcher.wait()

            wait_for(lambda: start_time(child) == "")
