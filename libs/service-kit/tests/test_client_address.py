"""A client cannot choose its own address, with or without a proxy in between."""

from ipaddress import ip_network

import pytest
from service_kit.client_address import ClientAddressMiddleware, client_group
from starlette.types import Message, Receive, Scope, Send

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("fd00::/8"), ip_network("192.0.2.1")]


async def address_seen(peer: str, *forwarded: str, trusted: list[object] = TRUSTED) -> str:  # type: ignore[assignment]
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["client"][0])

    async def receive() -> Message:
        raise AssertionError

    async def send(_message: Message) -> None:
        raise AssertionError

    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    scope: Scope = {"type": "http", "client": (peer, 4711), "headers": headers}
    await ClientAddressMiddleware(app, trusted)(scope, receive, send)  # type: ignore[arg-type]
    return seen[0]


class TestClientAddress:
    @pytest.mark.parametrize(
        ("peer", "forwarded", "seen"),
        [
            ("203.0.113.5", [], "203.0.113.5"),
            ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
            ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.2", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.2", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            ("10.0.0.2", ["198.51.100.1, 10.0.0.3, 192.0.2.1"], "198.51.100.1"),
            ("10.0.0.2", ["10.0.0.9"], "10.0.0.9"),
            ("10.0.0.2", ["1.1.1.1, unknown"], "10.0.0.2"),
            ("10.0.0.2", ["1.1.1.1, nonsense, 10.0.0.3"], "10.0.0.3"),
            ("10.0.0.2", [""], "10.0.0.2"),
            ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
            ("::ffff:10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ],
    )
    async def test_is_the_first_from_the_right_that_is_not_trusted(
        self, peer: str, forwarded: list[str], seen: str
    ) -> None:
        assert await address_seen(peer, *forwarded) == seen

    async def test_is_the_peer_where_nobody_is_trusted(self) -> None:
        assert await address_seen("127.0.0.1", "198.51.100.1", trusted=[]) == "127.0.0.1"


class TestClientGroup:
    @pytest.mark.parametrize(
        ("host", "group"),
        [
            ("198.51.100.1", "198.51.100.1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("", ""),
            ("testclient", "testclient"),
        ],
    )
    def test_is_an_address_or_a_home_network(self, host: str, group: str) -> None:
        assert client_group(host) == group
