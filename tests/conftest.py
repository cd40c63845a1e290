"""The running installation that the end-to-end tests share, and the people who use it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from support.client import People, Person, people_of

# Fixtures that the browser tests ask for by name.
from support.page_fixtures import browser as browser
from support.page_fixtures import mail_server as mail_server
from support.page_fixtures import page_stack as page_stack
from support.page_fixtures import reader as reader
from support.page_fixtures import site as site
from support.page_fixtures import visit as visit
from support.page_fixtures import visitor as visitor
from support.page_fixtures import visitors as visitors
from support.scripted_openai import ScriptedOpenAI, running_scripted_openai
from support.stack import Stack, running_stack


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chaos: processes are killed under load")


@pytest.fixture(scope="session")
def provider() -> Iterator[ScriptedOpenAI]:
    """The scripted model server of all stacks; what it does is in the text of each message."""
    with running_scripted_openai() as server:
        yield server


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """The installation for tests that leave it running; those that kill have their own."""
    with running_stack(tmp_path_factory.mktemp("stack"), provider=provider) as running:
        yield running


@pytest.fixture
async def people(stack: Stack) -> AsyncIterator[People]:
    async with people_of(stack) as people:
        yield people


@pytest.fixture
async def alice(people: People) -> Person:
    """Someone new."""
    return await people.register()


@pytest.fixture
async def bob(people: People) -> Person:
    """Someone else."""
    return await people.register()


@pytest.fixture
async def admin(people: People) -> Person:
    return await people.admin()
