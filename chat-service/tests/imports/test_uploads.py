"""Files that are no export, lie about their size, or hold more than is taken."""

import io
import json
import struct
import zipfile
from typing import Any

import httpx
import pytest
from chat_server.imports import uploads
from chat_testing.exports import foreign, zipped
from chat_testing.problems import code_of
from chat_testing.stored import Stored

ENCRYPTED_FLAG = 1


def encrypted() -> bytes:
    """A zip whose member says that it is encrypted."""
    data = bytearray(zipped("[]"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.index(signature) + offset
        data[position] |= ENCRYPTED_FLAG
    return bytes(data)


def lying(claimed: int) -> bytes:
    """A zip that says that its member is small."""
    data = bytearray(zipped(b" " * 4_000_000 + b"[]"))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(signature) + offset, claimed)
    return bytes(data)


def bzipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("conversations.json", "[]")
    return buffer.getvalue()


class TestRefused:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b" ",
            b"x",
            b"7",
            b"null",
            b'"text"',
            b"{}",
            b'{"conversations": 7}',
            b'{"chat": []}',
            b"[" * 100_000,
            b'[{"a": "\xff"}',
            b"PK\x03\x04",
            b"PK\x03\x04" + b"x" * 100,
            zipped("x"),
            zipped("[]", name="other.json"),
            zipped("[]")[:-30],
            encrypted(),
            bzipped(),
        ],
    )
    async def test_is_what_is_no_export(self, ann: httpx.AsyncClient, stored: Stored, content: bytes) -> None:
        response = await ann.post("/imports", content=content)
        assert code_of(response) == (422, "not_an_export")
        assert response.json()["errors"][0]["field"] == "body.file"
        assert await stored.count_of_conversations() == 0

    async def test_is_a_form_without_the_file(self, ann: httpx.AsyncClient) -> None:
        for options in ({"files": {"other": b"x"}}, {"files": {"file": (None, "text")}}):
            assert code_of(await ann.post("/imports", **options)) == (422, "not_an_export")

    async def test_is_a_broken_form(self, ann: httpx.AsyncClient) -> None:
        headers = {"Content-Type": "multipart/form-data"}
        assert (await ann.post("/imports", content=b"x", headers=headers)).status_code == 400


class TestLimits:
    @pytest.fixture
    def setting_changes(self) -> dict[str, Any]:
        return {"import_upload_bytes": 50_000, "import_unpacked_bytes": 1_000_000}

    async def test_an_upload_that_is_too_large_is_refused(self, ann: httpx.AsyncClient) -> None:
        for content in (b" " * 60_000, {"file": ("a.zip", b" " * 60_000)}):
            options = {"content": content} if isinstance(content, bytes) else {"files": content}
            response = await ann.post("/imports", **options)
            assert code_of(response) == (413, "body_too_large")

    async def test_a_bomb_is_refused_before_it_fills_the_memory(self, ann: httpx.AsyncClient, stored: Stored) -> None:
        good = json.dumps([foreign("g1")])
        bomb = zipped(good + " " * 10_000_000)
        assert len(bomb) < 50_000
        assert code_of(await ann.post("/imports", content=bomb)) == (413, "import_too_large")
        assert await stored.count_of_conversations() == 0

    async def test_several_files_count_together(self, ann: httpx.AsyncClient) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(4):
                archive.writestr(f"conversations-{number}.json", "[]" + " " * 300_000)
        assert code_of(await ann.post("/imports", content=buffer.getvalue())) == (413, "import_too_large")

    @pytest.mark.parametrize("claimed", [10, 900_000])
    async def test_a_zip_that_lies_about_its_size_is_refused(self, ann: httpx.AsyncClient, claimed: int) -> None:
        response = await ann.post("/imports", content=lying(claimed))
        assert code_of(response) in ((413, "import_too_large"), (422, "not_an_export"))

    async def test_a_zip_with_too_many_files_is_refused(
        self, ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(uploads, "LARGEST_DIRECTORY_BYTES", 1_000)
        others = {f"file{number}": b"" for number in range(30)}
        many = zipped("[]", "conversations.json", **others)
        assert code_of(await ann.post("/imports", content=many)) == (413, "import_too_large")

    async def test_too_many_conversations_are_refused(
        self, ann: httpx.AsyncClient, stored: Stored, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(uploads, "MOST_CONVERSATIONS", 2)
        response = await ann.post("/imports", json=[foreign(f"g{number}") for number in range(3)])
        assert code_of(response) == (413, "import_too_large")
        assert await stored.count_of_conversations() == 0


class TestOften:
    @pytest.fixture
    def setting_changes(self) -> dict[str, Any]:
        return {"imports_per_hour": 2}

    async def test_more_than_the_limit_has_to_wait(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        for _ in range(2):
            assert (await ann.post("/imports", json=[])).status_code == 200
        response = await ann.post("/imports", json=[])
        assert code_of(response) == (429, "rate_limited")
        assert "Retry-After" in response.headers
        assert (await bob.post("/imports", json=[])).status_code == 200
