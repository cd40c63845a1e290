"""The check command: all checks run, the failed ones are named."""

import pytest
from launcher import checks
from launcher.checks import CHECKS, run_checks
from launcher.problems import LauncherError

from .fakes import RecordingConsole


@pytest.fixture(autouse=True)
def _no_tools_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "prepare_checks", lambda _console: None)


def fail(_console: object) -> None:
    raise LauncherError("module.py: 500 lines")


class TestRunChecks:
    def test_later_checks_run_after_a_failed_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ran: list[str] = []
        monkeypatch.setattr(
            checks,
            "CHECKS",
            {"one": lambda _console: ran.append("one"), "two": fail, "three": lambda _console: ran.append("three")},
        )
        console = RecordingConsole()

        assert run_checks(console) == 1
        assert ran == ["one", "three"]
        assert "module.py: 500 lines\n✗ two" in console.text
        assert console.text.endswith("Failed: two.\n")

    def test_only_the_named_ones_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "CHECKS", {"one": lambda _console: None, "two": fail})

        assert run_checks(RecordingConsole(), ["one"]) == 0

    def test_an_unknown_name_is_refused_with_the_known_ones(self) -> None:
        with pytest.raises(LauncherError, match="no check called spelling: choose from lint, format, types"):
            run_checks(RecordingConsole(), ["spelling"])

    def test_the_house_rules_are_all_there(self) -> None:
        expected = ["lint", "format", "types", "imports", "sizes", "locks", "page-lint", "page-types", "generated"]
        assert list(CHECKS) == expected
