"""Gets the conversations out of an uploaded file, a zip or bare JSON, within limits; knows no database."""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO, Literal

import msgspec

from chat_server.errors import ImportTooLarge, NotAnExport
from chat_server.imports.chatgpt import read_chatgpt
from chat_server.imports.conversations import ImportedConversation
from chat_server.imports.convoai import read_convoai

Format = Literal["convoai", "chatgpt"]
MOST_CONVERSATIONS = 10_000
CHUNK_BYTES = 1_048_576
LARGEST_DIRECTORY_BYTES = 4_194_304  # of a zip: about 50,000 files; zipfile reads the whole of it into memory
DIRECTORY_END = b"PK\x05\x06"
LARGEST_DIRECTORY_END = 65_557  # bytes, with its comment
WANTED = re.compile(r"(?:.*/)?conversations(?:-\d+)?\.json")
# A half character, as `\ud83d` alone, which no decoder takes; an escaped backslash before a `u` begins none.
ESCAPES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


class _Chat(msgspec.Struct):
    conversations: list[msgspec.Raw] = []


class _Document(msgspec.Struct):
    conversations: list[msgspec.Raw] | None = None
    chat: _Chat | None = None
    mapping: msgspec.Raw = msgspec.Raw()


class _Head(msgspec.Struct):
    mapping: msgspec.Raw = msgspec.Raw()
    title: object = None


@dataclass(frozen=True, slots=True)
class Upload:
    """What was found in a file: conversations, each still to be read."""

    format: Format
    raws: list[msgspec.Raw]

    def title(self, raw: msgspec.Raw) -> str | None:
        """What one of them is called, as far as that can be read."""
        title = _head(raw).title
        return title if isinstance(title, str) else None

    def read(self, raw: msgspec.Raw, now: datetime) -> ImportedConversation:
        """One of them. Raises UnreadableConversation."""
        reader: Callable[[msgspec.Raw, datetime], ImportedConversation]
        reader = read_chatgpt if self.format == "chatgpt" else read_convoai
        return reader(raw, now)


def open_upload(file: BinaryIO, *, largest_bytes: int) -> Upload:
    """The conversations of the file; `largest_bytes` is how much it may hold once it is unpacked.

    Raises: NotAnExport (422) for anything else, ImportTooLarge (413) for more than is taken at once.
    """
    file.seek(0)
    is_zip = file.read(4) == b"PK\x03\x04"
    file.seek(0)
    texts = _unpacked(file, largest_bytes) if is_zip else [_limited(file, largest_bytes)]
    raws = [raw for text in texts for raw in _conversations_of(text)]
    if len(raws) > MOST_CONVERSATIONS:
        raise ImportTooLarge(f"The file holds {len(raws):,} conversations; at most {MOST_CONVERSATIONS:,} are taken.")
    is_foreign = any(_is_there(_head(raw).mapping) for raw in raws)
    return Upload("chatgpt" if is_foreign else "convoai", raws)


def _unpacked(file: BinaryIO, largest_bytes: int) -> list[bytes]:
    try:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            members = [one for one in archive.infolist() if WANTED.fullmatch(one.filename)]
            if not members:
                raise NotAnExport("There is no conversations.json in this zip file. Choose the export as it came.")
            texts: list[bytes] = []
            for member in members:
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise NotAnExport()
                with archive.open(member) as unpacked:
                    texts.append(_limited(unpacked, largest_bytes - sum(map(len, texts))))
            return texts
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, struct.error) as error:
        raise NotAnExport("The zip file is damaged or encrypted. Download the export again.") from error


def _check_directory(file: BinaryIO) -> None:
    """Raises ImportTooLarge for a zip whose list of files alone would fill the memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - LARGEST_DIRECTORY_END))
    end = file.read()
    position = end.rfind(DIRECTORY_END)
    file.seek(0)
    if position < 0 or len(end) < position + 16:
        raise zipfile.BadZipFile
    (directory_bytes,) = struct.unpack_from("<I", end, position + 12)
    if directory_bytes > LARGEST_DIRECTORY_BYTES:
        raise ImportTooLarge("The zip file holds too many files. Take conversations.json out of it and import that.")


def _limited(file: IO[bytes], largest_bytes: int) -> bytes:
    """All of it, read piece by piece: what a zip says of its size may be a lie."""
    pieces: list[bytes] = []
    left = largest_bytes
    while piece := file.read(min(CHUNK_BYTES, left + 1)):
        left -= len(piece)
        if left < 0:
            raise ImportTooLarge()
        pieces.append(piece)
    return b"".join(pieces)


def _conversations_of(text: bytes) -> list[msgspec.Raw]:
    text = text.removeprefix(b"\xef\xbb\xbf")
    try:
        return _split(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return _split(ESCAPES.sub(_whole, text))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAnExport() from error


def _whole(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if len(escape[0]) == 6 else escape[0]


def _split(text: bytes) -> list[msgspec.Raw]:
    if text.lstrip()[:1] == b"[":
        return msgspec.json.decode(text, type=list[msgspec.Raw])
    document = msgspec.json.decode(text, type=_Document)
    if _is_there(document.mapping):
        return [msgspec.Raw(text)]
    if document.conversations is not None:
        return document.conversations
    if document.chat is not None:
        return document.chat.conversations
    raise NotAnExport()


def _is_there(raw: msgspec.Raw) -> bool:
    return memoryview(raw).nbytes > 0


def _head(raw: msgspec.Raw) -> _Head:
    try:
        return msgspec.json.decode(raw, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Head()
