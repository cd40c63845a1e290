"""What must be true before anything is started: Node is there and new enough, the ports are free."""

import re
import shutil
import socket
import subprocess

from launcher.paths import IS_WINDOWS
from launcher.problems import LauncherError
from launcher.services import OPEN_HOSTS, SAFE_HOST, Service, Topology

MINIMUM_NODE = (20, 19)  # Vite 8's own floor
_NODE_REMEDY = "install it from https://nodejs.org (or `nvm install 22`) and run the command again."


def find_node() -> str:
    """The path of a usable Node. Raises: LauncherError when it is missing or too old."""
    floor = ".".join(map(str, MINIMUM_NODE))
    node = shutil.which("node")
    if node is None:
        raise LauncherError(f"Node.js {floor} or newer is needed for the page and was not found: {_NODE_REMEDY}")
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = parse_version(answer.stdout)
    if version < MINIMUM_NODE:
        shown = answer.stdout.strip() or f"a version it cannot tell ({answer.stderr.strip()[:80]})"
        raise LauncherError(f"Node.js {floor} or newer is needed for the page, {node} is {shown}: {_NODE_REMEDY}")
    return node


def parse_version(text: str) -> tuple[int, ...]:
    """The numbers at the start of a version, as `v20.19.4` gives (20, 19, 4); () when there are none."""
    match = re.match(r"v?(\d+(?:\.\d+)*)", text.strip())
    return tuple(map(int, match[1].split("."))) if match else ()


def is_port_free(host: str, port: int) -> bool:
    """Whether a server can listen there. A listener on another address of the machine counts as taken too:
    some systems allow both, and then it is a matter of luck who is asked."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        if probe.connect_ex((("::1" if ":" in host else SAFE_HOST) if host in OPEN_HOSTS else host, port)) == 0:
            return False
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if not IS_WINDOWS:  # there the option would let two servers share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free_ports(topology: Topology, services: tuple[Service, ...]) -> None:
    """Raises: LauncherError that names the first port in use and the variable that changes it."""
    for service in services:
        host, port = topology.host(service), topology.port(service)
        try:
            socket.getaddrinfo(host, port)
        except OSError:
            raise LauncherError(f"{service.name} cannot listen on {host!r}: set CONVOAI_HOST to 127.0.0.1.") from None
        if not is_port_free(host, port):
            raise LauncherError(
                f"Port {port} for {service.name} is in use by another program: end that program, "
                f"or choose another port with {service.port_variable}."
            )
