"""The form and the scopes of API keys: what every service can tell of a key without asking anybody.

`cvo_<public id: 12>_<secret: 43><mac: 8><checksum: 6>`, in letters and digits. The secret has 256 bits of randomness.
The MAC is made under a key derived from the shared secret, so that only keys that were once given out are asked about.
The checksum is the CRC-32 of what stands before it: it shows a slip of the hand, and tells a scanner for leaked
secrets, who knows no secret of ours, that this is a key.
"""

import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass, field
from typing import Literal, get_args

from service_kit.keys import derive_key

Scope = Literal["chat", "analytics:read"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

PREFIX = "cvo_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
PUBLIC_LENGTH = 12
SECRET_LENGTH = 43  # 62^43 > 2^256
MAC_LENGTH = 8  # 47 bits: a guess that fits would only be asked about, and refused then
CHECKSUM_LENGTH = 6  # 62^6 > 2^32
_FORM = re.compile(
    rf"(?P<signed>{PREFIX}(?P<public_id>[0-9A-Za-z]{{{PUBLIC_LENGTH}}})_[0-9A-Za-z]{{{SECRET_LENGTH}}})"
    rf"(?P<mac>[0-9A-Za-z]{{{MAC_LENGTH}}})(?P<checksum>[0-9A-Za-z]{{{CHECKSUM_LENGTH}}})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the right form, which was given out at some time. Whether it still holds, only auth-service knows."""

    text: str = field(repr=False)
    public_id: str


class ApiKeyCodec:
    """Makes keys and recognises them. The key of the MAC is derived for this purpose alone."""

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "api-key-form")

    def make(self) -> ApiKey:
        """A new key; its text is not kept anywhere."""
        public_id = _random(PUBLIC_LENGTH)
        signed = f"{PREFIX}{public_id}_{_random(SECRET_LENGTH)}"
        text = signed + self._mac(signed)
        return ApiKey(text + checksum(text), public_id)

    def read(self, text: str) -> ApiKey | None:
        """The key; None for a text of another form, with a slip in it, or that was not made here."""
        match = _FORM.fullmatch(text)
        if match is None or checksum(match["signed"] + match["mac"]) != match["checksum"]:
            return None
        if not hmac.compare_digest(match["mac"], self._mac(match["signed"])):
            return None
        return ApiKey(text, match["public_id"])

    def _mac(self, signed: str) -> str:
        return _in_letters(int.from_bytes(hmac.digest(self._key, signed.encode(), "sha256")), MAC_LENGTH)


def checksum(text: str) -> str:
    """The checksum that follows the text in a key."""
    return _in_letters(zlib.crc32(text.encode()), CHECKSUM_LENGTH)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _in_letters(number: int, length: int) -> str:
    """The last `length` digits of the number to the base 62."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
