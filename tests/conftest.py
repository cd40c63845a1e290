"""The running installation that the end-to-end tests share, and the people who use it."""

import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from launcher.paths import FRONTEND
from support.client import People, Person, people_of
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


@pytest.fixture(scope="session")
def page_address(stack: Stack) -> Iterator[str]:
    """The address of the built page on the shared installation, served as `npm start` does."""
    if not (FRONTEND / "dist" / "index.html").is_file():
        pytest.skip("the page is not built: scripts/linux-mac/run-tests.sh builds it, or npm run build")
    if shutil.which("node") is None:
        pytest.skip("Node is not installed")
    with stack.running_page() as address:
        yield address
