"""The whole product for a browser: a stack, the built page, and a relay in front of each service."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
from launcher.paths import FRONTEND
from launcher.services import PAGE, SAFE_HOST, page_command
from support.processes import ServiceProcess, base_environment, free_port
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
        return services | {self.address, self.chat.address.replace("http", "ws", 1)}


def find_node() -> str:
    """The path of Node, where the page is built. Skips the test otherwise, because Python alone cannot build it."""
    if not (FRONTEND / "dist" / "index.html").is_file():
        pytest.skip("the page is not built: scripts/linux-mac/run-tests.sh builds it, or npm run build")
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    return node


@asynccontextmanager
async def running_site(stack: Stack) -> AsyncIterator[Site]:
    """Serve the page of a stack that runs, as `npm start` does, with its services behind relays."""
    node = find_node()
    async with AsyncExitStack() as relays:
        services = (stack.auth, stack.chat, stack.analytics)
        auth, chat, analytics = [await relays.enter_async_context(Relay(one.port, free_port())) for one in services]
        page = _page_process(node, stack, auth=auth, chat=chat, analytics=analytics)
        page.start()
        try:
            page.wait_ready()
            yield Site(stack.page_origin, stack, auth, chat, analytics)
        finally:
            page.stop()


def _page_process(node: str, stack: Stack, **relays: Relay) -> ServiceProcess:
    addresses = {
        "REACT_APP_AUTH_API_URL": relays["auth"].address,
        "REACT_APP_CHAT_API_URL": relays["chat"].address,
        "REACT_APP_ANALYTICS_API_URL": relays["analytics"].address,
        "REACT_APP_WS_URL": relays["chat"].address.replace("http", "ws", 1),
    }
    return ServiceProcess(
        PAGE.name,
        page_command(node, stack.page_port, SAFE_HOST),
        folder=FRONTEND,
        port=stack.page_port,
        environment=base_environment() | {"PORT": str(stack.page_port), "HOST": SAFE_HOST} | addresses,
        log_folder=stack.log_folder,
        ready_path="/",
    )
