"""start-all and the four single starts: prepare, start, say where everything is, and stay until told to stop."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from launcher.console import Console
from launcher.env_files import Tiers, ensure_root_env
from launcher.environment import ensure_environment
from launcher.frontend import ensure_build, ensure_node_modules
from launcher.preflight import find_node, require_free_ports
from launcher.problems import LauncherError
from launcher.processes import Child
from launcher.run_files import RunFiles, end_processes
from launcher.services import (
    OPEN_HOSTS,
    PAGE,
    SERVICES,
    Service,
    Topology,
    page_command,
    service_command,
)
from launcher.steps import Stopwatch, end_running_steps
from launcher.supervisor import Supervisor, Watched

DEFAULT_ADMIN = "admin"


def start(console: Console, services: tuple[Service, ...], *, reload: bool = False) -> int:
    """Start services and stay with them. Returns: the exit code. Raises: LauncherError before anything was started."""
    watch = Stopwatch()
    run_files = RunFiles("all" if services == SERVICES else services[0].name)
    _take_the_place(console, run_files)
    node = find_node() if PAGE in services else ""
    if sentence := ensure_root_env(os.environ):
        console.say(sentence)
    tiers = Tiers(os.environ)
    topology = Topology(tiers)
    topology.refuse_equal_ports()
    require_free_ports(topology, services)
    _prepare(console, services, node, reload=reload)
    console.announce([service.name for service in services])
    watched = [_watched(console, topology, service, node, reload=reload) for service in services]

    def on_ready() -> None:
        _say_where(console, topology, tiers, services, watch)

    return Supervisor(console, run_files, watched).run(on_ready)


def _take_the_place(console: Console, run_files: RunFiles) -> None:
    if not run_files.lock.try_take():
        what = "ConvoAI" if run_files.instance == "all" else run_files.instance
        raise LauncherError(
            f"{what} is already running from this folder (process {run_files.launcher_pid()}): "
            "use it as it is, or end it with stop-all-services and start again."
        )
    if survivors := run_files.survivors():
        console.say(f"Ending what an earlier start left behind: {', '.join(survivors)} …")
        end_processes(list(survivors.values()), limit_seconds=15)
    run_files.clear()


def _prepare(console: Console, services: tuple[Service, ...], node: str, *, reload: bool) -> None:
    """Install and build, the page beside the Python packages."""
    build: Callable[[Console, str], None] = ensure_node_modules if reload else ensure_build
    with ThreadPoolExecutor(1) as pool:
        try:
            page = pool.submit(build, console, node) if PAGE in services else None
            if services != (PAGE,):
                ensure_environment(console, "runtime")
            if page:
                page.result()
        except BaseException:  # Ctrl+C too: the other half must not go on alone
            end_running_steps()
            raise


def _watched(console: Console, topology: Topology, service: Service, node: str, *, reload: bool) -> Watched:
    host, port = topology.host(service), topology.port(service)
    if service is PAGE:
        command, ready_path = page_command(node, port, host, reload=reload), "/"
    else:
        command, ready_path = service_command(service, host, port, reload=reload), "/ready"
    environment = topology.derived_environment(service, is_terminal=console.is_terminal)
    child = Child(service.name, command, cwd=service.folder, environment=environment, console=console)
    return Watched(child, topology.local_address(service) + ready_path)


def _say_where(
    console: Console, topology: Topology, tiers: Tiers, services: tuple[Service, ...], watch: Stopwatch
) -> None:
    console.say(
        f"\nConvoAI is ready ({watch})." if services == SERVICES else f"\n{services[0].name} is ready ({watch})."
    )
    for service in reversed(services):
        suffix = "" if service is PAGE else "/docs"
        console.say(f"  {service.name:<18} {topology.browser_address(service)}{suffix}")
    if services == SERVICES:
        admin = tiers.configured("auth-service", "ADMIN_USERNAME") or DEFAULT_ADMIN
        hint = "" if tiers.configured("auth-service", "ADMIN_PASSWORD") else " (password admin123 until it is changed)"
        console.say(f"  The admin's name is {admin}{hint}.")
    if any(topology.host(service) in OPEN_HOSTS for service in services):
        console.say("  Everyone on the network can reach it: the admin's password should not be the default one.")
    else:
        console.say("  Only this machine can reach it; CONVOAI_HOST=0.0.0.0 opens it to the network.")
    console.say("  Ctrl+C ends it.\n")
