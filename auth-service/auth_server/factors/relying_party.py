"""Whom passkeys are for: the host name of the page, and the origins that may use them."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from auth_server.factors.errors import PasskeysUnavailable
from auth_server.page_origins import PageOrigins

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.ASCII)


@dataclass(frozen=True, slots=True)
class CallingPage:
    """Where a request says that it comes from, and the address that it called."""

    origin: str
    host: str


class RelyingParties:
    """Chooses the relying party of a request: `WEBAUTHN_RP_ID`, else the host of the page's own address."""

    def __init__(self, fixed_id: str, origins: PageOrigins) -> None:
        self._fixed_id = fixed_id
        self._origins = origins

    def id_for(self, page: CallingPage) -> str:
        """The host name that a passkey made on this page is good for.

        A program names no page; it gets the first of CORS_ORIGINS that can have passkeys.
        Raises: PasskeysUnavailable (400) for a page that is opened by its number, which no passkey can be for.
        """
        if self._fixed_id:
            return self._fixed_id
        candidates = [page.origin] if self._origins.allows(page.origin, page.host) else self._origins.named
        for host in map(host_of, candidates):
            if is_domain(host):
                return host
        raise PasskeysUnavailable()

    def origins_of(self, rp_id: str, page: CallingPage) -> list[str]:
        """The origins that a passkey of this host name may be used from."""
        own = [page.origin] if self._origins.allows(page.origin, page.host) else []
        return [origin for origin in (*self._origins.named, *own) if _is_within(host_of(origin), rp_id)]


def host_of(origin: str) -> str:
    """The host name of an origin, without its port."""
    return urlsplit(origin).hostname or ""


def is_domain(host: str) -> bool:
    """Whether it is a name, such as `localhost`, and not a number."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return len(host) <= 253 and _DOMAIN.fullmatch(host) is not None
    return False


def _is_within(host: str, rp_id: str) -> bool:
    return host == rp_id or host.endswith(f".{rp_id}")
