"""Events come out of the bytes the same way wherever the network cut them."""

import itertools

import pytest
from chat_server.llm.sse import EventParser, EventTooLarge, ServerSentEvent
from hypothesis import given, settings
from hypothesis import strategies as st

SAMPLES = (
    'data: {"a": "Grüße, 你好 👋"}\n\ndata: [DONE]\n\n'.encode(),
    b"data: one\r\n\r\ndata: two\r\n\r\n",
    b"data: one\r\rdata: two\r\r",
    b": keep-alive\n\ndata: a\ndata: b\n\n\n\nevent: error\ndata: c\n\nid: 7\nretry: 100\n\n",
    b"\xef\xbb\xbfdata: with a mark\n\ndata:no space\n\ndata\n\n",
    b"data: without an end",
)


def parse(pieces: list[bytes]) -> list[ServerSentEvent]:
    parser = EventParser()
    return [event for piece in pieces for event in parser.feed(piece)] + parser.finish()


class TestFeed:
    @settings(deadline=None)  # a busy machine is no failure
    @given(data=st.sampled_from(SAMPLES), cuts=st.sets(st.integers(min_value=0, max_value=80)))
    def test_gives_the_same_events_for_every_cut(self, data: bytes, cuts: set[int]) -> None:
        edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
        pieces = [data[start:end] for start, end in itertools.pairwise(edges)]
        assert parse(pieces) == parse([data])

    @settings(deadline=None)  # a busy machine is no failure
    @given(lines=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1)))
    def test_returns_every_line_of_data_unchanged(self, lines: list[str]) -> None:
        events = parse(["".join(f"data: {line}\n\n" for line in lines).encode()])
        assert [event.data.decode() for event in events] == lines

    @pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
    def test_knows_all_line_ends(self, line_end: bytes) -> None:
        data = line_end.join([b"event: error", b"data: a", b"data: b", b"", b"data: c", b"", b""])
        assert parse([data]) == [ServerSentEvent(b"a\nb", b"error"), ServerSentEvent(b"c")]

    def test_skips_comments_and_foreign_fields(self) -> None:
        assert parse([b": ping\n\nid: 1\n\nretry: 5\n\n"]) == []

    def test_gives_an_event_as_soon_as_it_is_whole(self) -> None:
        parser = EventParser()
        assert parser.feed(b"data: a\n") == []
        assert parser.feed(b"\ndata: b") == [ServerSentEvent(b"a")]

    def test_takes_the_error_field_of_older_servers(self) -> None:
        assert parse([b'error: {"code": 500}\n\n']) == [ServerSentEvent(b'{"code": 500}', b"error")]

    def test_refuses_an_event_without_end(self) -> None:
        parser = EventParser(max_event_bytes=100)
        parser.feed(b"data: " + b"x" * 90)
        with pytest.raises(EventTooLarge):
            parser.feed(b"x" * 90)
