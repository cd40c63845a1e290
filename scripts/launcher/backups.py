"""backup and restore: the three services' own backups in one file, taken in the order that loses no event."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from launcher.console import Console
from launcher.env_files import ensure_root_env
from launcher.environment import ensure_environment
from launcher.file_lock import FileLock
from launcher.paths import ROOT, RUN, venv_program
from launcher.problems import LauncherError
from launcher.run_files import RunFiles
from launcher.services import ANALYTICS, AUTH, CHAT, SERVICES, Service

# Events go from auth and chat to analytics and leave their outbox once they are there; orders of erasure go from auth
# to both. Who sends is taken before who receives: what has left a sender's backup is in the receiver's (decision 37).
ORDER = (AUTH, CHAT, ANALYTICS)
DEFAULT_FOLDER = ROOT / "backups"
MANIFEST = "manifest.json"
SCRATCH = ".convoai-backup-"
CHUNK_BYTES = 1_048_576
DAMAGED = "The backup {} is damaged: {}. Nothing was changed; take another copy of it, or an older backup."


def back_up(console: Console, folder: Path) -> int:
    """Write a new file into the folder while the services run. Returns: 0, or 1 when a service said why not."""
    _prepare(console)
    target = folder / f"convoai-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(), _scratch(folder) as scratch:
            for service in ORDER:
                if _run(service, "take", [str(_part(scratch, service))]):
                    return 1
            _pack(scratch, target)
    except OSError as error:
        raise LauncherError(f"The backup could not be written, and nothing is left of it: {error}.") from error
    console.say(f"Backed up to {target}. It holds password hashes and what people wrote: keep it where you keep those.")
    console.say("AUTH_SECRET_KEY is not in it; without the key of today a restored installation is not whole.")
    return 0


def restore(console: Console, source: Path, *, is_replacing: bool, has_other_secret: bool) -> int:
    """Put a backup in the place of all three databases.

    All three are asked before the first is changed. Returns: 0, or 1 when a service said why not.
    Raises: LauncherError when services run from this folder, or the file is not whole.
    """
    _prepare(console)
    options = ["--replace"] * is_replacing + ["--other-secret"] * has_other_secret
    try:
        with _stopped(), _alone(), _scratch(RUN) as scratch:
            _unpack(source, scratch)
            for command in ("check", "restore"):
                for service in ORDER:
                    if _run(service, command, [str(_part(scratch, service)), *options]):
                        return 1
    except OSError as error:
        raise LauncherError(f"The backup could not be restored: {error}. Mend that and run it again.") from error
    console.say("Restored. Everybody has to sign in again; start-all-services starts it.")
    return 0


def _prepare(console: Console) -> None:
    if sentence := ensure_root_env(os.environ):
        console.say(sentence)
    ensure_environment(console, "runtime")


def _run(service: Service, command: str, arguments: list[str]) -> int:
    """The service's own command, in its folder and with its settings; it says itself what it did or why not."""
    words = [str(venv_program("python")), "-m", f"{service.package}.backups", command, *arguments]
    return subprocess.run(words, cwd=service.folder, env=_environment_of(service), check=False).returncode


def _environment_of(_service: Service) -> Mapping[str, str]:
    return os.environ  # each service reads its own .env file beside it


@contextmanager
def _stopped() -> Iterator[None]:
    """Nothing runs from this folder, and nothing can be started meanwhile."""
    with ExitStack() as held:
        for instance in ("all", *(service.name for service in SERVICES)):
            run_files = RunFiles(instance, RUN)
            if not run_files.lock.try_take():
                raise LauncherError("The services run: end them with stop-all-services, then restore.")
            held.callback(run_files.lock.release)
            if run_files.survivors():
                raise LauncherError("Some services still run: end them with stop-all-services, then restore.")
        yield


@contextmanager
def _alone() -> Iterator[None]:
    lock = FileLock(RUN / "backup.running")
    if not lock.try_take():
        raise LauncherError("Another backup or restore is under way: wait until it has ended.")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for its owner alone, gone afterwards; those that killed runs left go as well."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{SCRATCH}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=folder) as name:
        yield Path(name)


def _part(scratch: Path, service: Service) -> Path:
    return scratch / f"{service.name}.zip"


def _pack(scratch: Path, target: Path) -> None:
    """One file of the three, which has its name only once all of it is on disk."""
    parts = [_part(scratch, service) for service in ORDER]
    manifest = {"format": 1, "sha256": {part.name: _sha256(part) for part in parts}}
    packed = scratch / target.name
    with os.fdopen(os.open(packed, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
            for part in parts:
                archive.write(part, part.name)
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        raise LauncherError(f"{target} is there already: run it again.")
    packed.replace(target)


def _unpack(source: Path, scratch: Path) -> None:
    """Raises: LauncherError unless every byte of the three is what was packed."""
    with source.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                expected = json.loads(archive.read(MANIFEST))["sha256"]
                for service in ORDER:
                    part = _part(scratch, service)
                    with archive.open(part.name) as entry, part.open("wb") as copy:
                        shutil.copyfileobj(entry, copy, CHUNK_BYTES)
                    if _sha256(part) != expected[part.name]:
                        raise LauncherError(DAMAGED.format(source, f"{part.name} is not what was packed"))
        except (zipfile.BadZipFile, ValueError, KeyError, TypeError, EOFError, RuntimeError) as error:
            raise LauncherError(DAMAGED.format(source, "it has no end, or is no backup of ConvoAI")) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
