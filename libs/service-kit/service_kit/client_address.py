"""Where a request comes from: the peer, or what a proxy that the operator trusts says of the one before it."""

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service_kit.settings import IPNetwork

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
HOME_NETWORK_BITS = 64  # what one IPv6 customer has at least (RFC 6177): its addresses are one client


class ClientAddressMiddleware:
    """Puts the client's address into the scope, for whoever asks there: logs, sessions, limits.

    `X-Forwarded-For` counts only from a trusted peer, and then from the right: the first address that is not itself
    trusted. What a client writes into the header stands further left and is not looked at.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[IPNetwork]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and self._trusted and scope.get("client"):
            host, port = scope["client"]
            scope["client"] = (self._client_behind(host, Headers(scope=scope)), port)
        await self._app(scope, receive, send)

    def _client_behind(self, peer: str, headers: Headers) -> str:
        hops = [hop.strip() for line in headers.getlist("x-forwarded-for") for hop in line.split(",")]
        client = peer
        while hops and self._is_trusted(client):
            hop = hops.pop()
            if parse_address(hop) is None:
                break
            client = hop
        return client

    def _is_trusted(self, host: str) -> bool:
        address = parse_address(host)
        return address is not None and any(address in network for network in self._trusted)


def parse_address(host: str) -> IPAddress | None:
    """The address, with an IPv4 one inside IPv6 taken out; None for anything else."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def client_group(host: str) -> str:
    """What counts as one client: an IPv4 address, or the home network of an IPv6 address."""
    address = parse_address(host)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(address), HOME_NETWORK_BITS), strict=False))
    return str(address or host)
