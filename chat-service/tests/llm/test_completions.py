"""What a stream of a provider means, read by read."""

import itertools
import json

import pytest
from chat_server.llm.client import CompletionChunk, Usage
from chat_server.llm.completions import CompletionReader, read_error_object, read_whole_completion
from chat_server.llm.errors import ContextExceeded, ProviderBadResponse, ProviderError, ProviderFailed
from hypothesis import given, settings
from hypothesis import strategies as st
from support.model_answers import Answer

FINISH = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
USAGE = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}}


def delta(text: str | None) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}


def sse(*events: object) -> bytes:
    texts = [event if isinstance(event, str) else json.dumps(event, ensure_ascii=False) for event in events]
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def read(pieces: list[bytes]) -> Answer:
    reader, answer = CompletionReader(), Answer()
    try:
        for piece in pieces:
            collect(answer, reader.feed(piece))
            reader.check()
            if reader.is_done:
                return answer
        collect(answer, reader.finish())
        reader.check()
    except ProviderError as failure:
        answer.failure = failure
    return answer


def collect(answer: Answer, chunk: CompletionChunk | None) -> None:
    if chunk is not None:
        answer.chunks.append(chunk)


STREAMS = (
    sse(delta(""), delta("Grüße "), delta("你好 👋"), FINISH, USAGE, "[DONE]"),
    sse(delta("cut"), delta(" short")),
    sse(delta("then"), {"error": {"message": "out of memory"}}),
    sse(delta("then"), '{"choices": [{'),
    sse(delta("a"), FINISH),
    b": ping\n\n" + sse(delta("a"), FINISH, "[DONE]", delta("never")),
)


class TestReader:
    @settings(deadline=None)  # a busy machine is no failure
    @given(data=st.sampled_from(STREAMS), cuts=st.sets(st.integers(min_value=1, max_value=400)))
    def test_reads_the_same_answer_for_every_cut(self, data: bytes, cuts: set[int]) -> None:
        edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
        cut_up = read([data[start:end] for start, end in itertools.pairwise(edges)])
        whole = read([data])
        assert (cut_up.content, cut_up.finish_reason, cut_up.usage) == (
            whole.content,
            whole.finish_reason,
            whole.usage,
        )
        assert type(cut_up.failure) is type(whole.failure)

    def test_joins_what_arrived_together(self) -> None:
        answer = read([sse(delta("one "), delta("two"), FINISH, USAGE, "[DONE]")])
        assert answer.chunks == [CompletionChunk("one two", "stop", Usage(3, 4, 7))]

    def test_gives_one_chunk_per_read(self) -> None:
        answer = read([sse(delta("one ")), sse(delta("two")), sse(FINISH, "[DONE]")])
        assert [chunk.content for chunk in answer.chunks] == ["one ", "two", ""]

    def test_says_nothing_for_a_role_or_a_keep_alive(self) -> None:
        reader = CompletionReader()
        assert reader.feed(b": keep-alive\n\n" + sse({"choices": [{"delta": {"role": "assistant"}}]})) is None

    def test_ignores_fields_it_does_not_know(self) -> None:
        event = {"choices": [{"delta": {"content": "Hi", "reasoning_content": "hm"}, "logprobs": None}], "x": [1]}
        assert read([sse(event, FINISH)]).content == "Hi"

    def test_stream_without_finish_reason_or_end_marker_was_cut(self) -> None:
        answer = read([sse(delta("half an"))])
        assert answer.content == "half an"
        assert isinstance(answer.failure, ProviderBadResponse)

    def test_end_marker_alone_is_no_answer(self) -> None:
        assert isinstance(read([sse("[DONE]")]).failure, ProviderBadResponse)

    def test_empty_answer_with_a_finish_reason_is_one(self) -> None:
        assert read([sse(FINISH, "[DONE]")]).failure is None

    @pytest.mark.parametrize("garbage", ["{", "[]", "null", '"text"', '{"choices": 5}', '{"choices": [{"delta": 1}]}'])
    def test_garbage_is_a_bad_response_after_the_text_before_it(self, garbage: str) -> None:
        answer = read([sse(delta("kept"), garbage)])
        assert answer.content == "kept"
        assert isinstance(answer.failure, ProviderBadResponse)

    def test_broken_characters_are_a_bad_response(self) -> None:
        assert isinstance(read([b'data: {"choices": "\xff\xfe"}\n\n']).failure, ProviderBadResponse)

    def test_endless_event_is_a_bad_response(self) -> None:
        assert isinstance(read([b"data: " + b"x" * 2_000_000]).failure, ProviderBadResponse)

    def test_reported_failure_follows_the_text_before_it(self) -> None:
        answer = read([sse(delta("kept"), {"error": {"message": "the prompt exceeds the context size"}})])
        assert answer.content == "kept"
        assert isinstance(answer.failure, ContextExceeded)

    @pytest.mark.parametrize("frame", [b'event: error\ndata: {"message": "x"}\n\n', b"event: error\ndata: oops\n\n"])
    def test_error_events_are_failures(self, frame: bytes) -> None:
        assert isinstance(read([frame]).failure, ProviderFailed)

    def test_counts_a_total_that_is_not_given(self) -> None:
        answer = read([sse(delta("x"), FINISH, {"usage": {"prompt_tokens": 2, "completion_tokens": 3}}, "[DONE]")])
        assert answer.usage == Usage(2, 3, 5)


