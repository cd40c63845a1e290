"""Hashes of passwords: nothing is cut, nothing blocks the loop, no input is a crash."""

import asyncio
import threading
import unicodedata
from collections.abc import Iterator

import pytest
from auth_server.errors import PasswordChecksBusy
from auth_server.passwords.hashing import PasswordHasher
from auth_server.settings import AuthSettings
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def hasher() -> Iterator[PasswordHasher]:
    hasher = PasswordHasher(rounds=4, threads=2, queue_length=8)
    yield hasher
    hasher.close()


class TestHash:
    async def test_is_bcrypt_sha256_with_the_rounds(self, hasher: PasswordHasher) -> None:
        assert (await hasher.hash("testpass123")).startswith("$bcrypt-sha256$v=2,t=2b,r=4$")

    async def test_is_salted(self, hasher: PasswordHasher) -> None:
        assert await hasher.hash("testpass123") != await hasher.hash("testpass123")

    async def test_never_runs_on_the_event_loop(self, hasher: PasswordHasher) -> None:
        thread = await hasher._in_thread(threading.current_thread)
        assert thread is not threading.current_thread()

    async def test_takes_twelve_rounds_unless_configured(self) -> None:
        assert AuthSettings.model_fields["bcrypt_rounds"].default == 12


class TestVerify:
    async def test_knows_the_password(self, hasher: PasswordHasher) -> None:
        stored = await hasher.hash("testpass123")
        assert (await hasher.verify("testpass123", stored)).is_right
        assert not (await hasher.verify("testpass124", stored)).is_right
        assert (await hasher.verify("testpass123", stored)).new_hash is None

    @given(
        start=st.text(st.characters(exclude_categories=["Cs"]), min_size=73, max_size=120),
        ends=st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=2, unique=True),
    )
    @settings(max_examples=25, deadline=None)
    async def test_tells_apart_what_differs_after_72_bytes(
        self, hasher: PasswordHasher, start: str, ends: list[str]
    ) -> None:
        stored = await hasher.hash(start + ends[0])
        assert (await hasher.verify(start + ends[0], stored)).is_right
        assert not (await hasher.verify(start + ends[1], stored)).is_right

    @given(st.text(max_size=200))
    @settings(max_examples=40, deadline=None)
    async def test_takes_any_text(self, hasher: PasswordHasher, password: str) -> None:
        assert not (await hasher.verify(password, None)).is_right

    async def test_tells_apart_what_follows_a_nul(self, hasher: PasswordHasher) -> None:
        stored = await hasher.hash("test\x00pass1")
        assert not (await hasher.verify("test\x00pass2", stored)).is_right
        assert not (await hasher.verify("test", stored)).is_right

    async def test_a_letter_is_the_same_from_every_keyboard(self, hasher: PasswordHasher) -> None:
        stored = await hasher.hash(unicodedata.normalize("NFD", "schlüssel1"))
        assert (await hasher.verify(unicodedata.normalize("NFC", "schlüssel1"), stored)).is_right

    async def test_more_than_128_characters_are_never_right(self, hasher: PasswordHasher) -> None:
        stored = await hasher.hash("x" * 128)
        assert not (await hasher.verify("x" * 129, stored)).is_right


class TestQueue:
    async def test_is_bounded_and_gives_room_back(self) -> None:
        hasher = PasswordHasher(rounds=4, threads=1, queue_length=1)
        release = threading.Event()
        waiting = [asyncio.create_task(hasher._in_thread(release.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(PasswordChecksBusy):
            await hasher.verify("testpass123", None)
        release.set()
        assert await asyncio.gather(*waiting) == [True, True]
        assert not (await hasher.verify("testpass123", None)).is_right
        hasher.close()

    async def test_gives_room_back_when_the_caller_is_gone(self) -> None:
        hasher = PasswordHasher(rounds=4, threads=1, queue_length=1)
        release = threading.Event()
        running = asyncio.create_task(hasher._in_thread(release.wait))
        gone = asyncio.create_task(hasher.verify("testpass123", None))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        release.set()
        await running
        assert not any(
            item.is_right for item in await asyncio.gather(hasher.verify("a", None), hasher.verify("b", None))
        )
        hasher.close()
