"""Recovery codes: how they look, and the keyed hash that is stored of each."""

import hmac
import re
import secrets

from service_kit.keys import derive_key

CODE_COUNT = 10
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # no 0, 1, i, l, o, u: they are mistaken for others when written down
_LENGTH = 10  # 49 bits, far beyond what a bounded number of tries finds
_FORM = re.compile(f"[{_ALPHABET}]{{{_LENGTH}}}")


def new_codes() -> list[str]:
    """Ten codes of the form `k3x9m-7qwz2`."""
    return [_new_code() for _ in range(CODE_COUNT)]


def _new_code() -> str:
    text = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return f"{text[:5]}-{text[5:]}"


def read_recovery_code(text: str) -> str | None:
    """The code without its hyphen, in small letters; None when it is no such code."""
    code = "".join(text.split()).replace("-", "").lower()
    return code if _FORM.fullmatch(code) else None


class RecoveryCodeHasher:
    """HMAC-SHA256 under a key for this alone: random codes need no slow hash, and ten of them would cost seconds."""

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "recovery-codes")

    def hash(self, user_id: str, code: str) -> str:
        """What is stored of a code that `read_recovery_code` or `new_codes` gave. It is this user's alone."""
        plain = f"{user_id}.{code.replace('-', '')}".encode()
        return hmac.digest(self._key, plain, "sha256").hex()
