"""Where webhooks may go: hosts that the operator allowed, at addresses that are nobody's inside."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from service_kit.errors import InvalidInput

PORTS = {"https": 443, "http": 80}
# Networks of IPv6 whose addresses stand for ones of IPv4, inside as well: RFC 6052 and RFC 3056.
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"))
Resolve = Callable[[str, int], Awaitable[list[str]]]


class AddressRefused(Exception):
    """What the name stands for is not to be called."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to call: the name for certificate and Host header, and the one address that is connected to."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def url(self) -> str:
        """With the address in the place of the name, which is not to be looked up again."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def host_header(self) -> str:
        """As the name was written."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, in the order of the resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@dataclass(frozen=True, slots=True)
class WebhookPolicy:
    """`hosts` are names, with a port where it is not the usual one."""

    hosts: frozenset[str]
    is_http_allowed: bool
    are_private_allowed: bool
    resolve: Resolve = resolve

    def check(self, url: str) -> None:
        """Raises InvalidInput (422) for what may not be called, without looking the name up."""
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS.get(parts.scheme)
        except ValueError as error:
            raise _refused("This is no address of a webhook.") from error
        if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password or parts.fragment:
            raise _refused("Give an address like https://hooks.example.com/alerts, without a password.")
        if parts.scheme == "http" and not self.is_http_allowed:
            raise _refused("The address must begin with https.")
        named = parts.hostname if port == PORTS[parts.scheme] else f"{parts.hostname}:{port}"
        if named.lower() not in self.hosts:
            raise _refused("This host is not allowed. The operator can add it to ALERT_WEBHOOK_HOSTS.")

    async def target(self, url: str) -> Target:
        """Where to call now. The name is looked up once. Raises: InvalidInput; AddressRefused; OSError."""
        self.check(url)
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        addresses = await self.resolve(host, port)
        if not addresses:
            raise AddressRefused()
        if not self.are_private_allowed and not all(is_outside(ip_address(address)) for address in addresses):
            raise AddressRefused()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(parts.scheme, host, port, path, addresses[0])


def is_outside(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is an address of the public internet, in whatever spelling."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_outside(address.ipv4_mapped)
        if any(address in network for network in _TRANSLATED):
            return False
    return address.is_global and not address.is_multicast


def _refused(detail: str) -> InvalidInput:
    return InvalidInput(detail, field="webhook_url")
