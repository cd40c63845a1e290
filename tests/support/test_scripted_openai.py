"""The scripted model server keeps its promises, or every test that stands on it proves nothing."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import aiohttp
import httpx
import pytest
from support.scripted_openai import ScriptedOpenAI, running_scripted_openai
from support.waiting import eventually


@pytest.fixture
def server() -> Iterator[ScriptedOpenAI]:
    with running_scripted_openai() as running:
        yield running


def completion(text: str, *, stream: bool = True, **parameters: object) -> dict[str, object]:
    messages = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": text}]
    options = {"stream_options": {"include_usage": True}} if stream else {}
    return {"model": "gpt-4", "messages": messages, "stream": stream, **options, **parameters}


async def ask(server: ScriptedOpenAI, text: str, **parameters: object) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session:
        body = completion(text, **parameters)  # type: ignore[arg-type]
        async with session.post(f"{server.base_url}/chat/completions", json=body) as response:
            return response.status, await response.text()


def events(body: str) -> list[str]:
    return [block.removeprefix("data: ") for block in body.replace("\r", "").split("\n\n") if block]


def text_of(body: str) -> str:
    choices = [choice for event in events(body)[:-1] for choice in json.loads(event)["choices"]]
    return "".join(choice["delta"].get("content", "") for choice in choices)


async def has_sent(server: ScriptedOpenAI, tokens: int) -> bool:
    return [record.tokens_sent for record in server.requests] == [tokens]


class TestAnswer:
    async def test_streams_words_then_finish_reason_then_usage(self, server: ScriptedOpenAI) -> None:
        status, body = await ask(server, "Good morning")
        assert status == 200
        assert text_of(body) == "This is the scripted answer to: Good morning"
        *_, finish, usage, done = events(body)
        assert json.loads(finish)["choices"][0]["finish_reason"] == "stop"
        assert json.loads(usage)["usage"] == {"prompt_tokens": 4, "completion_tokens": 8, "total_tokens": 12}
        assert done == "[DONE]"

    async def test_without_stream_is_one_completion(self, server: ScriptedOpenAI) -> None:
        status, body = await ask(server, "[[say]]Hello there", stream=False)
        assert status == 200
        assert json.loads(body)["choices"][0]["message"] == {"role": "assistant", "content": "Hello there"}

    async def test_paces_tokens(self, server: ScriptedOpenAI) -> None:
        _, body = await ask(server, "[[timestamps]][[tokens=6]][[rate=50]]")
        sent_at = [float(word) for word in text_of(body).split()]
        assert len(sent_at) == 6
        assert sent_at[-1] - sent_at[0] >= 0.099

    async def test_pauses_until_told_to_go_on(self, server: ScriptedOpenAI) -> None:
        answer = asyncio.create_task(ask(server, "[[tokens=9]][[pause=0,4]]"))
        for sent in (0, 4):
            await eventually(partial(has_sent, server, sent))
            assert not answer.done()
            server.go_on()
        _, body = await answer
        assert text_of(body).split()[-1] == "word9"

    async def test_echoes_its_context(self, server: ScriptedOpenAI) -> None:
        _, body = await ask(server, "[[echo_context]]")
        assert [message["role"] for message in json.loads(text_of(body))] == ["system", "user"]

    async def test_uses_crlf_when_told(self, server: ScriptedOpenAI) -> None:
        _, body = await ask(server, "[[say]][[crlf]]Hi")
        assert "\r\n\r\n" in body


class TestFailure:
    async def test_has_the_scripted_status_and_header(self, server: ScriptedOpenAI) -> None:
        async with aiohttp.ClientSession() as session:
            body = completion("[[status=429]][[retry_after=7]][[error_code=too_fast]]")
            async with session.post(f"{server.base_url}/chat/completions", json=body) as response:
                assert response.status == 429
                assert response.headers["Retry-After"] == "7"
                assert (await response.json())["error"]["code"] == "too_fast"

    async def test_happens_only_as_often_as_told(self, server: ScriptedOpenAI) -> None:
        statuses = [(await ask(server, "[[status=500]][[times=2]]"))[0] for _ in range(3)]
        assert statuses == [500, 500, 200]

    async def test_refuses_a_parameter_while_it_is_sent(self, server: ScriptedOpenAI) -> None:
        assert (await ask(server, "[[refuse=max_tokens]]", max_tokens=5))[0] == 400
        assert (await ask(server, "[[refuse=max_tokens]]", max_completion_tokens=5))[0] == 200

    async def test_cut_breaks_the_connection(self, server: ScriptedOpenAI) -> None:
        with pytest.raises(aiohttp.ClientPayloadError):
            await ask(server, "[[tokens=9]][[cut=3]]")
        assert [(record.state, record.tokens_sent) for record in server.requests] == [("failed", 3)]

    async def test_end_stops_without_a_word(self, server: ScriptedOpenAI) -> None:
        _, body = await ask(server, "[[tokens=9]][[end=3]]")
        assert "[DONE]" not in body
        assert "word3" in body

    async def test_garbage_is_not_json(self, server: ScriptedOpenAI) -> None:
        _, body = await ask(server, "[[garbage]]")
        with pytest.raises(json.JSONDecodeError):
            json.loads(events(body)[-1])

    async def test_wrong_key_is_refused(self) -> None:
        with running_scripted_openai(api_key="right") as server:
            assert (await ask(server, "Hello"))[0] == 401


class TestRecord:
    async def test_shows_the_request_and_its_end(self, server: ScriptedOpenAI) -> None:
        await ask(server, "Hello")
        async with aiohttp.ClientSession() as session:
            address = f"http://127.0.0.1:{server.port}/requests"
            async with session.get(address) as response:
                (record,) = await response.json()
            assert record["state"] == "complete"
            assert record["body"]["messages"][-1]["content"] == "Hello"
            await session.delete(address)
        assert server.requests == []

    async def test_shows_a_client_that_left(self, server: ScriptedOpenAI) -> None:
        async with aiohttp.ClientSession() as session:
            body = completion("[[tokens=9]][[hang_after=2]]")
            async with session.post(f"{server.base_url}/chat/completions", json=body) as response:
                await response.content.readuntil(b"word2")
        wait_for_state(server, "disconnected")


class TestProcess:
    def test_prints_its_port_and_ends_when_told(self) -> None:
        script = Path(__file__).with_name("scripted_openai.py")
        with subprocess.Popen([sys.executable, str(script), "--models", "a,b"], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            base_url = json.loads(process.stdout.readline())["base_url"]
            models = httpx.get(f"{base_url}/models").json()["data"]
            assert [model["id"] for model in models] == ["a", "b"]
            process.terminate()
            assert process.wait(timeout=10) == 0


def wait_for_state(server: ScriptedOpenAI, state: str) -> None:
    limit = time.monotonic() + 10
    while server.requests[-1].state != state:
        assert time.monotonic() < limit, server.requests[-1].state
        time.sleep(0.01)
