"""The pieces of an answer: numbered while it is written, cut again from the stored text ever after."""

import dataclasses
from datetime import UTC, datetime

import pytest
from chat_server.generation.stream_log import StreamLog
from chat_server.messages.record import MessageRecord
from chat_server.texts import storable
from hypothesis import given
from hypothesis import strategies as st

pieces_strategy = st.lists(st.text(min_size=1, max_size=8), max_size=30)
RECORD = MessageRecord(
    id="m",
    conversation_id="c",
    role="assistant",
    content="",
    status="complete",
    model="gpt-4",
    usage=None,
    finish_reason="stop",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    client_id=None,
    in_reply_to="q",
    parent_id="q",
    seq=0,
    error=None,
)


def written(pieces: list[str]) -> StreamLog:
    log = StreamLog("m")
    assert [log.append(piece) for piece in pieces] == list(range(1, len(pieces) + 1))
    return log


def as_stored(log: StreamLog) -> MessageRecord:
    return dataclasses.replace(RECORD, content=log.content, seq=log.seq, piece_lengths=log.piece_lengths)


class TestStreamLog:
    def test_it_is_empty_at_first(self) -> None:
        log = StreamLog("m")

        assert (log.seq, log.content, log.piece_lengths, list(log.after(0))) == (0, "", "", [])

    @given(pieces=pieces_strategy, after=st.integers(-3, 40))
    def test_what_followed_any_piece_is_exact(self, pieces: list[str], after: int) -> None:
        log, known = written(pieces), max(0, after)

        assert list(log.after(after)) == list(enumerate(pieces, 1))[known:]
        assert "".join(pieces[:known]) + "".join(text for _, text in log.after(after)) == log.content


class TestStoredPieces:
    @given(pieces=pieces_strategy)
    def test_the_stored_text_falls_into_the_same_pieces(self, pieces: list[str]) -> None:
        log = written(pieces)

        assert as_stored(log).pieces() == pieces
        assert len(as_stored(log).pieces()) == log.seq

    @given(pieces=pieces_strategy)
    def test_so_does_what_a_model_wrote_and_a_database_took(self, pieces: list[str]) -> None:
        kept = [storable(piece) for piece in pieces]

        assert as_stored(written(kept)).pieces() == kept
        assert [len(piece) for piece in kept] == [len(piece) for piece in pieces]

    def test_a_users_message_has_none(self) -> None:
        assert dataclasses.replace(RECORD, role="user", content="Hi").pieces() == []


class TestStorable:
    @given(text=st.text())
    def test_whole_characters_stay_as_they_are(self, text: str) -> None:
        assert storable(text) == text.replace("\x00", "\ufffd")

    @given(text=st.text(st.characters(codec=None)))
    def test_anything_becomes_storable(self, text: str) -> None:
        assert "\x00" not in storable(text)
        storable(text).encode()

    @pytest.mark.parametrize(("text", "wanted"), [("\ud83d", "\ufffd"), ("\ude00a", "\ufffda"), ("", "")])
    def test_half_characters_are_replaced(self, text: str, wanted: str) -> None:
        assert storable(text) == wanted
