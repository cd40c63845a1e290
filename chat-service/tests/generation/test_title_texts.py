"""What a model is told to make a title, and which of its replies are one."""

import pytest
from chat_server.generation.title_texts import LONGEST_TITLE, title_prompt, usable_title
from hypothesis import given
from hypothesis import strategies as st


class TestUsableTitle:
    @pytest.mark.parametrize(
        ("reply", "title"),
        [
            ("Baking sourdough bread", "Baking sourdough bread"),
            ('  "Baking   sourdough bread."\n', "Baking sourdough bread"),
            ("**Title: Baking bread**", "Baking bread"),
            ("Titel: «Brot backen»", "Brot backen"),
            ("# Baking bread", "Baking bread"),
            ("面包烘焙", "面包烘焙"),
            ("C++ templates", "C++ templates"),
            ("I/O in Rust", "I/O in Rust"),
            ("The User Interface of Vim", "The User Interface of Vim"),
            ("Who wrote Faust?", "Who wrote Faust?"),
        ],
    )
    def test_is_the_only_line_without_its_wrapping(self, reply: str, title: str) -> None:
        assert usable_title(reply) == title

    @pytest.mark.parametrize(
        "reply",
        [
            "",
            " \n ",
            "...",
            "!?",
            "x",
            "Baking bread\nand cakes",
            "Sure! Baking bread",
            "Here is a title: Baking bread",
            "I'm sorry, I cannot do that",
            "The user asks about bread",
            "User: how do I bake",
            "<think>bread</think>",
            "New conversation",
            "word " * 11,
            "x" * (LONGEST_TITLE + 1),
        ],
    )
    def test_is_none_when_the_reply_names_nothing(self, reply: str) -> None:
        assert usable_title(reply) is None

    def test_is_none_when_the_answer_came_once_more(self) -> None:
        assert usable_title("You forgot a parenthesis.", "**You forgot a parenthesis**: print('a')") is None

    @given(reply=st.text(max_size=300))
    def test_is_one_short_line_or_none(self, reply: str) -> None:
        title = usable_title(reply)
        if title is not None:
            assert 0 < len(title) <= LONGEST_TITLE
            assert len(title.splitlines()) == 1
            assert title == title.strip()


class TestTitlePrompt:
    def test_shows_the_beginning_of_a_long_exchange(self) -> None:
        prompt = title_prompt("q" * 32_000, "a" * 100_000)
        assert [message.role for message in prompt] == ["system", "user"]
        assert len(prompt[1].content) < 1_600
        assert "q" * 1_000 + "…" in prompt[1].content
