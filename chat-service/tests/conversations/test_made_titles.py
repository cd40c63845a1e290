"""The name that a first message gives to a conversation."""

import pytest
from chat_server.conversations.service import LONGEST_MADE_TITLE, made_title
from hypothesis import given
from hypothesis import strategies as st


class TestMadeTitle:
    @pytest.mark.parametrize(
        ("content", "title"),
        [
            ("Where is Rome?", "Where is Rome?"),
            ("\n\n  Where   is\tRome?  \nAnd Paris?", "Where is Rome?"),
            ("x" * 60, "x" * 60),
            ("x" * 61, "x" * 60 + "…"),
            ("word " * 20, "word " * 11 + "word…"),
            (
                "one, two, three, four, five, six, seven, eight, nine, ten, eleven",
                "one, two, three, four, five, six, seven, eight, nine, ten…",
            ),
            (" \n ", "New conversation"),
        ],
    )
    def test_it_is_the_first_line_cut_at_a_word(self, content: str, title: str) -> None:
        assert made_title(content) == title

    @given(content=st.text(max_size=300))
    def test_it_is_one_line_that_fits(self, content: str) -> None:
        made = made_title(content)

        assert 0 < len(made) <= LONGEST_MADE_TITLE + 1
        assert made == made.strip()
        assert len(made.splitlines()) == 1
