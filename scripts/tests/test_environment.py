"""The environment: when it is installed, with what, and when it is left alone."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from launcher import environment, paths
from launcher.environment import ensure_environment
from launcher.problems import LauncherError

from .fakes import RecordingConsole


class Installs:
    """Stands in for uv and pip: notes what is asked for, and fails where it is told to."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.is_refused: Callable[[list[str]], bool] = lambda _command: False

    def __call__(self, _console: object, _name: str, command: list[str], **_options: object) -> None:
        self.commands.append(command)
        if self.is_refused(command):
            raise LauncherError("it failed")
        if "venv" in command:
            self.make_venv()

    @staticmethod
    def make_venv() -> None:
        python = paths.venv_program("python")
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        (paths.VENV / "pyvenv.cfg").touch()

    def locks(self) -> list[str]:
        return [Path(word).name for command in self.commands for word in command if word.endswith(".lock")]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(paths, "RUN", tmp_path / "run")
    monkeypatch.setattr(paths, "REQUIREMENTS", tmp_path / "requirements")
    (tmp_path / "requirements").mkdir()
    for name in ("runtime", "dev"):
        (tmp_path / "requirements" / f"{name}.lock").write_text(f"{name}==1\n")
    for member in paths.MEMBERS:
        (tmp_path / member).mkdir(parents=True)
        (tmp_path / member / "pyproject.toml").write_text("[project]\n")
    return tmp_path


@pytest.fixture
def installs(root: Path, monkeypatch: pytest.MonkeyPatch) -> Installs:
    recorded = Installs()
    monkeypatch.setattr(environment, "run_step", recorded)
    monkeypatch.setattr(environment, "_find_uv", lambda _console: "uv")
    return recorded


@pytest.fixture
def console() -> RecordingConsole:
    return RecordingConsole()


class TestEnsureEnvironment:
    def test_it_is_made_and_installed_from_the_lock_with_hashes(
        self, installs: Installs, console: RecordingConsole
    ) -> None:
        ensure_environment(console, "runtime")

        made, synced, members = installs.commands
        assert made[1:3] == ["-m", "venv"]
        assert synced[:3] == ["uv", "pip", "sync"]
        assert "--require-hashes" in synced
        assert installs.locks() == ["runtime.lock"]
        assert members[:3] == ["uv", "pip", "install"]
        assert members.count("-e") == 4
        assert "Preparing the Python environment" in console.text

    def test_a_second_time_nothing_happens_and_nothing_is_said(
        self, installs: Installs, console: RecordingConsole
    ) -> None:
        ensure_environment(console, "runtime")
        installs.commands.clear()
        silent = RecordingConsole()

        ensure_environment(silent, "runtime")

        assert installs.commands == []
        assert silent.text == ""

    @pytest.mark.parametrize("changed", ["requirements/runtime.lock", "chat-service/pyproject.toml"])
    def test_a_changed_lock_or_member_installs_again(
        self, installs: Installs, console: RecordingConsole, root: Path, changed: str
    ) -> None:
        ensure_environment(console, "runtime")
        installs.commands.clear()
        (root / changed).write_text("changed\n")

        ensure_environment(console, "runtime")

        assert installs.locks() == ["runtime.lock"]

    def test_a_development_environment_serves_the_start_as_it_is(
        self, installs: Installs, console: RecordingConsole
    ) -> None:
        ensure_environment(console, "dev")
        installs.commands.clear()

        ensure_environment(console, "runtime")

        assert installs.commands == []

    def test_a_runtime_environment_is_extended_for_tests(self, installs: Installs, console: RecordingConsole) -> None:
        ensure_environment(console, "runtime")

        ensure_environment(console, "dev")

        assert installs.locks() == ["runtime.lock", "dev.lock"]

    def test_an_outdated_development_environment_stays_one(
        self, installs: Installs, console: RecordingConsole, root: Path
    ) -> None:
        # A start must not take the test tools away from someone who has pulled a new lock.
        ensure_environment(console, "dev")
        (root / ".venv" / "lib" / "python3.11" / "site-packages" / "pytest").mkdir(parents=True)
        (root / "requirements" / "dev.lock").write_text("newer==2\n")
        installs.commands.clear()

        ensure_environment(console, "runtime")

        assert installs.locks() == ["dev.lock"]

    def test_an_installation_cut_short_does_not_count(
        self, installs: Installs, console: RecordingConsole, root: Path
    ) -> None:
        ensure_environment(console, "runtime")
        lock = root / "requirements" / "runtime.lock"
        before = lock.read_text()
        lock.write_text("newer==2\n")
        installs.is_refused = lambda _command: True
        with pytest.raises(LauncherError, match="it failed"):
            ensure_environment(console, "runtime")

        installs.is_refused = lambda _command: False
        installs.commands.clear()
        lock.write_text(before)
        ensure_environment(console, "runtime")

        assert installs.locks() == ["runtime.lock"]

    def test_pip_takes_over_where_uv_fails(self, installs: Installs, console: RecordingConsole) -> None:
        installs.is_refused = lambda command: command[0] == "uv"

        ensure_environment(console, "runtime")

        by_pip = [command for command in installs.commands if command[1:4] == ["-m", "pip", "install"]]
        assert len(by_pip) == 2
        assert "--require-hashes" in by_pip[0]
        assert "--no-deps" in by_pip[0]
        assert "trying the same lock with pip" in console.text

    def test_an_environment_whose_interpreter_is_gone_is_made_anew(
        self, installs: Installs, console: RecordingConsole
    ) -> None:
        ensure_environment(console, "runtime")
        python = paths.venv_program("python")
        python.unlink()
        python.symlink_to("/nonexistent/python")
        installs.commands.clear()

        ensure_environment(console, "runtime")

        assert installs.commands[0][1:3] == ["-m", "venv"]
        assert "making it anew" in console.text

    def test_a_python_without_venv_is_said_with_the_remedy(
        self, installs: Installs, console: RecordingConsole, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

        with pytest.raises(LauncherError, match="apt-get install python3-venv"):
            ensure_environment(console, "runtime")
