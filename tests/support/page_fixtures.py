"""Fixtures of the browser tests. They live on the event loop of the session, as the browser does."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from support.browser import Visitor, running_browser, visiting
from support.client import People, Person, people_of
from support.mail_server import MailServer
from support.scripted_openai import ScriptedOpenAI
from support.site import Site, require_page, running_site
from support.stack import Stack, running_stack

# How long a model may pause (`[[pause]]`) while a busy machine shows what has come.
PATIENCE = {"MODEL_FIRST_BYTE_SECONDS": "120", "MODEL_BETWEEN_TOKENS_SECONDS": "120"}
Visit = Callable[..., AbstractAsyncContextManager[Visitor]]


@pytest.fixture(scope="session")
def mail_server() -> MailServer:
    """Where the installation for browsers sends its mails; it listens for as long as `site` runs."""
    return MailServer()


@pytest.fixture(scope="session")
def page_stack(
    tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI, mail_server: MailServer
) -> Iterator[Stack]:
    """An installation for browsers alone: its services are cut off and killed."""
    require_page()
    folder = tmp_path_factory.mktemp("page")
    settings = mail_server.settings | PATIENCE
    with running_stack(folder, provider=provider, settings=settings) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with running_browser() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(browser: Browser, page_stack: Stack, mail_server: MailServer) -> AsyncIterator[Site]:
    await mail_server.restore()
    try:
        async with running_site(page_stack) as running:
            yield running
    finally:
        mail_server.sever()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def named_site(browser: Browser, page_stack: Stack) -> AsyncIterator[Site]:
    """The same installation with a page that is opened as `localhost`."""
    async with running_site(page_stack, name="localhost") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def visitors(site: Site) -> AsyncIterator[People]:
    """Makes persons known to the page's services; they call these past the relays."""
    async with people_of(site.stack) as people:
        yield people


@pytest_asyncio.fixture(loop_scope="session")
async def reader(visitors: People) -> Person:
    """Someone who has an account."""
    return await visitors.register()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Visit:
    """Opens a browser of one's own: `async with visit(person) as visitor`."""
    return partial(visiting, browser, site)


@pytest.fixture
def visit_by_name(browser: Browser, named_site: Site) -> Visit:
    """The same on the page that is opened as `localhost`, for somebody who has not signed in there."""
    return partial(visiting, browser, named_site)


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(visit: Visit, reader: Person) -> AsyncIterator[Visitor]:
    """`reader`, who has signed in before, with a browser in which no error may show."""
    async with AsyncExitStack() as visits:
        yield await visits.enter_async_context(visit(reader))
