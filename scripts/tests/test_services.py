"""Ports, hosts, derived addresses and command lines of the four services."""

from pathlib import Path

import pytest
from launcher import services
from launcher.env_files import Tiers
from launcher.problems import LauncherError
from launcher.services import ANALYTICS, AUTH, CHAT, OPEN_HOSTS, PAGE, Topology, page_command, service_command

EVERYWHERE = OPEN_HOSTS[0]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for service in services.SERVICES:
        (tmp_path / service.name).mkdir()
    return tmp_path


def topology(root: Path, **environ: str) -> Topology:
    return Topology(Tiers(environ, root))


class TestPort:
    def test_the_defaults_are_the_published_ports(self, root: Path) -> None:
        assert [topology(root).port(service) for service in (PAGE, CHAT, AUTH, ANALYTICS)] == [3000, 8000, 8001, 8002]

    def test_environment_beats_own_file_beats_root_file(self, root: Path) -> None:
        (root / ".env").write_text("AUTH_SERVICE_PORT=1001\nCHAT_SERVICE_PORT=1002\nANALYTICS_SERVICE_PORT=1003\n")
        (root / "auth-service" / ".env").write_text("PORT=2001\n")
        (root / "chat-service" / ".env").write_text("PORT=2002\n")
        found = topology(root, AUTH_SERVICE_PORT="3001")

        assert [found.port(service) for service in (AUTH, CHAT, ANALYTICS)] == [3001, 2002, 1003]

    def test_port_of_the_process_environment_is_ignored(self, root: Path) -> None:
        assert topology(root, PORT="9999").port(AUTH) == 8001

    @pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1"])
    def test_nonsense_is_refused_by_name(self, root: Path, text: str) -> None:
        with pytest.raises(LauncherError, match="AUTH_SERVICE_PORT"):
            topology(root, AUTH_SERVICE_PORT=text).port(AUTH)

    def test_two_services_on_one_port_are_refused(self, root: Path) -> None:
        with pytest.raises(LauncherError, match="same port 8000"):
            topology(root, CHAT_FRONTEND_PORT="8000").refuse_equal_ports()


class TestHost:
    def test_only_this_machine_by_default_whatever_the_shell_calls_host(self, root: Path) -> None:
        assert topology(root, HOST="my-machine").host(AUTH) == "127.0.0.1"

    def test_convoai_host_opens_all(self, root: Path) -> None:
        found = topology(root, CONVOAI_HOST=EVERYWHERE)

        assert {found.host(service) for service in services.SERVICES} == {EVERYWHERE}
        assert found.local_address(CHAT) == "http://127.0.0.1:8000"

    def test_a_service_file_opens_one(self, root: Path) -> None:
        (root / "chat-service" / ".env").write_text(f"HOST={EVERYWHERE}\n")

        assert [topology(root).host(service) for service in (CHAT, AUTH)] == [EVERYWHERE, "127.0.0.1"]


class TestDerivedEnvironment:
    def test_a_second_copy_finds_its_own_peers_and_page(self, root: Path) -> None:
        found = topology(root, AUTH_SERVICE_PORT="9001", ANALYTICS_SERVICE_PORT="9002", CHAT_FRONTEND_PORT="9003")

        derived = found.derived_environment(CHAT, is_terminal=False)

        assert derived["PORT"] == "8000"
        assert derived["AUTH_SERVICE_URL"] == "http://127.0.0.1:9001"
        assert derived["ANALYTICS_SERVICE_URL"] == "http://127.0.0.1:9002"
        assert derived["CHAT_SERVICE_URL"] == "http://127.0.0.1:8000"
        assert derived["CORS_ORIGINS"] == "http://localhost:9003,http://127.0.0.1:9003"
        assert "LOG_FORMAT" not in derived
        assert "PUBLIC_URL" not in derived
        assert found.derived_environment(AUTH, is_terminal=False)["PUBLIC_URL"] == "http://localhost:9003"

    def test_what_is_configured_is_left_to_the_service(self, root: Path) -> None:
        (root / ".env").write_text("CORS_ORIGINS=https://chat.example.com\n")
        (root / "chat-service" / ".env").write_text("AUTH_SERVICE_URL=http://auth.internal\n")

        derived = topology(root).derived_environment(CHAT, is_terminal=True)

        assert "CORS_ORIGINS" not in derived
        assert "AUTH_SERVICE_URL" not in derived
        assert derived["LOG_FORMAT"] == "console"

    def test_an_open_page_is_allowed_under_the_machines_addresses(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(services, "machine_addresses", lambda: ["192.0.2.7", "desk"])

        origins = topology(root, CONVOAI_HOST=EVERYWHERE).page_origins()

        assert {"http://localhost:3000", "http://192.0.2.7:3000", "http://desk:3000"} <= set(origins)


class TestPageAddresses:
    def test_they_are_empty_on_the_default_ports(self, root: Path) -> None:
        derived = topology(root, CONVOAI_HOST=EVERYWHERE).derived_environment(PAGE, is_terminal=False)

        assert {name: value for name, value in derived.items() if name.startswith("REACT_APP")} == {
            "REACT_APP_AUTH_API_URL": "",
            "REACT_APP_CHAT_API_URL": "",
            "REACT_APP_ANALYTICS_API_URL": "",
            "REACT_APP_WS_URL": "",
        }

    def test_other_ports_are_named(self, root: Path) -> None:
        derived = topology(root, CHAT_SERVICE_PORT="9000").derived_environment(PAGE, is_terminal=False)

        assert derived["REACT_APP_CHAT_API_URL"] == "http://localhost:9000"
        assert derived["REACT_APP_WS_URL"] == "ws://localhost:9000"
        assert derived["REACT_APP_AUTH_API_URL"] == ""

    def test_the_pages_own_file_wins(self, root: Path) -> None:
        (root / "chat-frontend" / ".env").write_text("REACT_APP_AUTH_API_URL=https://auth.example.com\n")

        derived = topology(root).derived_environment(PAGE, is_terminal=False)

        assert derived["REACT_APP_AUTH_API_URL"] == "https://auth.example.com"


class TestCommands:
    def test_unix_uses_the_fast_loop_and_parser(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "IS_WINDOWS", False)

        command = service_command(AUTH, "127.0.0.1", 8001)

        assert command[1:8] == ["-m", "uvicorn", "main:app", "--host", "127.0.0.1", "--port", "8001"]
        assert command[command.index("--ws") + 1] == "websockets-sansio"
        assert command[command.index("--loop") + 1] == "uvloop"
        assert command[command.index("--http") + 1] == "httptools"
        assert {"--no-access-log", "--no-proxy-headers"} <= set(command)
        assert "--reload" not in command

    def test_windows_does_without_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "IS_WINDOWS", True)

        command = service_command(AUTH, "127.0.0.1", 8001)

        assert "--loop" not in command
        assert "--http" not in command

    def test_dev_watches_the_service_and_the_kit(self) -> None:
        command = service_command(CHAT, "127.0.0.1", 8000, reload=True)

        assert "--reload" in command
        assert command[command.index("--reload-dir") + 1] == "chat_server"

    def test_the_page_is_served_by_node_itself(self) -> None:
        assert page_command("/opt/node", 3000, "127.0.0.1") == ["/opt/node", "server.mjs"]

    def test_dev_serves_the_page_by_vite(self) -> None:
        command = page_command("/opt/node", 3000, "127.0.0.1", reload=True)

        assert command[1].endswith("vite.js")
        assert "--strictPort" in command
