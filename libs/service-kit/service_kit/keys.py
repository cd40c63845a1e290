"""Keys for single purposes, derived from the one shared secret, so that none of them opens anything else."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def derive_key(secret: str, purpose: str) -> bytes:
    """The 32-byte key for this purpose alone (HKDF-SHA256, RFC 5869, with the purpose as its info).

    The same secret and purpose give the same key in every service and after every restart.
    """
    hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"convoai/" + purpose.encode())
    return hkdf.derive(secret.encode())
