"""run-tests: the order of its steps, and what their failure means."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from launcher import test_run
from launcher.paths import ROOT
from launcher.problems import LauncherError
from launcher.test_run import TESTS_OF_PARTS, TESTS_OF_WHOLE, run_tests

from .fakes import RecordingConsole


class Run:
    """Stands in for every step; notes what ran, and fails what it is told to fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[str] = []
        self.failing: set[str] = set()
        self.console = RecordingConsole()
        for name in ("ensure_environment", "ensure_node_modules", "ensure_build", "run_checks", "run_step"):
            self._replace(monkeypatch, name)
        for name in ("show_browser", "_run_pytest", "_report_coverage"):
            self._replace(monkeypatch, name)
        monkeypatch.setattr(test_run, "find_node", lambda: "node")
        monkeypatch.setattr(test_run, "npm_command", lambda: "npm")

    def _replace(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        def step(*_arguments: object, **options: object) -> int:
            self.ran.append(f"{name} {options['is_demanded']}" if "is_demanded" in options else name)
            if name in self.failing:
                raise LauncherError(f"{name} failed")
            return 0

        monkeypatch.setattr(test_run, name, step)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(monkeypatch)


def ending(returncode: int, words: str) -> list[str]:
    """The command of a program that says this and ends so."""
    return [sys.executable, "-c", f"print('{words}'); raise SystemExit({returncode})"]


class TestRunTests:
    def test_every_step_runs_and_is_named_with_its_time(self, run: Run) -> None:
        assert run_tests(run.console, []) == 0

        assert run.ran == [
            "ensure_environment",
            "ensure_node_modules",
            "show_browser",
            "ensure_build",
            "run_checks",
            "run_step",
            "run_step",
            "_run_pytest",
            "_report_coverage True",
        ]
        assert "== Checks: done (0.0 s)" in run.console.text
        assert "Everything passed" in run.console.text

    def test_what_later_steps_stand_on_ends_the_run(self, run: Run) -> None:
        run.failing = {"ensure_node_modules"}

        assert run_tests(run.console, []) == 1
        assert run.ran == ["ensure_environment", "ensure_node_modules"]

    def test_a_failed_proof_does_not_hide_the_others(self, run: Run) -> None:
        run.failing = {"run_checks", "_report_coverage"}

        assert run_tests(run.console, []) == 1
        assert "_run_pytest" in run.ran
        assert "Failed: Checks, Coverage (" in run.console.text

    def test_a_part_of_the_tests_need_not_reach_the_coverage(self, run: Run) -> None:
        assert run_tests(run.console, ["-k", "smoke"]) == 0
        assert run.ran[-1] == "_report_coverage False"


class TestAllTests:
    """Those of the whole run beside the others, and any can fail the run."""

    @pytest.mark.parametrize(
        ("whole", "parts", "rest", "postgres", "expected"),
        [(0, 0, 0, 0, 0), (3, 0, 0, 0, 3), (0, 4, 0, 0, 4), (0, 0, 6, 0, 6), (0, 0, 0, 5, 5), (0, 4, 0, 5, 4)],
    )
    def test_fail_when_one_part_does(
        self,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        whole: int,
        parts: int,
        rest: int,
        postgres: int,
        expected: int,
    ) -> None:
        def command(*arguments: str) -> list[str]:
            if arguments[0] == TESTS_OF_WHOLE:
                return ending(whole, "whole")
            return ending(parts, "parts") if arguments == TESTS_OF_PARTS else ending(rest, "rest of the whole")

        monkeypatch.setattr(test_run, "_pytest", command)
        monkeypatch.setattr(test_run, "_pytest_on_postgres", lambda: ending(postgres, "postgres"))
        monkeypatch.setattr(test_run, "_COVERAGE_FOLDER", tmp_path)
        assert test_run._run_all_tests() == expected
        assert set(capsys.readouterr().out.splitlines()) == {"parts", "rest of the whole", "postgres"}

    def test_end_together_when_the_run_is_broken_off(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        def run(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(test_run, "_pytest", lambda *_: [sys.executable, "-c", "import time; time.sleep(3_600)"])
        monkeypatch.setattr(test_run, "_pytest_on_postgres", lambda: ending(0, "postgres"))
        monkeypatch.setattr(test_run, "_COVERAGE_FOLDER", tmp_path)
        monkeypatch.setattr(subprocess, "run", run)
        with pytest.raises(KeyboardInterrupt):
            test_run._run_all_tests()
        assert not (tmp_path / "tests-beside.log").read_bytes()

    def test_go_on_where_the_whole_has_come_to_its_end_first(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        is_over = tmp_path / "postgres-is-over"
        waiting = f"import time, pathlib\nwhile not pathlib.Path({str(is_over)!r}).exists(): time.sleep(0.01)"

        def command(*arguments: str) -> list[str]:
            if arguments == TESTS_OF_PARTS:
                return [sys.executable, "-c", f"{waiting}\nprint('parts'); raise SystemExit(4)"]
            return ending(0, "whole")

        postgres = f"import pathlib; pathlib.Path({str(is_over)!r}).touch(); print('postgres')"
        monkeypatch.setattr(test_run, "_pytest", command)
        monkeypatch.setattr(test_run, "_pytest_on_postgres", lambda: [sys.executable, "-c", postgres])
        monkeypatch.setattr(test_run, "_COVERAGE_FOLDER", tmp_path)
        assert test_run._run_all_tests() == 4
        assert capsys.readouterr().out.splitlines() == ["parts", "whole", "postgres"]

    def test_run_each_file_of_the_whole_on_one_side(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        commands: list[tuple[str, ...]] = []

        def command(*arguments: str) -> list[str]:
            commands.append(arguments)
            return ending(0, "")

        monkeypatch.setattr(test_run, "_pytest", command)
        monkeypatch.setattr(test_run, "_pytest_on_postgres", lambda: ending(0, ""))
        monkeypatch.setattr(test_run, "_COVERAGE_FOLDER", tmp_path)
        test_run._run_all_tests()
        _, rest, (whole, ignored) = commands
        left_out = set(ROOT.glob(ignored.removeprefix("--ignore-glob=")))
        assert whole == TESTS_OF_WHOLE
        assert {Path(path) for path in rest} == left_out != set()

    def test_are_those_that_pytest_finds_by_itself(self) -> None:
        settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        folders = settings["tool"]["pytest"]["ini_options"]["testpaths"]
        assert sorted([TESTS_OF_WHOLE, *TESTS_OF_PARTS]) == sorted(folders)
