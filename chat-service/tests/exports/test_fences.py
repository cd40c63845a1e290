"""Prose and blocks of code in what was said."""

import pytest
from chat_server.exports.fences import Part, open_fence, parts_of
from hypothesis import given
from hypothesis import strategies as st


class TestParts:
    @pytest.mark.parametrize(
        ("content", "parts"),
        [
            ("", []),
            ("Hi\nyou", [Part("Hi\nyou", False)]),
            ("Hi\n```py\nx\n```\nyou", [Part("Hi", False), Part("x", True), Part("you", False)]),
            ("````\n```\nx\n````", [Part("```\nx", True)]),
            ("~~~\n```\n~~~", [Part("```", True)]),
            ("```\nx", [Part("x", True)]),
            ("``` a ` b\nx", [Part("``` a ` b\nx", False)]),
            ("    ```\nx", [Part("    ```\nx", False)]),
            ("```\nx\n``` y\n```", [Part("x\n``` y", True)]),
        ],
    )
    def test_are_divided_by_fences(self, content: str, parts: list[Part]) -> None:
        assert list(parts_of(content)) == parts

    @pytest.mark.parametrize(
        ("content", "fence"), [("Hi", ""), ("```\nx", "```"), ("~~~~ md\n```", "~~~~"), ("```\n```", "")]
    )
    def test_one_may_be_open(self, content: str, fence: str) -> None:
        assert open_fence(content) == fence

    @given(lines=st.lists(st.sampled_from(["```", "````", "~~~", "```py", "a `` b", "", "x"]), max_size=12))
    def test_closing_what_is_open_leaves_nothing_open(self, lines: list[str]) -> None:
        content = "\n".join(lines)
        fence = open_fence(content)
        assert open_fence(f"{content}\n{fence}" if fence else content) == ""
