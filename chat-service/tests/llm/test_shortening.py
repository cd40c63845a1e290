"""The oldest messages go first; the system prompt and the question stay."""

from chat_server.llm.client import CompletionRequest, ModelMessage
from chat_server.llm.shortening import estimate_tokens, shortened, without_oldest
from hypothesis import given, settings
from hypothesis import strategies as st

SYSTEM = ModelMessage("system", "Be kind.")


def conversation(*contents: str, max_tokens: int = 100) -> CompletionRequest:
    """User and assistant take turns, ending with the user, after a system prompt."""
    roles = ["user" if index % 2 == 0 else "assistant" for index in range(len(contents))]
    history = [ModelMessage(role, content) for role, content in zip(roles, contents, strict=True)]
    return CompletionRequest("m", [SYSTEM, *history], 0.7, max_tokens)


class TestWithoutOldest:
    def test_drops_a_whole_exchange(self) -> None:
        shorter = without_oldest(conversation("a", "b", "c", "d", "e"))
        assert shorter is not None
        assert [message.content for message in shorter.messages] == ["Be kind.", "c", "d", "e"]

    def test_ends_with_the_question_alone(self) -> None:
        assert without_oldest(conversation("a")) is None

    def test_works_without_a_system_prompt(self) -> None:
        messages = [ModelMessage("assistant", "a"), ModelMessage("user", "b")]
        shorter = without_oldest(CompletionRequest("m", messages, 0.7, 100))
        assert shorter is not None
        assert shorter.messages == [messages[1]]


class TestShortened:
    def test_leaves_what_fits_as_it_is(self) -> None:
        request = conversation("a", "b", "c")
        assert shortened(request, context_tokens=2048) is request

    def test_keeps_a_question_that_is_too_long_by_itself(self) -> None:
        request = shortened(conversation("a", "b", "x" * 10_000), context_tokens=2048)
        assert [message.content[:1] for message in request.messages] == ["B", "x"]

    @settings(deadline=None)  # a busy machine is no failure
    @given(lengths=st.lists(st.integers(min_value=1, max_value=3000), min_size=1, max_size=11))
    def test_keeps_the_end_of_the_conversation_and_room_for_the_answer(self, lengths: list[int]) -> None:
        request = conversation(*("x" * length for length in lengths), max_tokens=500)
        shorter = shortened(request, context_tokens=2048)
        kept = shorter.messages[1:]
        assert shorter.messages[0] == SYSTEM
        assert list(kept) == list(request.messages[-len(kept) :])
        assert len(kept) == 1 or estimate_tokens(shorter) + 500 <= 2048
