"""Fixtures of the access matrix: an installation of its own and the callers, all on the event loop of the session."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from support.access_matrix import Cast
from support.client import people_of
from support.scripted_openai import ScriptedOpenAI
from support.stack import Stack, running_stack


@pytest.fixture(scope="session")
def access_stack(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """An installation whose settings these tests may change."""
    with running_stack(tmp_path_factory.mktemp("access"), provider=provider) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cast(access_stack: Stack) -> AsyncIterator[Cast]:
    """A caller of every kind."""
    async with people_of(access_stack) as people:
        yield Cast(people)
