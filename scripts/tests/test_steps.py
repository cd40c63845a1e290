"""Programs that end by themselves: their lines, and what is said when they fail."""

import contextlib
import sys
import threading
import time

import pytest
from launcher.problems import LauncherError
from launcher.steps import end_running_steps, run_step

from .fakes import RecordingConsole


class TestRunStep:
    def test_its_lines_are_shown_with_its_name_except_the_unwanted(self) -> None:
        console = RecordingConsole()

        run_step(console, "python", [sys.executable, "-c", "print('Resolved 2'); print(' + a==1')"], without=(" + ",))

        assert console.text == "python | Resolved 2\n"

    def test_a_failure_names_the_step_the_last_line_and_the_remedy(self) -> None:
        command = [sys.executable, "-c", "print('no space left'); raise SystemExit(2)"]

        with pytest.raises(LauncherError) as raised:
            run_step(RecordingConsole(), "page", command, remedy="free some space")

        assert str(raised.value) == "page failed with exit code 2 (no space left): free some space."

    @pytest.mark.parametrize(("exit_code", "shown"), [(0, ""), (3, "check | line 1\ncheck | line 2\n")])
    def test_a_quiet_one_shows_its_lines_only_when_it_fails(self, exit_code: int, shown: str) -> None:
        console = RecordingConsole()
        script = f"print('line 1'); print('line 2'); raise SystemExit({exit_code})"

        with contextlib.suppress(LauncherError):
            run_step(console, "check", [sys.executable, "-c", script], is_quiet=True)

        assert console.text == shown

    def test_the_environment_is_added_to_not_replaced(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KEPT", "kept")
        console = RecordingConsole()
        script = "import os; print(os.environ['KEPT'], os.environ['ADDED'])"

        run_step(console, "x", [sys.executable, "-c", script], environment={"ADDED": "added"})

        assert console.text == "x | kept added\n"

    def test_a_running_step_is_ended_when_the_launcher_is_told_to_stop(self) -> None:
        console = RecordingConsole()
        failures: list[LauncherError] = []

        def install() -> None:
            try:
                run_step(console, "x", [sys.executable, "-c", "print('on', flush=True); import time; time.sleep(60)"])
            except LauncherError as error:
                failures.append(error)

        thread = threading.Thread(target=install)
        thread.start()
        deadline = time.monotonic() + 10
        while "on" not in console.text and time.monotonic() < deadline:
            time.sleep(0.01)

        end_running_steps()
        thread.join(10)

        assert len(failures) == 1
