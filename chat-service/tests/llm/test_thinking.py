"""A `<think>` block at the beginning is parted from the answer, however the stream is cut."""

from itertools import pairwise

import pytest
from chat_server.llm.thinking import ThinkSplitter
from hypothesis import given, settings
from hypothesis import strategies as st

ANSWERS = [
    # the text, the thoughts in it, the answer
    ("<think>Two and two.</think>Four.", "Two and two.", "Four."),
    ("<think>\nTwo and two.\n</think>\n\nFour.\n", "Two and two.\n", "Four.\n"),
    ("\n <think>a<b</think>c", "a<b", "c"),
    ("<think></think>Four.", "", "Four."),
    ("<think>\n\n</think>\n\nFour.", "", "Four."),
    ("<think>never closed </thin", "never closed </thin", ""),
    ("<think>a</think", "a</think", ""),
    ("<think>a</think></think>b", "a", "</think>b"),
    ("Four.<think>not at the beginning</think>", "", "Four.<think>not at the beginning</think>"),
    ("<thinking>another tag</thinking>", "", "<thinking>another tag</thinking>"),
    ("<b>bold</b>", "", "<b>bold</b>"),
    ("<thin", "", "<thin"),
    ("  \n", "", "  \n"),
    ("  Four.", "", "  Four."),
    ("", "", ""),
]


def parted(pieces: list[str]) -> tuple[str, str]:
    splitter, thoughts, answer = ThinkSplitter(), "", ""
    for more_thoughts, more_answer in [*map(splitter.split, pieces), splitter.finish()]:
        thoughts, answer = thoughts + more_thoughts, answer + more_answer
    return thoughts, answer


@pytest.mark.parametrize(("text", "thoughts", "answer"), ANSWERS)
class TestSplitter:
    def test_parts_a_whole_text(self, text: str, thoughts: str, answer: str) -> None:
        assert parted([text]) == (thoughts, answer)

    def test_parts_it_character_by_character(self, text: str, thoughts: str, answer: str) -> None:
        assert parted(list(text)) == (thoughts, answer)


class TestCuts:
    @settings(deadline=None)  # a busy machine is no failure
    @given(st.text(alphabet="</think>ab \n", max_size=40), st.sets(st.integers(0, 40)))
    def test_no_cut_changes_anything(self, text: str, cuts: set[int]) -> None:
        places = [0, *sorted(cut for cut in cuts if 0 < cut < len(text)), len(text)]
        pieces = [text[begin:end] for begin, end in pairwise(places)]
        assert parted(pieces) == parted([text])

    def test_thoughts_are_told_at_once_and_not_at_their_end(self) -> None:
        splitter = ThinkSplitter()
        assert splitter.split("<think>One ") == ("One ", "")
        assert splitter.split("two") == ("two", "")

    def test_what_follows_costs_no_look(self) -> None:
        splitter = ThinkSplitter()
        splitter.split("<think>a</think>b")
        assert splitter.is_past
        assert splitter.split("<think>") == ("", "<think>")
