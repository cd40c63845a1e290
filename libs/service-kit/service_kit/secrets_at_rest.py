"""Secrets that the database keeps: sealed under keys derived for one purpose each, so that a copy of it opens none."""

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service_kit.keys import derive_key

FORM = "v1."
NONCE_BYTES = 12  # NIST SP 800-38D, section 8.2.2: random ones are good for 2^32 seals of a key


class SecretUnreadable(Exception):
    """What is stored cannot be opened: it was changed, belongs elsewhere, or AUTH_SECRET_KEY is another one now."""


class SecretBox:
    """Seals under AES-256-GCM. The key is derived from the shared secret for this purpose alone."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._cipher = AESGCM(derive_key(secret, purpose))

    def seal(self, plain: bytes, *, bound_to: str) -> str:
        """The text to store; it opens only where the same `bound_to` (whose it is) is named. Never twice the same."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return FORM + urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, plain, bound_to.encode())).decode()

    def open(self, sealed: str, *, bound_to: str) -> bytes:
        """What was sealed. Raises: SecretUnreadable."""
        if not sealed.startswith(FORM):
            raise SecretUnreadable()
        try:
            stored = urlsafe_b64decode(sealed.removeprefix(FORM))
            if FORM + urlsafe_b64encode(stored).decode() != sealed:  # other spellings of the same bytes
                raise SecretUnreadable()
            return self._cipher.decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise SecretUnreadable() from error
