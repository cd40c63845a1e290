"""What must hold for the lock files: no host is named, all agree on each version, no version below its floor."""

import json
import re
import tomllib
from pathlib import Path

from launcher.paths import FRONTEND, REQUIREMENTS
from launcher.preflight import parse_version

SERVICE_LOCKS = ("auth-service", "chat-service", "analytics-service")
_PIN = re.compile(r"(?m)^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HOST = re.compile(r"https?://[^\s\"']+")


def pins(path: Path) -> dict[str, str]:
    """Package → version of a lock made by uv."""
    return {name.lower(): version for name, version in _PIN.findall(path.read_text(encoding="utf-8"))}


def faults(requirements: Path = REQUIREMENTS, frontend: Path = FRONTEND) -> list[str]:
    """One sentence for each rule that is broken."""
    runtime, dev = pins(requirements / "runtime.lock"), pins(requirements / "dev.lock")
    found = disagreements("dev.lock", runtime, dev)
    for name in SERVICE_LOCKS:
        found += disagreements(f"{name}.lock", pins(requirements / f"{name}.lock"), runtime)
    for lock in sorted(requirements.glob("*.lock")):
        found += named_hosts(lock)
    page = frontend / "package-lock.json"
    found += resolved_hosts(page)
    return found + below_floor(requirements / "floors.toml", {"pypi": dev, "npm": npm_versions(page)})


def disagreements(name: str, smaller: dict[str, str], larger: dict[str, str]) -> list[str]:
    """What a lock has otherwise than the lock that must contain it."""
    return [
        f"{name}: {package} is {version} in one lock and {larger.get(package, 'absent')} in the other"
        for package, version in smaller.items()
        if larger.get(package) != version
    ]


def named_hosts(lock: Path) -> list[str]:
    """Addresses in a Python lock: a lock that names a host installs from nowhere else."""
    text = lock.read_text(encoding="utf-8")
    return [f"{lock.name} names the address {address}" for address in _HOST.findall(text)]


def resolved_hosts(lock: Path) -> list[str]:
    """npm packages whose download address is recorded; links to funding pages are no matter."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return [
        f"{lock.name} names where {name} was fetched from"
        for name, entry in packages.items()
        if str(entry.get("resolved", "")).startswith("http")
    ]


def npm_versions(lock: Path) -> dict[str, str]:
    """Package → lowest version in the lock: a package may be there more than once."""
    versions: dict[str, str] = {}
    for path, entry in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        name, version = path.rpartition("node_modules/")[2], str(entry.get("version", ""))
        known = versions.get(name)
        if name and version and (known is None or parse_version(version) < parse_version(known)):
            versions[name] = version
    return versions


def below_floor(floors: Path, locked: dict[str, dict[str, str]]) -> list[str]:
    """Packages older than the version that mended a known fault. An absent package is no fault."""
    found = []
    for floor in tomllib.loads(floors.read_text(encoding="utf-8"))["floor"]:
        version = locked[floor["registry"]].get(floor["package"])
        if version is not None and parse_version(version) < parse_version(floor["at_least"]):
            found.append(f"{floor['package']} {version} is below {floor['at_least']}: {floor['reason']}")
    return found
