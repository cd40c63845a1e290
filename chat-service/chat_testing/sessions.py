"""Sessions that a test ends, without an auth-service."""

from service_kit.errors import CredentialsRefused, IdentityUnavailable
from service_kit.tokens import Principal


class FakeSessions:
    """A SessionCheck that finds every session active until it is ended here."""

    def __init__(self) -> None:
        self.is_away = False
        self._ended: set[str] = set()

    def end(self, session_id: str) -> None:
        """Ends a session, as auth-service would tell."""
        self._ended.add(session_id)

    async def check(self, token: str, principal: Principal) -> Principal:
        if self.is_away:
            raise IdentityUnavailable()
        if self.has_ended(principal):
            raise CredentialsRefused()
        return principal

    def is_due(self, principal: Principal) -> bool:
        return self.is_away

    def has_ended(self, principal: Principal) -> bool:
        return principal.session_id in self._ended

    async def close(self) -> None:
        self._ended.clear()
