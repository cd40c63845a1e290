"""The file of one service's backup: what its database holds, with the SHA-256 of every entry, and a manifest."""

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

MANIFEST = "manifest.json"
CHUNK_BYTES = 1_048_576
COMPRESSION = 1  # texts shrink to a third; the higher levels cost several times the time for a few percent
# What reading makes of a file in which any byte may be another one.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, KeyError, EOFError, RuntimeError, ValueError, OverflowError, OSError
)  # fmt: skip
DAMAGED = "The backup is damaged: {}. Nothing was changed; take another copy of it, or an older backup."


class BackupRefused(Exception):
    """It cannot be done; the text is the sentence to show."""


class Manifest(BaseModel):
    """What a backup is of. `rows` and `columns` go by table, `sha256` by entry; `sequences` are the last values."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    service: str
    version: str
    taken_at: str  # UTC, ISO 8601
    database: Literal["sqlite", "postgresql"]
    revision: str
    secret_mark: str
    rows: dict[str, int]
    columns: dict[str, list[str]]
    sequences: dict[str, int]
    sha256: dict[str, str]


@contextmanager
def new_private_file(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone, which has its name only once all of it is on disk.

    Raises: BackupRefused when there is one of that name; OSError. Then nothing of it is left.
    """
    if path.exists():
        raise BackupRefused(f"{path} is there already: name another file, nothing is overwritten.")
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)  # of one that was killed
    try:
        with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    keep_names(path.parent)


def keep_names(folder: Path) -> None:
    """Has the names of a folder on disk; Windows does so by itself, and opens no folder."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class PartWriter:
    """Adds entries to a backup that is being made."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.sha256: dict[str, str] = {}

    @contextmanager
    def entry(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """What takes the entry's bytes, piece by piece."""
        digest = hashlib.sha256()
        with self._archive.open(name, "w", force_zip64=True) as entry:

            def write(data: bytes) -> None:
                digest.update(data)
                entry.write(data)

            yield write
        self.sha256[name] = digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """The last entry."""
        self._archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))


@contextmanager
def new_part(path: Path) -> Iterator[PartWriter]:
    """A backup to fill. Raises: as `new_private_file`."""
    with (
        new_private_file(path) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive,
    ):
        yield PartWriter(archive)


class PartReader:
    """A backup that was opened; `require_whole` comes before anything is made of it."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of an entry. Raises: BackupRefused."""
        try:
            with self._archive.open(name) as entry:
                while data := entry.read(CHUNK_BYTES):
                    yield data
        except UNREADABLE as error:
            raise BackupRefused(DAMAGED.format(f"{name} cannot be read")) from error

    def require_whole(self) -> None:
        """Reads everything. Raises: BackupRefused when a byte of it is another one than when it was made."""
        for name, expected in self.manifest.sha256.items():
            digest = hashlib.sha256()
            for data in self.chunks(name):
                digest.update(data)
            if digest.hexdigest() != expected:
                raise BackupRefused(DAMAGED.format(f"{name} is not what was written"))


@contextmanager
def opened_part(path: Path) -> Iterator[PartReader]:
    """A backup to read. Raises: BackupRefused, OSError."""
    with path.open("rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except UNREADABLE as error:
            raise BackupRefused(DAMAGED.format(f"{path.name} has no end, or is no backup")) from error
        with archive:
            yield PartReader(archive, _manifest_of(archive))


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    try:
        text = archive.read(MANIFEST)
    except UNREADABLE as error:
        raise BackupRefused(DAMAGED.format("its manifest cannot be read")) from error
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise BackupRefused(
            "The backup has a form that this version of ConvoAI does not know: "
            "restore it with the version that made it, or a newer one."
        ) from error
