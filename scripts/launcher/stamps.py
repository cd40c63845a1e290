"""Stamps: a hash of what a step was made from, so that a step whose sources are unchanged is skipped."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(files: Iterable[Path], *facts: str) -> str:
    """Hash names and contents of files (in a fixed order) and further facts; a missing file counts as such."""
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(fact.encode() + b"\0")
    for path in sorted(files):
        digest.update(str(path).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"absent")
    return digest.hexdigest()


def files_below(folder: Path, *, without: frozenset[str]) -> list[Path]:
    """All files below a folder, except those inside folders (or files) of the given names."""
    found: list[Path] = []
    pending = [folder]
    while pending:
        for entry in pending.pop().iterdir():
            if entry.name in without:
                continue
            if entry.is_dir() and not entry.is_symlink():
                pending.append(entry)
            elif entry.is_file():
                found.append(entry)
    return found


def is_current(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == value


def write_stamp(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value + "\n", encoding="utf-8")
