"""Password hashes: the only importer of passlib, and the threads that bcrypt runs in."""

import asyncio
import secrets
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import structlog
from passlib.context import CryptContext

from auth_server.errors import PasswordChecksBusy
from auth_server.passwords.policy import LONGEST_PASSWORD

T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the password is right, and its new hash when the stored one has another cost than today's."""

    is_right: bool
    new_hash: str | None = None


class PasswordHasher:
    """Hashes and verifies off the event loop: eight verifications on it would block it for two seconds.

    bcrypt gives up the interpreter lock, so `threads` are best as many as there are cores. At most `queue_length`
    further jobs wait; one costs about a quarter of a second of a core at 12 rounds.
    """

    def __init__(self, *, rounds: int, threads: int, queue_length: int) -> None:
        # bcrypt_sha256, because bcrypt alone ignores what follows the 72nd byte.
        self._context = CryptContext(schemes=["bcrypt_sha256"], bcrypt_sha256__rounds=rounds)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._room = threading.BoundedSemaphore(threads + queue_length)
        self._dummy_hash = self._context.hash(secrets.token_urlsafe(32))

    async def hash(self, password: str) -> str:
        """A new hash. Raises PasswordChecksBusy (503)."""
        return await self._in_thread(lambda: str(self._context.hash(_encode(password))))

    async def verify(self, password: str, password_hash: str | None) -> Verification:
        """Whether the hash is the password's. Without a hash it does the same work and says no.

        Raises: PasswordChecksBusy (503).
        """
        return await self._in_thread(lambda: self._verify(password, password_hash))

    def _verify(self, password: str, password_hash: str | None) -> Verification:
        if password_hash is None or len(password) > LONGEST_PASSWORD:
            self._context.verify(_encode(password[:LONGEST_PASSWORD]), self._dummy_hash)
            return Verification(is_right=False)
        is_right, new_hash = self._context.verify_and_update(_encode(password), password_hash)
        return Verification(is_right, new_hash)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if not self._room.acquire(blocking=False):
            log.warning("password_checks_busy")
            raise PasswordChecksBusy()
        future = self._threads.submit(work)
        future.add_done_callback(lambda _done: self._room.release())
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Drops the jobs that wait and ends the threads."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def _encode(password: str) -> bytes:
    """NFC (RFC 8265, section 4.2), so that ü is ü from every keyboard; a lone surrogate is bytes like any other."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