class TestWholeCompletion:
    def test_is_read_as_one_chunk(self) -> None:
        body = {
            "choices": [{"message": {"role": "assistant", "content": "Hi"}, "finish_reason": "length"}],
        }
        assert read_whole_completion(json.dumps(body).encode()) == CompletionChunk("Hi", "length", None)

    @pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"choices": []}', b'{"choices": [{}]}'])
    def test_anything_else_is_a_bad_response(self, body: bytes) -> None:
        with pytest.raises(ProviderBadResponse):
            read_whole_completion(body)

    def test_error_object_is_a_failure(self) -> None:
        with pytest.raises(ProviderFailed):
            read_whole_completion(b'{"error": {"message": "x"}}')


class TestErrorObject:
    @pytest.mark.parametrize(
        ("body", "error"),
        [
            (b'{"error": {"code": 1}}', {"code": 1}),
            (b'{"error": "text"}', "text"),
            (b'{"message": "x"}', {"message": "x"}),
            (b"<html>", None),
            (b"\xff", None),
        ],
    )
    def test_is_found_where_servers_put_it(self, body: bytes, error: object) -> None:
        assert read_error_object(body) == error


def thinking(**fields: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": fields}]}


class TestReasoning:
    @pytest.mark.parametrize(
        "events",
        [
            [
                thinking(content=None, reasoning_content="Two "),
                thinking(reasoning_content="and two."),
            ],  # DeepSeek, vLLM
            [thinking(content="", reasoning="Two and two.", reasoning_details=[{"type": "x"}])],  # OpenRouter
            [thinking(reasoning="Two and two.", reasoning_content="Two and two.")],  # both ways at once
            [thinking(content="<th"), thinking(content="ink>Two and two.</thi"), thinking(content="nk>\n\n")],
        ],
        ids=["reasoning_content", "reasoning", "both", "think"],
    )
    def test_is_parted_from_the_answer(self, events: list[dict[str, object]]) -> None:
        answer = read([sse(event) for event in [*events, delta("Four."), FINISH, "[DONE]"]])
        assert ("".join(chunk.reasoning for chunk in answer.chunks), answer.content) == ("Two and two.", "Four.")
        assert answer.failure is None

    def test_in_a_form_of_its_own_is_left_alone(self) -> None:
        answer = read([sse(thinking(reasoning={"summary": "Two and two."}), delta("Four."), FINISH, "[DONE]")])
        assert (answer.content, answer.failure) == ("Four.", None)
        assert not any(chunk.reasoning for chunk in answer.chunks)

    @pytest.mark.parametrize("end", [[FINISH, "[DONE]"], [FINISH], ["[DONE]"]])
    def test_what_only_looked_like_its_beginning_is_the_answer(self, end: list[object]) -> None:
        assert read([sse(delta("<thi")), sse(*end)]).content == "<thi"

    def test_alone_is_an_answer_too(self) -> None:
        answer = read([sse(thinking(reasoning_content="Two and two.")), sse("[DONE]")])
        assert answer.failure is None

    @pytest.mark.parametrize(
        "message",
        [
            {"content": "Four.", "reasoning_content": "Two and two."},
            {"content": "<think>Two and two.</think>\nFour."},
        ],
    )
    def test_is_found_in_an_answer_that_comes_in_one_piece(self, message: dict[str, str]) -> None:
        chunk = read_whole_completion(json.dumps({"choices": [{"message": message}]}).encode())
        assert (chunk.reasoning, chunk.content) == ("Two and two.", "Four.")
