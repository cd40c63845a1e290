"""The .env files: reading the tiers, and making the root one with a secret of its own."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from launcher.paths import ROOT

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def parse(text: str) -> dict[str, str]:
    """Read KEY=value lines as python-dotenv does: comments, `export`, single and double quotes.

    Values that span lines and `${…}` references are not interpreted: no variable of ours needs them.
    """
    values = {}
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        if match := _LINE.match(line):
            values[match[1]] = _value(match[2])
    return values


def _value(raw: str) -> str:
    if quoted := re.match(r"'([^']*)'", raw):
        return quoted[1]
    if quoted := re.match(r'"((?:[^"\\]|\\.)*)"', raw):
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), quoted[1])
    return re.sub(r"(^|\s+)#.*$", "", raw).strip()


def read(path: Path) -> dict[str, str]:
    return parse(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}


class Tiers:
    """The three tiers for one process each: process environment over the service's file over the root file."""

    def __init__(self, environ: Mapping[str, str], root: Path = ROOT) -> None:
        self.environ = environ
        self._root = root
        self._root_file = read(root / ".env")

    def configured(self, folder: str, name: str) -> str | None:
        """What a service finds under that name; None when no tier (or only an empty value) has it."""
        return self.environ.get(name) or self.own_file(folder).get(name) or self._root_file.get(name) or None

    def shared(self, name: str) -> str | None:
        """What the process environment or the root file says, for settings that belong to no single service."""
        return self.environ.get(name) or self._root_file.get(name) or None

    def own_file(self, folder: str) -> dict[str, str]:
        return read(self._root / folder / ".env")


def ensure_root_env(environ: Mapping[str, str], root: Path = ROOT) -> str | None:
    """Make `.env` from `.env.example` with a random AUTH_SECRET_KEY, readable by its owner alone.

    An existing file is kept and gets the secret added when it has none and the process environment has none either.
    Returns: the sentence to show, or None when nothing was written.
    """
    target = root / ".env"
    if not target.exists():
        _create_privately(target, _with_secret((root / ".env.example").read_text(encoding="utf-8")))
        return f"Created {target} with a random AUTH_SECRET_KEY."
    if environ.get("AUTH_SECRET_KEY") or read(target).get("AUTH_SECRET_KEY"):
        return None
    target.write_text(_with_secret(target.read_text(encoding="utf-8")), encoding="utf-8")
    return f"Added a random AUTH_SECRET_KEY to {target}."


def _with_secret(text: str) -> str:
    line = f"AUTH_SECRET_KEY={secrets.token_urlsafe(48)}"
    replaced, count = re.subn(r"(?m)^AUTH_SECRET_KEY=.*$", line, text, count=1)
    return replaced if count else f"{text.rstrip()}\n{line}\n".lstrip()


def _create_privately(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
