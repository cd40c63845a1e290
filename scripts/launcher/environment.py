"""The virtual environment: made once, installed from a lock with hashes by uv (or pip), skipped while unchanged."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

from launcher import paths
from launcher.console import Console
from launcher.file_lock import FileLock
from launcher.problems import LauncherError
from launcher.stamps import fingerprint, is_current, write_stamp
from launcher.steps import Stopwatch, run_step

Profile = Literal["runtime", "dev"]
_STEP = "python"
_INSTALLER_LOCK = paths.REQUIREMENTS / "installer.lock"
_UV_FOLDER = paths.RUN / "tools" / "uv"
_NETWORK_REMEDY = "check the network connection (and the proxy settings of pip), then run the command again"
_UV_LISTING = (" + ", " - ", " ~ ")  # a line for each of 70 packages
_UV_ENVIRONMENT = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}


def ensure_environment(console: Console, profile: Profile) -> None:
    """Make `.venv` hold what a profile needs. `dev` is a superset: a current one also serves `runtime`."""

    def say_waiting() -> None:
        console.say("Another command is installing; waiting for it to finish …")

    with FileLock(paths.RUN / "install.lock", say_waiting):
        version = _interpreter_version()
        if version and _is_installed(profile, version):
            return
        # An environment that tests were run in keeps its tools: it is renewed as what it was.
        wanted: Profile = "dev" if profile == "dev" or _has_development_tools() else "runtime"
        watch = Stopwatch()
        console.say(f"Preparing the Python environment in {paths.VENV} …")
        version = version or _make_venv(console)
        _install(console, wanted)
        write_stamp(_stamp(wanted), _fingerprint(wanted, version))
        console.say(f"Python environment ready ({watch}).")


def _is_installed(profile: Profile, version: str) -> bool:
    accepted: tuple[Profile, ...] = ("dev",) if profile == "dev" else ("runtime", "dev")
    return any(is_current(_stamp(name), _fingerprint(name, version)) for name in accepted)


def _stamp(profile: Profile) -> Path:
    return paths.VENV / f".convoai-{profile}"


def _fingerprint(profile: Profile, version: str) -> str:
    members = [paths.ROOT / member / "pyproject.toml" for member in paths.MEMBERS]
    lock = paths.REQUIREMENTS / f"{profile}.lock"
    return fingerprint([lock, *members], version, str(paths.ROOT))


def _has_development_tools() -> bool:
    return (
        any(paths.VENV.glob("lib/python*/site-packages/pytest"))
        or (paths.VENV / "Lib" / "site-packages" / "pytest").is_dir()
    )


def _interpreter_version() -> str:
    """The version of the environment's own interpreter; empty when there is none that runs."""
    python = paths.venv_program("python")
    if not python.exists():
        return ""
    question = "import sys; print(sys.version_info >= (3, 11) and sys.version)"
    answer = subprocess.run([python, "-c", question], capture_output=True, text=True, check=False)
    version = answer.stdout.strip()
    return "" if answer.returncode != 0 or version == "False" else version


def _make_venv(console: Console) -> str:
    if (paths.VENV / "pyvenv.cfg").exists():
        console.say("The interpreter of .venv is gone or too old; making it anew.")
        shutil.rmtree(paths.VENV)
    if importlib.util.find_spec("ensurepip") is None:
        raise LauncherError(
            f"{sys.executable} comes without the venv module: install it "
            "(Debian and Ubuntu: `sudo apt-get install python3-venv`) and run the command again."
        )
    run_step(console, _STEP, [sys.executable, "-m", "venv", str(paths.VENV)], remedy="remove .venv and try again")
    return _interpreter_version()


def _install(console: Console, profile: Profile) -> None:
    for name in ("runtime", "dev"):
        _stamp(name).unlink(missing_ok=True)  # an installation that is cut short must not look complete
    uv = _find_uv(console)
    if uv:
        try:
            _install_with_uv(console, uv, profile)
        except LauncherError:
            console.say("uv could not install; trying the same lock with pip, which is slower …")
        else:
            return
    _install_with_pip(console, profile)


def _install_with_uv(console: Console, uv: str, profile: Profile) -> None:
    python = ["--python", str(paths.venv_program("python"))]
    lock = str(paths.REQUIREMENTS / f"{profile}.lock")
    for arguments in (
        ["sync", *python, "--require-hashes", lock],
        ["install", *python, "--no-deps", "--no-build-isolation", *_editable_members()],
    ):
        run_step(
            console,
            _STEP,
            [uv, "pip", *arguments],
            environment=_UV_ENVIRONMENT,
            remedy=_NETWORK_REMEDY,
            without=_UV_LISTING,
        )


def _install_with_pip(console: Console, profile: Profile) -> None:
    pip = [str(paths.venv_program("python")), "-m", "pip", "install", "--disable-pip-version-check", "--no-deps"]
    lock = str(paths.REQUIREMENTS / f"{profile}.lock")
    for arguments in (
        ["--progress-bar", "off", "--require-hashes", "-r", lock],
        ["--quiet", "--no-build-isolation", *_editable_members()],
    ):
        run_step(console, _STEP, [*pip, *arguments], remedy=_NETWORK_REMEDY)


def _editable_members() -> list[str]:
    return [word for member in paths.MEMBERS for word in ("-e", str(paths.ROOT / member))]


def ensure_uv(console: Console) -> str:
    """The path of uv. Raises: LauncherError when it cannot be had."""
    uv = _find_uv(console)
    if uv is None:
        raise LauncherError(f"uv could not be installed: {_NETWORK_REMEDY}.")
    return uv


def _find_uv(console: Console) -> str | None:
    """The pinned uv in a folder of our own, fetched at the first need; else one on the PATH; else None."""
    program = _UV_FOLDER / "bin" / ("uv.exe" if paths.IS_WINDOWS else "uv")
    value = fingerprint([_INSTALLER_LOCK])
    if program.exists() and is_current(_UV_FOLDER / ".stamp", value):
        return str(program)
    shutil.rmtree(_UV_FOLDER, ignore_errors=True)
    try:
        run_step(console, _STEP, [*_some_pip(), "--target", str(_UV_FOLDER), "-r", str(_INSTALLER_LOCK)])
    except LauncherError as error:
        console.say(f"The installer uv is not to be had: {error}")
        return shutil.which("uv")
    write_stamp(_UV_FOLDER / ".stamp", value)
    return str(program)


def _some_pip() -> list[str]:
    """pip of the environment, or of the running Python where the environment was made without one."""
    python = str(paths.venv_program("python"))
    has_pip = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    pip = [python if has_pip else sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    return [*pip, "-qq", "--no-deps", "--require-hashes"]
