"""Which pages may use this service as its own page does: with its cookie, and with passkeys."""

from collections.abc import Sequence
from urllib.parse import urlsplit


class PageOrigins:
    """`*` allows nobody here: such a page is named in CORS_ORIGINS, or comes from the service's very address."""

    def __init__(self, cors_origins: Sequence[str]) -> None:
        self.named = tuple(origin for origin in cors_origins if origin != "*")

    def allows(self, origin: str, host: str | None) -> bool:
        """Whether a page of this origin may; `host` is the address that it called."""
        return bool(origin) and (origin in self.named or urlsplit(origin).netloc == host)
