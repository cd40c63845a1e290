"""What a caller shows as Bearer: an access token or an API key, checked as far as that goes without asking anybody."""

import hashlib
from dataclasses import dataclass, field

from service_kit.api_keys import PREFIX, ApiKeyCodec
from service_kit.errors import ApiKeyRefused, CredentialsRefused
from service_kit.tokens import LATEST_TIMESTAMP, Principal, TokenCodec

Subject = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that we made. Whether it still holds, only auth-service can say: the text is for asking that.

    subject: what the answer is about and remembered by: a session and its user, or the SHA-256 of an API key.
    token_id: which of the session's tokens it is; of an API key there is just one.
    claims: whom an access token says to speak for; None for an API key, which says nothing of its owner.
    """

    text: str = field(repr=False)
    subject: Subject
    token_id: str
    claims: Principal | None

    @property
    def expires_at(self) -> int:
        """The end that it tells itself, in seconds since 1970."""
        return LATEST_TIMESTAMP if self.claims is None else self.claims.expires_at

    def refusal(self) -> CredentialsRefused:
        """The error that tells its holder that it does not hold."""
        return ApiKeyRefused() if self.claims is None else CredentialsRefused()


def is_api_key(text: str) -> bool:
    """Whether the text is meant as an API key; it may be none of ours."""
    return text.startswith(PREFIX)


class CredentialReader:
    """Verifies signatures and checksums."""

    def __init__(self, tokens: TokenCodec, api_keys: ApiKeyCodec) -> None:
        self._tokens = tokens
        self._api_keys = api_keys

    def read(self, text: str) -> Credential:
        """The credential. Raises: CredentialsRefused (401) for what is not ours, is over, or has no session."""
        if is_api_key(text):
            return self._api_key(text)
        claims = self._tokens.verify(text, "access")
        if not claims.session_id:
            raise CredentialsRefused()
        return Credential(text, (claims.session_id, claims.user_id), claims.token_id, claims)

    def _api_key(self, text: str) -> Credential:
        if self._api_keys.read(text) is None:
            raise ApiKeyRefused()
        return Credential(text, ("api-key", hashlib.sha256(text.encode()).hexdigest()), "", None)
