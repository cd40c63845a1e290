"""`/v1` with the clients that OpenAI publishes for Python and JavaScript, as they are, and an API key."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from typing import cast

import openai
import pytest
from launcher.paths import ROOT
from openai import AsyncOpenAI
from support.client import People, Person, ok
from support.stack import Stack
from support.waiting import eventually

SAY: list[openai.types.chat.ChatCompletionMessageParam] = [{"role": "user", "content": "[[say]]Hello from afar"}]
SCRIPT = ROOT / "chat-frontend" / "src" / "test" / "openai-client.mjs"


@pytest.fixture
async def owner(people: People) -> Person:
    return await people.register(roles=["manager", "user"])


@pytest.fixture
async def key(owner: Person) -> str:
    return str(ok(await owner.auth("POST", "/api-keys/", json={"name": "program", "scopes": ["chat"]}))["key"])


@pytest.fixture
def address(stack: Stack) -> str:
    return f"{stack.chat.address}/v1"


@pytest.fixture
async def client(address: str, key: str) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=address, api_key=key, max_retries=0) as client:
        yield client


async def to_its_end(stream: AsyncIterator[object]) -> None:
    """Reads all that comes."""
    async for _chunk in stream:
        pass


class TestPython:
    async def test_lists_models(self, client: AsyncOpenAI) -> None:
        names = [model.id async for model in client.models.list()]
        assert "gpt-4" in names
        assert (await client.models.retrieve("gpt-4")).id == "gpt-4"

    async def test_gets_a_completion_that_is_counted_like_a_chat(self, client: AsyncOpenAI, owner: Person) -> None:
        before = await owner.summary()
        completion = await client.chat.completions.create(model="gpt-4", messages=SAY, temperature=0, seed=1)
        assert completion.choices[0].message.content == "Hello from afar"
        assert completion.choices[0].finish_reason == "stop"
        usage = completion.usage
        assert usage is not None
        assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0

        async def is_counted() -> bool:
            now = await owner.summary()
            messages = now["total_messages"] - before["total_messages"]
            tokens = now["total_tokens_used"] - before["total_tokens_used"]
            return bool(messages >= 2 and tokens >= usage.total_tokens)  # question and answer

        await eventually(is_counted)
        assert await owner.conversations() == [], "nothing of it is stored"

    async def test_gets_a_stream_with_its_usage(self, client: AsyncOpenAI) -> None:
        stream = await client.chat.completions.create(
            model="gpt-4", messages=SAY, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
        words = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert words == "Hello from afar"
        assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
        assert chunks[-1].usage is not None

    async def test_of_more_than_the_model_reads_is_told_how_much_was_left_out(self, client: AsyncOpenAI) -> None:
        long: list[openai.types.chat.ChatCompletionMessageParam] = [{"role": "user", "content": "word " * 1000}] * 5
        wanted = {"truncation": "auto"}
        whole = await client.chat.completions.create(model="scripted-small", messages=[*long, *SAY], extra_body=wanted)
        assert whole.choices[0].message.content == "Hello from afar"
        context = (whole.model_extra or {})["context"]
        assert (context["messages"] + context["left_out"], context["left_out"] > 2) == (6, True)
        stream = await client.chat.completions.create(
            model="scripted-small", messages=[*long, *SAY], extra_body=wanted, stream=True
        )
        chunks = [chunk async for chunk in stream]
        assert (chunks[0].model_extra or {})["context"] == context
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Hello from afar"

    async def test_is_told_what_is_wrong_as_it_expects(self, client: AsyncOpenAI, address: str) -> None:
        with pytest.raises(openai.NotFoundError) as unknown:
            await client.chat.completions.create(model="nobody-s", messages=SAY)
        assert unknown.value.code == "model_not_found"
        with pytest.raises(openai.UnprocessableEntityError) as empty:
            await client.chat.completions.create(model="gpt-4", messages=[])
        assert empty.value.param == "messages"
        with pytest.raises(openai.InternalServerError) as failed:
            await client.chat.completions.create(
                model="gpt-4", messages=[{"role": "user", "content": "[[status=500]]Fail"}]
            )
        assert failed.value.status_code in (502, 503)
        async with AsyncOpenAI(base_url=address, api_key="sk-nobody-s", max_retries=0) as stranger:
            with pytest.raises(openai.AuthenticationError):
                await stranger.models.list()

    async def test_is_told_of_an_answer_that_breaks_off(self, client: AsyncOpenAI) -> None:
        stream = await client.chat.completions.create(
            model="gpt-4", messages=[{"role": "user", "content": "[[cut=3]]Nothing whole"}], stream=True
        )
        with pytest.raises(openai.APIError) as broken:
            await to_its_end(stream)
        assert broken.value.code == "provider_bad_response"

    async def test_stops_at_once_when_the_key_is_deleted(self, client: AsyncOpenAI, owner: Person) -> None:
        stream = await client.chat.completions.create(
            model="gpt-4", messages=[{"role": "user", "content": "[[tokens=2000]][[rate=40]]"}], stream=True
        )
        await anext(stream)
        (made,) = ok(await owner.auth("GET", "/api-keys/"))
        assert (await owner.auth("DELETE", f"/api-keys/{made['id']}")).status_code < 300
        with pytest.raises(openai.APIError):
            await asyncio.wait_for(to_its_end(stream), 20)


class TestJavaScript:
    async def test_works_as_it_is(self, address: str, key: str) -> None:
        node = shutil.which("node")
        assert node is not None
        environment = os.environ | {"CHAT_V1": address, "CHAT_KEY": key}
        process = await asyncio.create_subprocess_exec(
            node, str(SCRIPT), env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        output, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        told = cast(dict[str, object], json.loads(output))
        assert "gpt-4" in cast(list[str], told["models"])
        assert told["whole"] == told["streamed"] == "Hello from afar"
        assert told["tokens"] == told["streamedTokens"]
        assert told["refusal"] == {"name": "NotFoundError", "status": 404, "code": "model_not_found"}
