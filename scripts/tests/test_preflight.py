"""Checks before the start: Node's version and free ports."""

import shutil
import socket
from pathlib import Path

import pytest
from launcher.env_files import Tiers
from launcher.preflight import find_node, is_port_free, parse_version, require_free_ports
from launcher.problems import LauncherError
from launcher.services import AUTH, OPEN_HOSTS, Topology

from .fakes import free_port


def put_node(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    program = folder / "node"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


class TestParseVersion:
    @pytest.mark.parametrize(
        ("text", "version"),
        [("v20.19.4\n", (20, 19, 4)), ("1.0.0rc1", (1, 0, 0)), ("22", (22,)), ("none", ()), ("", ())],
    )
    def test_the_leading_numbers_are_read(self, text: str, version: tuple[int, ...]) -> None:
        assert parse_version(text) == version


class TestFindNode:
    @pytest.mark.parametrize("version", ["v20.19.0", "v22.1.0", "v100.0.0"])
    def test_a_new_enough_one_is_taken(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
        put_node(tmp_path, monkeypatch, version)

        assert find_node() == str(tmp_path / "node")

    @pytest.mark.parametrize("version", ["v20.18.3", "v18.20.0", "v9.9.9"])
    def test_an_old_one_is_refused_with_the_remedy(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
    ) -> None:
        put_node(tmp_path, monkeypatch, version)

        with pytest.raises(LauncherError, match=rf"20\.19 or newer .* is {version}: install"):
            find_node()

    def test_a_missing_one_is_said_with_the_remedy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "which", lambda _name: None)

        with pytest.raises(LauncherError, match=r"not found: install it from https://nodejs\.org"):
            find_node()


class TestPorts:
    def test_a_listened_port_is_taken(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            assert not is_port_free("127.0.0.1", server.getsockname()[1])

    def test_a_listener_on_all_addresses_takes_it_too(self) -> None:
        with socket.create_server((OPEN_HOSTS[0], 0)) as server:
            assert not is_port_free("127.0.0.1", server.getsockname()[1])

    def test_a_port_is_free_again_right_after_its_server_ended(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)), server.accept()[0]:
                pass

        assert is_port_free("127.0.0.1", port)

    def test_the_sentence_names_port_service_and_variable(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            topology = Topology(Tiers({"AUTH_SERVICE_PORT": str(port)}, tmp_path))

            with pytest.raises(LauncherError, match=rf"Port {port} for auth-service is in use .* AUTH_SERVICE_PORT"):
                require_free_ports(topology, (AUTH,))

    def test_free_ports_pass(self, tmp_path: Path) -> None:
        require_free_ports(Topology(Tiers({"AUTH_SERVICE_PORT": str(free_port())}, tmp_path)), (AUTH,))

    def test_a_host_that_is_none_is_said(self, tmp_path: Path) -> None:
        topology = Topology(Tiers({"CONVOAI_HOST": "no such host"}, tmp_path))

        with pytest.raises(LauncherError, match="set CONVOAI_HOST"):
            require_free_ports(topology, (AUTH,))
