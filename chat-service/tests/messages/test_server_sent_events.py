"""POST /conversations/{id}/messages with `Accept: text/event-stream`."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.llm.errors import ProviderUnavailable
from chat_testing.model import FakeModel
from chat_testing.problems import code_of
from chat_testing.server import RunningServer
from chat_testing.sockets import kinds_of, seqs_of, text_of
from chat_testing.stored import Stored
from chat_testing.waiting import eventually

Event = dict[str, Any]


@pytest.fixture
async def browser(server: RunningServer, ann: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """Ann over a real connection, so that pieces can be seen coming."""
    headers = {"Authorization": ann.headers["Authorization"], "Accept": "text/event-stream"}
    async with httpx.AsyncClient(base_url=f"http://{server.address}", headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/messages"


@asynccontextmanager
async def events_of(
    client: httpx.AsyncClient, url: str, *, after: int | None = None, is_followed: bool = False, **body: Any
) -> AsyncIterator[AsyncIterator[Event]]:
    """The events of one exchange as they come; `event` and `id` lines must agree with the frame.

    `after` is the last event that the reader has. `is_followed`: the address is that of an answer's events.
    """

    async def events(response: httpx.Response) -> AsyncIterator[Event]:
        lines: dict[str, str] = {}
        async for line in response.aiter_lines():
            if line:
                name, _, value = line.partition(": ")
                lines[name] = value
                continue
            frame: Event = json.loads(lines["data"])
            assert lines["event"] == frame["type"]
            assert lines.get("id") == (str(frame["seq"]) if frame["type"] == "delta" else None)
            lines = {}
            yield frame

    headers = {} if after is None else {"Last-Event-ID": str(after)}
    request = ("GET", None) if is_followed else ("POST", {"content": "Hi"} | body)
    async with client.stream(request[0], url, json=request[1], headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield events(response)


async def all_events(client: httpx.AsyncClient, url: str, **body: Any) -> list[Event]:
    async with events_of(client, url, **body) as events:
        return [event async for event in events]


class TestStream:
    async def test_it_gives_the_sockets_frames(
        self, browser: httpx.AsyncClient, ann: httpx.AsyncClient, url: str
    ) -> None:
        frames = await all_events(browser, url, client_id="c1")
        question, answer = (await ann.get(url)).json()

        # The title was left out, although it is one of the socket's frames.
        assert kinds_of(frames) == ["ack", "title", "start", "delta", "delta", "delta", "message"]
        assert (frames[0]["message_id"], frames[0]["client_id"]) == (question["id"], "c1")
        assert frames[1]["title"] == "Hi"
        assert (frames[2]["message_id"], frames[2]["in_reply_to"]) == (answer["id"], question["id"])
        assert (seqs_of(frames), text_of(frames)) == ([1, 2, 3], answer["content"])
        assert (frames[-1]["content"], frames[-1]["status"]) == ("Hello there.", "complete")
        assert frames[-1]["usage"] == answer["usage"]

    async def test_each_piece_comes_when_the_model_says_it(
        self, browser: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        model.hold()
        async with events_of(browser, url) as events:
            answer = await model.answer()
            for piece in ("one", "two"):
                answer.say(piece)
                async for event in events:
                    if event["type"] == "delta":
                        assert event["content"] == piece
                        break
            answer.end()
            assert [event["type"] async for event in events] == ["message"]

    async def test_a_failed_answer_ends_with_its_error(
        self, browser: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        model.enter_error = ProviderUnavailable(retry_after_seconds=7)
        frames = await all_events(browser, url)

        assert kinds_of(frames)[-2:] == ["message", "error"]
        assert (frames[-2]["status"], frames[-2]["content"]) == ("failed", "")
        assert (frames[-1]["code"], frames[-1]["retry_after_seconds"]) == ("provider_unavailable", 7)
        assert frames[-1]["message_id"] == frames[-2]["message_id"]

    async def test_a_refusal_before_it_is_a_problem_document(
        self, browser: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        model.hold()
        async with events_of(browser, url):
            answer = await model.answer()
            assert code_of(await browser.post(url, json={"content": "Hi"})) == (409, "busy")
            answer.end()
        assert code_of(await browser.post(url, json={"content": ""})) == (422, "invalid_input")

    async def test_sent_again_it_is_told_again(self, browser: httpx.AsyncClient, url: str, model: FakeModel) -> None:
        first = await all_events(browser, url, client_id="c1")
        again = await all_events(browser, url, client_id="c1")

        assert [frame for frame in first if frame["type"] != "title"] == again
        assert len(model.answers) == 1

    async def test_two_who_sent_the_same_see_the_same(
        self, browser: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        model.hold()
        first = asyncio.create_task(all_events(browser, url, client_id="c1"))
        answer = await model.answer()
        answer.say("one ", "two ")
        async with events_of(browser, url, client_id="c1") as events:
            second = [await anext(events) for _ in range(4)]
            answer.say("three")
            answer.end()
            second += [event async for event in events]

        assert text_of(second) == text_of(await first) == "one two three"
        assert seqs_of(second) == [1, 2, 3]


class TestReaderGone:
    async def test_the_answer_goes_on_and_nobody_is_left_watching(
        self,
        browser: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        parts: Parts,
        stored: Stored,
        conversation_id: str,
    ) -> None:
        model.hold()
        async with events_of(browser, url) as events:
            answer = await model.answer()
            answer.say("one ")
            async for event in events:
                if event["type"] == "delta":
                    break
        answer.say("two")
        answer.end()

        async def is_complete() -> bool:
            return await stored.status(conversation_id) == "complete"

        await eventually(is_complete)
        assert (await stored.answer(conversation_id)).content == "one two"
        await eventually(lambda: not parts.generation.is_watched(conversation_id))


class TestLastEventId:
    """A reader whose connection broke names the last delta that it has, and gets the rest."""

    @pytest.mark.parametrize("after", [0, 1, 2, 3])
    async def test_of_an_answer_that_has_ended_gives_what_followed(
        self, browser: httpx.AsyncClient, ann: httpx.AsyncClient, url: str, after: int
    ) -> None:
        first = await all_events(browser, url, client_id="c1")
        answer = (await ann.get(url)).json()[1]
        for again in (
            await all_events(browser, url, client_id="c1", after=after),
            await all_events(browser, f"{url}/{answer['id']}/events", after=after, is_followed=True),
        ):
            assert seqs_of(again) == list(range(after + 1, 4))
            assert again[-1] == first[-1]
            assert ("start" in kinds_of(again)) == (after == 0)

    async def test_of_one_being_written_gives_what_followed_and_then_the_live_rest(
        self, browser: httpx.AsyncClient, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        model.hold()
        async with events_of(browser, url, client_id="c1") as events:
            answer = await model.answer()
            answer.say("One ", "two ")
            frames = []
            async for frame in events:
                frames.append(frame)
                if frame["type"] == "delta" and frame["seq"] == 1:
                    break  # the connection breaks here
        message_id = frames[-1]["message_id"]
        async with events_of(browser, f"{url}/{message_id}/events", after=1, is_followed=True) as events:
            assert (await anext(events))["seq"] == 2
            answer.say("three")
            answer.end()
            rest = [frame async for frame in events]
        assert (seqs_of(rest), rest[-1]["content"]) == ([3], "One two three")

    async def test_of_a_new_message_counts_for_nothing(self, browser: httpx.AsyncClient, url: str) -> None:
        frames = await all_events(browser, url, after=2)
        assert kinds_of(frames)[0] == "ack"
        assert seqs_of(frames) == [1, 2, 3]

    async def test_that_is_no_number_is_refused_and_nothing_is_stored(
        self, browser: httpx.AsyncClient, ann: httpx.AsyncClient, url: str
    ) -> None:
        for wrong in ("x", "-1"):
            answer = await browser.post(url, json={"content": "Hi"}, headers={"Last-Event-ID": wrong})
            assert answer.status_code == 422
        assert (await ann.get(url)).json() == []


class TestFollow:
    async def test_is_for_ones_own_answers_alone(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, anonymous: httpx.AsyncClient, url: str
    ) -> None:
        sent = (await ann.post(url, json={"content": "Hi"})).json()
        mine = f"{url}/{sent['reply']['id']}/events"
        assert code_of(await bob.get(mine)) == (404, "message_not_found")
        assert code_of(await anonymous.get(mine)) == (401, "invalid_credentials")
        assert code_of(await ann.get(f"{url}/{sent['id']}/events")) == (404, "message_not_found")
        assert code_of(await ann.get(f"{url}/nothing/events")) == (404, "message_not_found")
