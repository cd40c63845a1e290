"""The whole product for a browser: a stack, the built page, and a relay in front of each service."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
from launcher.paths import FRONTEND
from launcher.services import SAFE_HOST
from support.processes import free_port
from support.relay import Relay
from support.stack import Stack


@dataclass(frozen=True)
class Site:
    """Where the page answers, what runs behind it, and the network in between."""

    address: str
    stack: Stack
    auth: Relay
    chat: Relay
    analytics: Relay

    @property
    def origins(self) -> set[str]:
        """Everything the page has a reason to talk to."""
        services = {relay.address for relay in (self.auth, self.chat, self.analytics)}
        sockets = {relay.address.replace("http", "ws", 1) for relay in (self.chat, self.analytics)}
        return services | sockets | {self.address}


def require_page() -> None:
    """Skip the test where the page is not built or cannot be served: Python alone does neither."""
    if not (FRONTEND / "dist" / "index.html").is_file():
        pytest.skip("the page is not built: scripts/linux-mac/run-tests.sh builds it, or npm run build")
    if shutil.which("node") is None:
        pytest.skip("Node is not installed")


@asynccontextmanager
async def running_site(stack: Stack, *, name: str = SAFE_HOST) -> AsyncIterator[Site]:
    """Serve the page of a stack that runs, as `npm start` does, with its services behind relays.

    `name` is what all addresses call this machine: passkeys need `localhost`, as no passkey can be for a number.
    """
    async with AsyncExitStack() as relays:
        services = (stack.auth, stack.chat, stack.analytics)
        auth, chat, analytics = [
            await relays.enter_async_context(Relay(one.port, free_port(), name=name)) for one in services
        ]
        addresses = {
            "REACT_APP_AUTH_API_URL": auth.address,
            "REACT_APP_CHAT_API_URL": chat.address,
            "REACT_APP_ANALYTICS_API_URL": analytics.address,
            "REACT_APP_WS_URL": chat.address.replace("http", "ws", 1),
        }
        with stack.running_page(addresses, name=name) as address:
            yield Site(address, stack, auth, chat, analytics)
