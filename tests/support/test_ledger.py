"""The checker of the chaos tests finds every kind of fault: it would be worthless if it could not."""

from typing import Any

import pytest
from support.ledger import Acknowledged, find_faults

WHOLE = "word1 word2 word3 "
Messages = dict[str, list[dict[str, Any]]]


def question(number: int) -> dict[str, Any]:
    return {"id": f"q{number}", "role": "user", "client_id": f"c{number}", "content": f"text {number}"}


def answer(number: int, status: str = "complete", content: str = WHOLE) -> dict[str, Any]:
    return {
        "id": f"a{number}",
        "role": "assistant",
        "client_id": None,
        "in_reply_to": f"q{number}",
        "status": status,
        "content": content,
    }


@pytest.fixture
def stored() -> Messages:
    return {
        "one": [question(1), answer(1), question(2), answer(2, "interrupted", "word1 ")],
        "two": [question(3), answer(3)],
    }


@pytest.fixture
def promised() -> list[Acknowledged]:
    return [
        Acknowledged("one", "c1", "q1", "text 1"),
        Acknowledged("one", "c2", "q2", "text 2"),
        Acknowledged("two", "c3", "q3", "text 3"),
    ]


class TestFindFaults:
    def test_finds_none_where_there_are_none(self, promised: list[Acknowledged], stored: Messages) -> None:
        assert find_faults(promised, stored, whole_answer=WHOLE) == []

    def test_a_message_that_nobody_was_promised_is_no_fault(self, stored: Messages) -> None:
        assert find_faults([], stored, whole_answer=WHOLE) == []

    def test_reports_a_removed_message(self, promised: list[Acknowledged], stored: Messages) -> None:
        del stored["one"][2:]
        assert find_faults(promised, stored, whole_answer=WHOLE) == ["one: acknowledged message c2 is lost"]

    def test_reports_a_removed_conversation(self, promised: list[Acknowledged], stored: Messages) -> None:
        del stored["two"]
        assert find_faults(promised, stored, whole_answer=WHOLE) == ["two: acknowledged message c3 is lost"]

    def test_reports_a_changed_message(self, promised: list[Acknowledged], stored: Messages) -> None:
        stored["two"][0]["content"] = "text"
        assert find_faults(promised, stored, whole_answer=WHOLE) == ["two: acknowledged message c3 was changed"]

    def test_reports_a_doubled_message(self, promised: list[Acknowledged], stored: Messages) -> None:
        stored["two"] += [question(3) | {"id": "q9"}, answer(9)]
        assert find_faults(promised, stored, whole_answer=WHOLE) == ["two: message c3 is there 2 times"]

    def test_reports_a_missing_and_a_second_answer(self, promised: list[Acknowledged], stored: Messages) -> None:
        stored["one"].pop(1)
        stored["two"].append(answer(3) | {"id": "a9"})
        assert find_faults(promised, stored, whole_answer=WHOLE) == [
            "one: message q1 has 0 answers",
            "two: message q3 has 2 answers",
        ]

    @pytest.mark.parametrize(
        ("status", "content"),
        [
            ("streaming", "word1 "),
            ("failed", ""),
            ("complete", "word1 word2 "),
            ("interrupted", "word2 "),
            ("interrupted", WHOLE + "word3 "),
        ],
    )
    def test_reports_an_answer_without_its_end_or_with_other_words(
        self, promised: list[Acknowledged], stored: Messages, status: str, content: str
    ) -> None:
        stored["two"][1] |= {"status": status, "content": content}
        (fault,) = find_faults(promised, stored, whole_answer=WHOLE)
        assert fault.startswith("two: answer a3 ")
