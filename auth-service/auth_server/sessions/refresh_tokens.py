"""The form of refresh tokens: which one follows can be computed again, though only hashes are stored."""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from service_kit.keys import derive_key

_FORM = re.compile(r"cvr_(?P<session_id>[0-9a-f-]{36})\.(?P<generation>[1-9][0-9]{0,8})\.[A-Za-z0-9_-]{43}", re.ASCII)
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A string of the right form: whose it says to be. Nothing of it is verified yet."""

    text: str
    session_id: str
    generation: int


class RefreshTokenSigner:
    """Makes `cvr_<session id>.<generation>.<mac>`. The key is derived for this purpose alone."""

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "refresh-tokens")

    def sign(self, session_id: str, generation: int, seed: str) -> str:
        """The session's refresh token of this generation; always the same for the same seed."""
        signed = f"{session_id}.{generation}.{seed}".encode()
        mac = urlsafe_b64encode(hmac.digest(self._key, signed, "sha256")).rstrip(b"=").decode()
        return f"cvr_{session_id}.{generation}.{mac}"

    def is_authentic(self, token: PresentedToken, seed: str) -> bool:
        """Whether we made the token, in constant time."""
        return hmac.compare_digest(token.text, self.sign(token.session_id, token.generation, seed))


def read_token(text: str) -> PresentedToken | None:
    """What the text says of itself; None when it is no refresh token."""
    match = _FORM.fullmatch(text)
    return PresentedToken(text, match["session_id"], int(match["generation"])) if match else None


def new_seed() -> str:
    """The secret of a new session."""
    return secrets.token_hex(SEED_BYTES)
