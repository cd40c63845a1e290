"""Accounts that a test closes, without an auth-service."""

from service_kit.errors import IdentityUnavailable


class FakeOwners:
    """An OwnerCheck for which every account is open until it is closed here."""

    def __init__(self) -> None:
        self.closed: set[str] = set()
        self.is_away = False

    async def is_active(self, user_id: str) -> bool:
        if self.is_away:
            raise IdentityUnavailable()
        return user_id not in self.closed

    async def close(self) -> None:
        self.closed.clear()
