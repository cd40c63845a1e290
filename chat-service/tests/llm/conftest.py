"""What the tests of the model layer share: the scripted provider, and a way to collect an answer."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests"))

from chat_server.llm.openai_service import OpenAIModel
from chat_server.llm.time_limits import TimeLimits
from support.scripted_openai import ScriptedOpenAI, running_scripted_openai


@pytest.fixture
def provider() -> Iterator[ScriptedOpenAI]:
    with running_scripted_openai() as server:
        yield server


@pytest.fixture
def limits() -> TimeLimits:
    return TimeLimits(connect_seconds=2, first_byte_seconds=10, between_tokens_seconds=10, answer_seconds=30)


@pytest.fixture
async def model(provider: ScriptedOpenAI, limits: TimeLimits) -> AsyncIterator[OpenAIModel]:
    client = OpenAIModel(api_key="test-key", base_url=provider.base_url, limits=limits)
    yield client
    await client.close()
