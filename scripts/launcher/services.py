"""The four services: folders, ports, command lines and the environment that the launcher derives for each."""

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from launcher.env_files import Tiers
from launcher.paths import FRONTEND, IS_WINDOWS, ROOT, venv_program
from launcher.problems import LauncherError

SAFE_HOST = "127.0.0.1"
OPEN_HOSTS = ("0.0.0.0", "::")  # noqa: S104 - only compared with
FRAME_LIMIT_BYTES = 1_048_576  # above the protocol's 64 KiB, so that the service itself answers what is too large


@dataclass(frozen=True)
class Service:
    """One of the four; `package` is None for the page, which Node serves."""

    name: str
    port_variable: str
    default_port: int
    package: str | None

    @property
    def folder(self) -> Path:
        return ROOT / self.name


AUTH = Service("auth-service", "AUTH_SERVICE_PORT", 8001, "auth_server")
CHAT = Service("chat-service", "CHAT_SERVICE_PORT", 8000, "chat_server")
ANALYTICS = Service("analytics-service", "ANALYTICS_SERVICE_PORT", 8002, "analytics")
PAGE = Service("chat-frontend", "CHAT_FRONTEND_PORT", 3000, None)
SERVICES = (AUTH, ANALYTICS, CHAT, PAGE)

_PAGE_ADDRESSES = {
    "REACT_APP_AUTH_API_URL": (AUTH, "http"),
    "REACT_APP_CHAT_API_URL": (CHAT, "http"),
    "REACT_APP_ANALYTICS_API_URL": (ANALYTICS, "http"),
    "REACT_APP_WS_URL": (CHAT, "ws"),
}


class Topology:
    """Answers where each service listens and how the others and the browser reach it."""

    def __init__(self, tiers: Tiers) -> None:
        self._tiers = tiers

    def port(self, service: Service) -> int:
        """Process environment, then the service's own PORT, then the root file, then the default.

        The process environment's PORT is not asked: it cannot mean four services.
        """
        text = (
            self._tiers.environ.get(service.port_variable)
            or self._tiers.own_file(service.name).get("PORT")
            or self._tiers.shared(service.port_variable)
            or str(service.default_port)
        )
        if not text.isdigit() or not 0 < int(text) < 65536:
            raise LauncherError(f"{service.port_variable} is {text!r}: it must be a port number from 1 to 65535.")
        return int(text)

    def host(self, service: Service) -> str:
        """Where a service listens: this machine alone, unless CONVOAI_HOST (or the service's HOST) opens it.

        HOST of the process environment is not asked: some shells put the machine's name there.
        """
        own = self._tiers.own_file(service.name).get("HOST")
        return self._tiers.environ.get("CONVOAI_HOST") or own or self._tiers.shared("CONVOAI_HOST") or SAFE_HOST

    def refuse_equal_ports(self) -> None:
        taken: dict[int, Service] = {}
        for service in SERVICES:
            other = taken.setdefault(self.port(service), service)
            if other is not service:
                raise LauncherError(
                    f"{other.name} and {service.name} have the same port {self.port(service)}: "
                    f"give one of them another with {service.port_variable}."
                )

    def local_address(self, service: Service) -> str:
        """The base URL by which a process on this machine reaches the service."""
        host = self.host(service)
        host = SAFE_HOST if host in OPEN_HOSTS else host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port(service)}"

    def browser_host(self, service: Service) -> str:
        host = self.host(service)
        if host in (SAFE_HOST, "::1"):
            return "localhost"
        return machine_addresses()[0] if host in OPEN_HOSTS else host

    def browser_address(self, service: Service) -> str:
        return f"http://{self.browser_host(service)}:{self.port(service)}"

    def page_origins(self) -> list[str]:
        """Every origin under which a browser may have loaded the page."""
        hosts = ["localhost", SAFE_HOST]
        if self.host(PAGE) in OPEN_HOSTS:
            hosts += machine_addresses()
        elif self.host(PAGE) not in hosts:
            hosts.append(self.host(PAGE))
        return [f"http://{host}:{self.port(PAGE)}" for host in dict.fromkeys(hosts)]

    def derived_environment(self, service: Service, *, is_terminal: bool) -> dict[str, str]:
        """What the process gets in addition to the environment of the launcher; configured values are left alone."""
        fixed = {"PORT": str(self.port(service)), "HOST": self.host(service)}
        if service is PAGE:
            return fixed | self._page_addresses()
        derived = {
            "CORS_ORIGINS": ",".join(self.page_origins()),
            "AUTH_SERVICE_URL": self.local_address(AUTH),
            "ANALYTICS_SERVICE_URL": self.local_address(ANALYTICS),
            "CHAT_SERVICE_URL": self.local_address(CHAT),
            "LOG_DIRECTORY": str(ROOT / "logs"),
        }
        if service is AUTH:
            derived["PUBLIC_URL"] = self.browser_address(PAGE)
        if is_terminal:
            derived["LOG_FORMAT"] = "console"  # the service itself only sees our pipe
        return fixed | {
            name: value for name, value in derived.items() if not self._tiers.configured(service.name, name)
        }

    def _page_addresses(self) -> dict[str, str]:
        """The page's addresses; empty (the page's own host name, default port) where that is what they are."""
        addresses = {}
        for name, (service, scheme) in _PAGE_ADDRESSES.items():
            is_default = self.port(service) == service.default_port and self.host(service) == self.host(PAGE)
            derived = "" if is_default else f"{scheme}://{self.browser_host(service)}:{self.port(service)}"
            addresses[name] = self._tiers.configured(PAGE.name, name) or derived
        return addresses


