"""Sessions and API keys that a test ends, without an auth-service."""

from service_kit.api_keys import ApiKeyCodec
from service_kit.credentials import Credential
from service_kit.errors import IdentityUnavailable
from service_kit.tokens import LATEST_TIMESTAMP, Principal


class FakeSessions:
    """A SessionCheck that finds every session active until it is ended here, and the API keys that it has given out."""

    def __init__(self) -> None:
        self.is_away = False
        self._ended: set[str] = set()
        self._keys: dict[str, Principal] = {}

    def end(self, session_id: str) -> None:
        """Ends a session, as auth-service would tell."""
        self._ended.add(session_id)

    def give_key(self, codec: ApiKeyCodec, name: str, *scopes: str, expires_at: int = LATEST_TIMESTAMP) -> str:
        """A new API key of the person with this name."""
        key = codec.make()
        self._keys[key.text] = Principal(name, name, ("user",), "", key.public_id, 1, expires_at, frozenset(scopes))
        return key.text

    def take_key(self, text: str) -> None:
        """Deletes an API key, as auth-service would tell."""
        del self._keys[text]

    async def check(self, credential: Credential) -> Principal:
        if self.is_away:
            raise IdentityUnavailable()
        principal = credential.claims or self._keys.get(credential.text)
        if principal is None or self.has_ended(credential):
            raise credential.refusal()
        return principal

    def is_due(self, credential: Credential) -> bool:
        return self.is_away

    def has_ended(self, credential: Credential) -> bool:
        if credential.claims is None:
            return credential.text not in self._keys
        return credential.claims.session_id in self._ended

    async def close(self) -> None:
        self._ended.clear()
