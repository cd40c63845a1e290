"""Looking after what runs, and the command line around it."""

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from launcher import cli, manage
from launcher.problems import LauncherError
from launcher.run_files import RunFiles, start_time
from launcher.services import SERVICES

from .fakes import RecordingConsole, free_port


class Handler(http.server.BaseHTTPRequestHandler):
    """Healthy everywhere, ready unless the server says otherwise."""

    def do_GET(self) -> None:
        refuses = self.path == "/ready" and getattr(self.server, "is_waiting", False)
        self.send_response(503 if refuses else 200)
        self.end_headers()
        self.wfile.write(b'{"detail": "Waiting for database."}' if refuses else b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay silent."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[http.server.ThreadingHTTPServer]:
    """One server that stands for all four services, at ports named by the environment."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        for service in SERVICES:
            monkeypatch.setenv(service.port_variable, str(running.server_address[1]))
        yield running
        running.shutdown()
        thread.join()


class TestCheckServices:
    @pytest.mark.usefixtures("server")
    def test_four_ready_services_give_0(self) -> None:
        console = RecordingConsole()

        assert manage.check_services(console) == 0
        assert console.text.count("healthy    yes") == 4

    def test_one_that_is_healthy_but_not_ready_gives_1_and_its_reason(
        self, server: http.server.ThreadingHTTPServer
    ) -> None:
        server.is_waiting = True  # type: ignore[attr-defined]
        console = RecordingConsole()

        assert manage.check_services(console) == 1
        assert "healthy    no: Waiting for database." in console.text

    def test_one_that_does_not_answer_gives_1(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for service in SERVICES:
            monkeypatch.setenv(service.port_variable, str(free_port()))
        console = RecordingConsole()

        assert manage.check_services(console) == 1
        assert console.text.count("down       no: does not answer") == 4

    @pytest.mark.usefixtures("server")
    def test_a_proxy_of_the_environment_is_not_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")

        assert manage.check_services(RecordingConsole()) == 0


class TestStopAll:
    @pytest.fixture(autouse=True)
    def _own_run_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(manage, "RunFiles", lambda instance: RunFiles(instance, tmp_path))

    def test_nothing_running_is_said(self) -> None:
        console = RecordingConsole()

        assert manage.stop_all(console) == 0
        assert console.text == "Nothing is running from this folder.\n"

    def test_a_running_launcher_is_asked_and_waited_for(self, tmp_path: Path) -> None:
        files = RunFiles("all", tmp_path)
        assert files.lock.try_take()
        asked = threading.Event()

        def launcher() -> None:
            while not files.is_asked_to_stop():
                asked.wait(0.01)
            asked.set()
            files.clear()
            files.lock.release()

        thread = threading.Thread(target=launcher)
        thread.start()
        console = RecordingConsole()

        assert manage.stop_all(console) == 0
        thread.join()
        assert asked.is_set()
        assert console.text == "Ending the services …\nAll ended.\n"

    def test_what_a_killed_launcher_left_is_ended(self, tmp_path: Path) -> None:
        with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as orphan:
            (tmp_path / "chat-service.json").write_text(
                f'{{"chat-service": {{"pid": {orphan.pid}, "started": "{start_time(orphan.pid)}"}}}}'
            )

            assert manage.stop_all(RecordingConsole()) == 0
            assert orphan.wait(10) != 0

        assert list(tmp_path.glob("*.json")) == []


class TestSetupAdmin:
    def test_the_answers_go_to_auth_services_own_command(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ran: list[list[str]] = []

        def note(_console: object, command: str, words: list[str]) -> int:
            ran.append([command, *words])
            return 0

        monkeypatch.setattr(manage, "run_auth_command", note)

        assert manage.setup_admin(RecordingConsole(), "ada", "ada@example.com") == 0
        assert ran == [["create-admin", "--username", "ada", "--email", "ada@example.com"]]

    def test_without_a_terminal_the_missing_option_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", open(os.devnull, encoding="utf-8"))  # noqa: SIM115 - closed below

        with sys.stdin, pytest.raises(LauncherError, match="give --username"):
            manage.setup_admin(RecordingConsole(), None, None)


class TestCommandLine:
    def test_a_problem_is_one_sentence_and_exit_code_1(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def fail(*_arguments: object, **_options: object) -> int:
            raise LauncherError("Port 8000 is in use.")

        monkeypatch.setattr(cli, "start", fail)
        monkeypatch.setattr(cli, "raise_on_signals", lambda: None)

        assert cli.main(["start-all"]) == 1
        assert capsys.readouterr().err == "Port 8000 is in use.\n"

    def test_further_arguments_of_run_tests_go_to_pytest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        given: list[list[str]] = []

        def note(_console: object, rest: list[str]) -> int:
            given.append(rest)
            return 0

        monkeypatch.setattr(cli, "run_tests", note)
        monkeypatch.setattr(cli, "raise_on_signals", lambda: None)

        assert cli.main(["run-tests", "-k", "smoke", "tests/test_0_smoke.py"]) == 0
        assert given == [["-k", "smoke", "tests/test_0_smoke.py"]]

    @pytest.mark.parametrize("arguments", [[], ["fly"], ["start-all", "--fast"], ["stop-all", "now"]])
    def test_nonsense_is_refused_with_exit_code_2(self, arguments: list[str]) -> None:
        with pytest.raises(SystemExit) as raised:
            cli.main(arguments)

        assert raised.value.code == 2
