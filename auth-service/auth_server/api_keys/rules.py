"""What API keys go by: their form, the hash that is stored of them, how many and how long, and what time it is."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from service_kit.api_keys import ApiKey, ApiKeyCodec
from service_kit.keys import derive_key


class ApiKeyHasher:
    """HMAC-SHA256 under a key of its own: whoever can write to the database cannot plant a key of theirs in it.

    256 bits of randomness need no slow hash.
    """

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "api-keys")

    def hash(self, key: ApiKey) -> str:
        """What is stored of the key, as 64 hexadecimal digits."""
        return hmac.digest(self._key, key.text.encode(), "sha256").hex()

    def is_of(self, stored: str, key: ApiKey) -> bool:
        """Whether the stored hash is that of the key, in constant time."""
        return hmac.compare_digest(stored, self.hash(key))


@dataclass(frozen=True, slots=True)
class ApiKeyRules:
    """A person has at most `per_user` keys; with `longest` each must end within that time."""

    codec: ApiKeyCodec
    hasher: ApiKeyHasher
    per_user: int
    longest: timedelta | None
    now: Callable[[], datetime]
