"""Looking after what runs: check-services, stop-all, and the commands for admins."""

import os
import subprocess
import sys
import time

from launcher.console import Console
from launcher.env_files import Tiers, ensure_root_env
from launcher.environment import ensure_environment
from launcher.paths import venv_program
from launcher.probes import Answer, ask
from launcher.problems import LauncherError
from launcher.run_files import RunFiles, end_processes
from launcher.services import AUTH, PAGE, SERVICES, Service, Topology

STOP_LIMIT_SECONDS = 25.0  # the launcher's own 15 s for its children, and some
INSTANCES = ("all", *(service.name for service in SERVICES))


def check_services(console: Console) -> int:
    """Print a line for each service. Returns: 0 when all four are healthy and ready, else 1."""
    topology = Topology(Tiers(os.environ))
    console.say(f"{'service':<18} {'address':<28} {'health':<10} ready")
    all_well = True
    for service in SERVICES:
        health, ready = _health(topology, service)
        all_well = all_well and health.is_ok and ready.is_ok
        shown = "yes" if ready.is_ok else f"no: {ready.reason}"
        healthy = "healthy" if health.is_ok else "down"
        console.say(f"{service.name:<18} {topology.browser_address(service):<28} {healthy:<10} {shown}")
    console.say("All four are ready." if all_well else "Not all are ready; start-all-services starts them.")
    return 0 if all_well else 1


def _health(topology: Topology, service: Service) -> tuple[Answer, Answer]:
    base = topology.local_address(service)
    if service is PAGE:
        answer = ask(f"{base}/")
        return answer, answer
    return ask(f"{base}/health"), ask(f"{base}/ready")


def stop_all(console: Console) -> int:
    """End every launcher of this folder and what killed ones left behind."""
    stopped = [_stop(console, RunFiles(instance)) for instance in INSTANCES]
    console.say("All ended." if any(stopped) else "Nothing is running from this folder.")
    return 0


def _stop(console: Console, run_files: RunFiles) -> bool:
    if run_files.is_running():
        console.say(f"Ending {'the services' if run_files.instance == 'all' else run_files.instance} …")
        run_files.ask_to_stop()
        deadline = time.monotonic() + STOP_LIMIT_SECONDS
        while run_files.is_running() and time.monotonic() < deadline:
            time.sleep(0.1)
        end_processes(list(run_files.survivors().values()), limit_seconds=5)
    elif survivors := run_files.survivors():
        console.say(f"Ending what an earlier start left behind: {', '.join(survivors)} …")
        end_processes(list(survivors.values()), limit_seconds=15)
    else:
        return False
    run_files.clear()
    return True


def run_auth_command(console: Console, command: str, arguments: list[str]) -> int:
    """Hand over to auth-service's own command line, which knows the rules and the database."""
    if sentence := ensure_root_env(os.environ):
        console.say(sentence)
    ensure_environment(console, "runtime")
    words = [str(venv_program("python")), "-m", "auth_server.commands", command, *arguments]
    return subprocess.run(words, cwd=AUTH.folder, check=False).returncode


def setup_admin(console: Console, username: str | None, email: str | None) -> int:
    """Create or promote an admin; asks for what was not given. The password is asked for by auth-service itself."""
    username = username or _ask("Name of the admin: ", "--username")
    email = email or _ask("E-mail address: ", "--email")
    return run_auth_command(console, "create-admin", ["--username", username, "--email", email])


def _ask(question: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise LauncherError(f"There is no terminal to ask on: give {option}, and the password as ADMIN_PASSWORD.")
    return input(question).strip()