def machine_addresses() -> list[str]:
    """This machine's name and addresses as others on the network see them; the likeliest to work comes first."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1: chooses the outward address, sends nothing
            found.append(str(probe.getsockname()[0]))
        except OSError:
            found.append(SAFE_HOST)  # no network at all: only this machine can reach it
    name = socket.gethostname()
    try:
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(name, None, socket.AF_INET)]
    except OSError:
        return list(dict.fromkeys([*found, name]))
    return list(dict.fromkeys([*found, name]))


def service_command(service: Service, host: str, port: int, *, reload: bool = False) -> list[str]:
    """The command line of a Python service. uvloop and httptools do not exist on Windows."""
    command = [str(venv_program("python")), "-m", "uvicorn", "main:app", "--host", host, "--port", str(port)]
    command += ["--ws", "websockets-sansio", "--ws-per-message-deflate", "false"]
    command += ["--ws-max-size", str(FRAME_LIMIT_BYTES), "--no-access-log"]
    command += ["--timeout-graceful-shutdown", "10", "--no-proxy-headers"]  # TRUSTED_PROXIES says whom to believe
    if not IS_WINDOWS:
        command += ["--loop", "uvloop", "--http", "httptools"]
    if reload:
        command += ["--reload", "--reload-dir", str(service.package), "--reload-dir", str(ROOT / "libs/service-kit")]
    return command


def page_command(node: str, port: int, host: str, *, reload: bool = False) -> list[str]:
    """Node directly, not npm: npm would stay in memory beside it and swallow signals."""
    if not reload:
        return [node, "server.mjs"]
    vite = str(FRONTEND / "node_modules" / "vite" / "bin" / "vite.js")
    return [node, vite, "--host", host, "--port", str(port), "--strictPort"]


def with_parent_watch(command: list[str]) -> list[str]:
    """On Linux, wraps a command so that it ends when the launcher dies, SIGKILL included; same process id."""
    if not sys.platform.startswith("linux"):
        return command
    watcher = str(Path(__file__).with_name("end_with_parent.py"))
    return [sys.executable, "-I", "-S", watcher, str(os.getpid()), *command]
